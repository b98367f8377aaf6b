"""Taking records in: checked, written as lines of an import a batch at a time, nothing applied.

`stage` does it in one go. A pull that takes many transactions calls `begin`, then `take` for each
page, then `ready`; until then the import counts as being read.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from roles.models import (
    District,
    OwedStatus,
    RosterEntry,
    RosterFinding,
    RosterImport,
    RosterKind,
    RosterLine,
    User,
)
from roles.services.audit import record_for
from roles.services.refusal import Refused
from roles.tasks import ring_on_commit
from tutoring_admin.systems.rosters.checking import Checker, Line
from tutoring_admin.systems.rosters.records import Finding, LeftOut, Origin, Record, Remark, Source
from tutoring_admin.systems.rosters.tasks import carry_roster

AT_ONCE = 2000
MOST_LINES, MOST_FINDINGS = 600_000, 5000
TOO_LONG = f"The roster has more than {MOST_LINES:,} rows of schools and staff. It is not read."
_INSERT = """
INSERT INTO roles_rosterline
  (district_id, roster_id, kind, key, said, label, email, about_key, place_key, gone, file, row,
   change)
SELECT %s, %s, u.* FROM unnest(
  %s::text[], %s::text[], %s::text[]::jsonb[], %s::text[], %s::text[], %s::text[], %s::text[],
  %s::bool[], %s::text[], %s::int[], %s::text[]
) AS u
ON CONFLICT (roster_id, kind, key) DO NOTHING
RETURNING kind, key, file, row
"""


@transaction.atomic
def stage(
    origin: Origin, records: Iterable[Record], *, district: District, actor: User | None
) -> RosterImport:
    """Take a whole roster in and owe its dry run. Raises Refused, and what `records` raises."""
    roster = begin(origin, district=district, actor=actor)
    take(roster, origin, records)
    return ready(roster)


@transaction.atomic
def begin(origin: Origin, *, district: District, actor: User | None) -> RosterImport:
    """An empty import that is being read. `actor` is None where nobody asked, as at night."""
    roster = RosterImport.objects.create(
        district=district,
        key=f"roster:{secrets.token_hex(8)}",
        status=OwedStatus.DONE,  # nothing is owed to it before it is read
        task=RosterImport.Task.READ,
        source=origin.source,
        route=origin.route,
        version=origin.version,
        name=origin.name[-160:],
        bulk=sorted(origin.bulk),
        asked_by_id=actor.pk if actor else None,
    )
    record_for(district, actor, "roster.read", roster, name=roster.name)
    return roster


@transaction.atomic
def take(roster: RosterImport, origin: Origin, records: Iterable[Record]) -> int:
    """Write what these records say into the import's lines; how many rows were kept.

    Of rows with one key the first counts; the same row once more is passed by, so a page may come
    twice. Raises Refused beyond the most that is read.
    """
    taker = _Taker(roster, Checker(origin))
    coming = iter(records)
    while batch := list(islice(coming, AT_ONCE)):
        taker.take(batch)
    taker.store()
    return taker.kept


@transaction.atomic
def ready(roster: RosterImport) -> RosterImport:
    """All of it is read: owe the comparing. Does nothing to an import that is further already."""
    reading = RosterImport.objects.filter(
        pk=roster.pk, task=RosterImport.Task.READ, discarded_at=None
    )
    if reading.update(
        task=RosterImport.Task.COMPARE, status=OwedStatus.WAITING, not_before=timezone.now()
    ):
        ring_on_commit(carry_roster, roster.district_id, roster.pk)
    roster.refresh_from_db()
    return roster


class _Taker:
    """One run of taking: sorts records by what becomes of them."""

    def __init__(self, roster: RosterImport, checker: Checker) -> None:
        self._roster, self._checker = roster, checker
        self._left_out = {(f, what): rows for f, what, rows in roster.left_out}
        self._remarks = list(roster.remarks)
        self.kept = 0
        self._rows = RosterLine.objects.filter(roster=roster.pk).count()
        self._found = RosterFinding.objects.filter(roster=roster.pk).count()

    def take(self, batch: Sequence[Record]) -> None:
        lines: list[Line] = []
        findings: list[Finding] = []
        for record in batch:
            if isinstance(record, Finding):
                findings.append(record)
            elif isinstance(record, LeftOut):
                told = record.file, record.what
                self._left_out[told] = self._left_out.get(told, 0) + record.rows
            elif isinstance(record, Remark):
                if record.text not in self._remarks:
                    self._remarks.append(record.text)
            else:
                checked = self._checker.check(record)
                findings += checked.findings
                if checked.line is not None:
                    lines.append(checked.line)
        if lines:
            findings += self._insert(lines)
        self._note(findings)

    def _insert(self, lines: Sequence[Line]) -> list[Finding]:
        """Write lines; what came under a key that was there is returned as findings."""
        self._rows += len(lines)
        if self._rows > MOST_LINES:
            raise Refused(TOO_LONG)
        new = _written(self._roster, [_cells(line) for line in lines])
        self.kept += len(new)
        again = [
            line
            for line in lines
            if (line.kind, line.key, line.where.file, line.where.row) not in new
        ]
        return self._told_apart(again) if again else []

    def _told_apart(self, again: Sequence[Line]) -> list[Finding]:
        """Rows that say the same are one; of others the second is rejected."""
        rows = RosterLine.objects.filter(
            roster=self._roster.pk, key__in={line.key for line in again}
        )
        first = {(row.kind, row.key): row for row in rows}
        column = self._checker.name_of("key")
        return [
            Finding(
                line.where,
                column,
                "a key of its own for each row",
                f"{line.key}, as on line {one.row}",
            )
            for line in again
            if (one := first[line.kind, line.key]).said != line.said or one.gone != line.gone
        ]

    def _note(self, findings: Sequence[Finding]) -> None:
        held = [each for each in findings if each.kind and each.key and not each.taken]
        if held:
            _written(self._roster, [_rejected(each) for each in held])
        self._roster.rejected += sum(not each.taken for each in findings)
        room = max(0, MOST_FINDINGS - self._found)
        self._found += len(findings)
        RosterFinding.objects.bulk_create(
            RosterFinding(
                district_id=self._roster.district_id,
                roster_id=self._roster.pk,
                file=each.where.file[-60:],
                row=each.where.row,
                column=each.column[:80],
                expected=each.expected[:200],
                got=each.got[:200],
                taken=each.taken,
            )
            for each in findings[:room]
        )

    def store(self) -> None:
        self._roster.left_out = [[f, what, rows] for (f, what), rows in self._left_out.items()]
        self._roster.remarks = self._remarks
        self._roster.save(update_fields=["left_out", "remarks", "rejected"])


def _cells(line: Line) -> tuple[Any, ...]:
    said = json.dumps(line.said, ensure_ascii=False, sort_keys=True)
    return (
        line.kind.value, line.key, said, line.label[:255], line.email, line.about, line.place,
        line.gone, line.where.file[-60:], line.where.row, "",
    )  # fmt: skip


def _rejected(found: Finding) -> tuple[Any, ...]:
    """Of a rejected row only its key is kept: whom it is about is not missing from the roster."""
    return (
        str(found.kind), found.key, "{}", "", "", "", "",
        False, found.where.file[-60:], found.where.row, RosterLine.Change.REJECTED.value,
    )  # fmt: skip


def _written(
    roster: RosterImport, rows: Sequence[tuple[Any, ...]]
) -> set[tuple[str, str, str, int]]:
    """Kind, key, file and row of those that were new."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [roster.district_id, roster.pk, *columns])
        return set(cursor.fetchall())


def known_people(district: District) -> set[str]:
    """The sourcedIds of people whom the district's roster has: their changes may name no role."""
    people = RosterEntry.objects.filter(
        district=district, source=Source.ONEROSTER, kind=RosterKind.PERSON
    )
    return set(people.values_list("key", flat=True).iterator())
