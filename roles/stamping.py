"""Triggers that note, for each district, that its records changed.

What is computed from records can then be kept for exactly as long as it is true (`roles.keeping`).
A statement adds one row of `roles.Change` for each district whose rows it touched, with the name of
the table. Adding never waits for another transaction, which a counter would.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

TRIGGER = "changes_are_noted"
EVENTS = (
    ("insert", "NEW TABLE AS touched"),
    ("update", "OLD TABLE AS before NEW TABLE AS touched"),
    ("delete", "OLD TABLE AS touched"),
)
FUNCTION = """
CREATE OR REPLACE FUNCTION roles_note_change() RETURNS trigger AS $$
DECLARE
  -- What may change unnoted, such as the minute of the last save.
  unnoted text[] := string_to_array(TG_ARGV[1], ' ');
  noted text := format(
    'INSERT INTO roles_change (district_id, part, "table", at) SELECT DISTINCT touched.%I, %s,',
    TG_ARGV[0], coalesce('touched.' || quote_ident(nullif(TG_ARGV[2], '')), 'NULL::bigint')
  ) || ' $1, now() FROM touched ';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    EXECUTE noted || 'LEFT JOIN before USING (id)'
      ' WHERE before.* IS NULL OR to_jsonb(touched) - $2 <> to_jsonb(before) - $2'
      USING TG_TABLE_NAME::text, unnoted;
  ELSE
    EXECUTE noted USING TG_TABLE_NAME::text;
  END IF;
  RETURN NULL;
END $$ LANGUAGE plpgsql;
"""


class Stamp(Operation):
    """Note every change of these tables, but for that of columns `unnoted`. Safe to repeat.

    With `part`, the column of a key, each note tells which part of the table changed.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *names: str, unnoted: Iterable[str] = (), part: str = "") -> None:
        self.names = names
        self.unnoted = tuple(unnoted)
        self.part = part

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, list(self.names), {"unnoted": self.unnoted, "part": self.part}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        editor.execute(FUNCTION.replace("%", "%%"), params=[])
        for model in self._models(app_label, to_state):
            table = model._meta.db_table
            column = "id" if model._meta.label_lower == "roles.district" else "district_id"
            told = f"'{column}', '{' '.join(self.unnoted)}', '{self.part}'"
            for event, rows in EVENTS:
                editor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}_{event} ON {table}")
                editor.execute(
                    f"CREATE TRIGGER {TRIGGER}_{event} AFTER {event} ON {table} REFERENCING {rows}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION roles_note_change({told})"
                )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for model in self._models(app_label, from_state):
            for event, _ in EVENTS:
                table = model._meta.db_table
                editor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}_{event} ON {table}")

    def describe(self) -> str:
        return f"Note every change of {', '.join(self.names)}"

    def _models(self, app_label: str, state: Any) -> list[type[models.Model]]:
        return [state.apps.get_model(app_label, name) for name in self.names]
