"""Triggers that note which record was made, changed or deleted, and when.

Whoever reads records from outside asks for what changed since; tables have no column for it, and
a deleted row could not have one. Each statement adds a row of `roles.Trace` for each record it
touched. Adding never waits for another transaction, as changing one row for each record would.

A trace bears the time at which its transaction began, and is seen when that ends: someone who asks
in between must ask from before the oldest transaction under way. `told_until` says that time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from roles.models import Trace
from roles.stamping import EVENTS

KEPT_FOR = dt.timedelta(days=400)  # of what is deleted; of the rest the newest stays
SETTLED = dt.timedelta(hours=1)
FUNCTIONS = """
CREATE OR REPLACE FUNCTION roles_leave_trace() RETURNS trigger AS $$
DECLARE
  kind text := TG_ARGV[0];
  -- Which records the changed rows stand for: district and primary key.
  records text := TG_ARGV[1];
  unnoted text[] := string_to_array(TG_ARGV[2], ' ');
  is_gone boolean := TG_OP = 'DELETE' AND TG_ARGV[3] = 'itself';
  changed text := 'SELECT * FROM touched';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    changed := 'SELECT touched.* FROM touched LEFT JOIN before USING (id)'
      ' WHERE before.* IS NULL OR to_jsonb(touched) - $3 <> to_jsonb(before) - $3';
  END IF;
  EXECUTE 'WITH changed AS (' || changed || ')'
    ' INSERT INTO roles_trace (district_id, kind, row_pk, at, gone)'
    ' SELECT DISTINCT r.district_id, $1, r.pk, now(), $2'
    ' FROM (' || records || ') AS r (district_id, pk)'
    USING kind, is_gone, unnoted;
  RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION roles_told_until() RETURNS timestamptz AS $$
  -- As its owner, who sees when the product's own transactions began; it tells nothing else.
  SELECT least(now(), min(xact_start)) FROM pg_catalog.pg_stat_activity
   WHERE datname = pg_catalog.current_database()
$$ LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
"""


@dataclass(frozen=True)
class Traced:
    """That changes of a table are changes of records of a kind.

    `records` selects district and primary key of the records from the rows `changed`; without it
    they are the rows themselves, or what the column `of` of the rows points to. `unnoted` are
    columns whose change says nothing.
    """

    table: str
    kind: str
    of: str = "id"
    district: str = "district_id"
    records: str = ""
    unnoted: tuple[str, ...] = ()
    events: tuple[str, ...] = ("insert", "update", "delete")

    @property
    def arguments(self) -> tuple[str, str, str, str]:
        records = self.records or f"SELECT {self.district}, {self.of} FROM changed"  # noqa: S608 -- our own names
        itself = "itself" if self.of == "id" and not self.records else "another"
        return self.kind, records, " ".join(self.unnoted), itself

    def trigger(self, event: str) -> str:
        source = "itself" if self.arguments[3] == "itself" else "part"
        return f"trace_{self.kind.replace('-', '_')}_{source}_{event}"


class LeaveTraces(Operation):
    """Make the triggers. Safe to repeat; a record that has no trace yet gets one."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, traced: Iterable[Traced]) -> None:
        self.traced = tuple(traced)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        editor.execute(FUNCTIONS.replace("%", "%%"), params=[])
        for traced in self.traced:
            told = ", ".join(editor.quote_value(word) for word in traced.arguments)
            for event, rows in EVENTS:
                name = traced.trigger(event)
                editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {traced.table}")
                if event in traced.events:
                    editor.execute(
                        f"CREATE TRIGGER {name} AFTER {event} ON {traced.table} REFERENCING {rows}"
                        f" FOR EACH STATEMENT EXECUTE FUNCTION roles_leave_trace({told})"
                    )
            if traced.arguments[3] == "itself":
                editor.execute(_first_traces(traced))

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for traced in self.traced:
            for event, _ in EVENTS:
                editor.execute(f"DROP TRIGGER IF EXISTS {traced.trigger(event)} ON {traced.table}")

    def describe(self) -> str:
        return "Note which record was made, changed or deleted"


def _first_traces(traced: Traced) -> str:
    return f"""
    INSERT INTO roles_trace (district_id, kind, row_pk, at, gone)
    SELECT {traced.district}, '{traced.kind}', id, now(), false FROM {traced.table} AS made
     WHERE NOT EXISTS (SELECT FROM roles_trace t
       WHERE t.district_id = made.{traced.district} AND t.kind = '{traced.kind}'
         AND t.row_pk = made.id)
    """  # noqa: S608 -- our own names


def told_until() -> dt.datetime:
    """The time from which to ask next, so that nothing written meanwhile is missed. One query.

    Ask before the records are read.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles_told_until()")
        found: dt.datetime = cursor.fetchone()[0]
        return found


def leave_trace(district_pk: int, kind: str, row_pk: int) -> None:
    """Note that a record changed which has no trigger on the table that changed."""
    Trace.objects.create(district_id=district_pk, kind=kind, row_pk=row_pk)


def remove_old_traces() -> int:
    """Take away what a newer trace says better, and what was deleted long ago. How many went.

    Runs outside the wall, for all districts.
    """
    now = timezone.now()
    newer = Trace.objects.filter(
        district=OuterRef("district"),
        kind=OuterRef("kind"),
        row_pk=OuterRef("row_pk"),
        pk__gt=OuterRef("pk"),
    )
    superseded = Q(Exists(newer), at__lt=now - SETTLED)
    forgotten = Q(gone=True, at__lt=now - KEPT_FOR)
    removed: int = Trace.objects.filter(superseded | forgotten).delete()[0]
    return removed
