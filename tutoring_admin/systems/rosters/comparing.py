"""The dry run: what an import would add, change and end. Counts and marks, and changes nothing.

All of it is set work in the database, so a district of a hundred thousand takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from roles.models import RosterEntry, RosterFinding, RosterImport, RosterKind, RosterLine
from tutoring_admin.systems.rosters.progress import say
from tutoring_admin.systems.rosters.records import Kind, Route

MOST_NOTES = 500  # of one sort: beyond that they are one fault of the export
KEPT_OURS = "kept_ours"
_CHANGES = """
UPDATE roles_rosterline line SET entry_id = entry.id, before = NULL, change = CASE
    WHEN entry.id IS NULL AND line.gone THEN 'ignored'
    WHEN entry.id IS NULL THEN 'added'
    WHEN line.gone AND entry.ended_on IS NULL THEN 'ended'
    WHEN line.gone THEN 'same'
    WHEN entry.ended_on IS NOT NULL THEN 'returned'
    WHEN entry.said <> line.said THEN 'changed'
    ELSE 'same' END
  FROM roles_rosterline source LEFT JOIN roles_rosterentry entry
    ON entry.district_id = source.district_id AND entry.source = %(source)s
   AND entry.kind = source.kind AND entry.key = source.key
 WHERE source.id = line.id AND line.roster_id = %(roster)s AND source.roster_id = %(roster)s
   AND line.change <> 'rejected'
"""
# What is not in a roster that holds everything has ended: a row of its own says so.
_MISSING = """
INSERT INTO roles_rosterline
  (district_id, roster_id, kind, key, said, label, email, about_key, place_key, gone, file, row,
   change, entry_id)
SELECT entry.district_id, %(roster)s, entry.kind, entry.key, entry.said, entry.label, entry.email,
       entry.about_key, entry.place_key, true, '', 0, 'ended', entry.id
  FROM roles_rosterentry entry
 WHERE entry.district_id = %(district)s AND entry.source = %(source)s AND entry.ended_on IS NULL
   AND ({missing})
   AND NOT EXISTS (
     SELECT FROM roles_rosterline line
      WHERE line.roster_id = %(roster)s AND line.kind = entry.kind AND line.key = entry.key)
"""
_OF_PEOPLE_WHO_END = """(entry.kind = 'role' AND EXISTS (
     SELECT FROM roles_rosterline who WHERE who.roster_id = %(roster)s AND who.kind = 'person'
        AND who.key = entry.about_key AND who.change = 'ended'))"""
# In 1.1 and over REST a person's row holds all their roles: of who came, others have ended.
_OF_PEOPLE_WHO_CAME = """(entry.kind = 'role' AND EXISTS (
     SELECT FROM roles_rosterline who WHERE who.roster_id = %(roster)s AND who.kind = 'person'
        AND who.key = entry.about_key AND who.change <> 'rejected'))"""
_STRAYS = """
UPDATE roles_rosterline line SET change = 'rejected'
 WHERE line.roster_id = %(roster)s AND line.kind = 'role' AND NOT line.gone
   AND line.change <> 'rejected'
   AND NOT EXISTS (
     SELECT FROM roles_rosterline other WHERE other.roster_id = %(roster)s
        AND other.kind = %(kind)s AND other.key = line.{column})
   AND NOT EXISTS (
     SELECT FROM roles_rosterentry entry WHERE entry.district_id = %(district)s
        AND entry.source = %(source)s AND entry.kind = %(kind)s AND entry.key = line.{column}
        AND (entry.ended_on IS NULL) AND NOT %(is_bulk)s)
RETURNING line.file, line.row, line.{column}
"""
# A role has ended with its own last day, and with the person who held it.
_OVER = """
UPDATE roles_rosterline SET gone = true
 WHERE roster_id = %(roster)s AND kind = 'role' AND NOT gone AND said ->> 'ends' < %(today)s
"""
_OVER_WITH_PERSON = """
UPDATE roles_rosterline line SET gone = true FROM roles_rosterline who
 WHERE line.roster_id = %(roster)s AND line.kind = 'role' AND NOT line.gone
   AND who.roster_id = %(roster)s AND who.kind = 'person' AND who.key = line.about_key
   AND who.gone
"""
# Of somebody new whose own row is rejected there is nothing to say, and nothing more to mend.
_OF_REJECTED = """
UPDATE roles_rosterline line SET gone = true FROM roles_rosterline who
 WHERE line.roster_id = %(roster)s AND line.kind = 'role' AND NOT line.gone
   AND who.roster_id = %(roster)s AND who.kind = 'person' AND who.key = line.about_key
   AND who.change = 'rejected'
   AND NOT EXISTS (
     SELECT FROM roles_rosterentry entry WHERE entry.district_id = %(district)s
        AND entry.source = %(source)s AND entry.kind = 'person' AND entry.key = line.about_key)
"""
_EMAILS = """
SELECT email, count(*), min(row), max(row) FROM roles_rosterline
 WHERE roster_id = %(roster)s AND kind = 'person' AND email <> '' AND NOT gone
   AND change <> 'rejected'
 GROUP BY email HAVING count(*) > 1 ORDER BY email LIMIT %(most)s
"""


@transaction.atomic
def compare(roster: RosterImport) -> None:
    """Mark every line with what it would change, find what cannot be, and count.

    May be called again: what an earlier comparing added is taken away first.
    """
    join_whole_tables()
    for number, (what, act) in enumerate(_STEPS, start=1):
        say(roster, number, len(_STEPS), what)
        act(roster)


def join_whole_tables() -> None:
    """Until the end of this transaction: the database knows nothing yet of rows that came in a
    moment ago, takes them for few, and would look each of them up beside each other one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def newest_applied(roster: RosterImport) -> int:
    """The key of the import of this source that changed the district's roster last."""
    rows = RosterImport.objects.filter(district=roster.district_id, source=roster.source)
    found = rows.applied().aggregate(newest=Max("pk"))["newest"]
    return found or 0


def _forget(roster: RosterImport) -> None:
    lines = RosterLine.objects.filter(roster=roster.pk)
    lines.filter(file="", row=0, change=RosterLine.Change.ENDED).delete()
    RosterFinding.objects.filter(roster=roster.pk, between=True).delete()
    if roster.compared_on or roster.summary:
        back = lines.filter(change=RosterLine.Change.REJECTED).exclude(said={})
        roster.rejected -= back.update(change=RosterLine.Change.UNKNOWN)


def _orgs(roster: RosterImport) -> None:
    """Parents that are not there, and circles. Either way the org comes in, without its parent."""
    rows = RosterLine.objects.filter(roster=roster.pk, kind=RosterKind.ORG, gone=False)
    orgs = {
        key: (pk, parent, file, row)
        for pk, key, parent, file, row in rows.values_list("pk", "key", "about_key", "file", "row")
    }
    known = set()
    if Kind.ORG not in roster.bulk:
        entries = RosterEntry.objects.filter(
            district=roster.district_id, source=roster.source, kind=RosterKind.ORG
        )
        known = set(entries.values_list("key", flat=True))
    parents = {key: parent for key, (_, parent, _, _) in orgs.items()}
    circles = in_circles(parents)
    notes, cut = [], []
    for key, (pk, parent, file, row) in orgs.items():
        if key in circles:
            notes.append((file, row, "parentSourcedId", "no circle of orgs", parent))
        elif parent and parent not in orgs and parent not in known:
            notes.append((file, row, "parentSourcedId", "an org of this file", parent))
        else:
            continue
        cut.append(pk)
    RosterLine.objects.filter(pk__in=cut).update(about_key="")
    _note(roster, notes, taken=True)


def in_circles(parents: dict[str, str]) -> set[str]:
    """The keys that lie on a circle of parents. Looks at each key once."""
    state: dict[str, bool] = {}  # whether it lies on one
    for start in parents:
        path: list[str] = []
        on_path: set[str] = set()
        key = start
        while key in parents and key not in state and key not in on_path:
            path.append(key)
            on_path.add(key)
            key = parents[key]
        at = path.index(key) if key in on_path else len(path)
        state |= {each: index >= at for index, each in enumerate(path)}
    return {key for key, is_on_one in state.items() if is_on_one}


def _roles_of_nobody(roster: RosterImport) -> None:
    for kind, column, name, what in (
        (Kind.PERSON, "about_key", "userSourcedId", "a person of the staff in this roster"),
        (Kind.ORG, "place_key", "orgSourcedId", "a school or an office in this roster"),
    ):
        rows = _run(
            roster, _STRAYS.format(column=column), kind=kind.value, is_bulk=kind in roster.bulk
        )
        roster.rejected += len(rows)
        _note(roster, [(file, row, name, what, key) for file, row, key in rows], taken=False)


def _people_of_one_address(roster: RosterImport) -> None:
    rows = _run(roster, _EMAILS, most=MOST_NOTES)
    notes = [
        ("", first, "email", "one person for each address", f"{email}, lines {first} and {last}")
        for email, _, first, last in rows
    ]
    _note(roster, notes, taken=True)


def _end_missing(roster: RosterImport) -> None:
    bulk = [kind for kind in roster.bulk if kind in RosterKind.values]
    _run(roster, _MISSING.format(missing="entry.kind = ANY (%(bulk)s)"), bulk=bulk)
    _run(roster, _MISSING.format(missing=_OF_PEOPLE_WHO_END))
    holds_all_roles = roster.version == "1.1" or roster.route == Route.REST
    if holds_all_roles and Kind.ROLE not in roster.bulk:
        _run(roster, _MISSING.format(missing=_OF_PEOPLE_WHO_CAME))


def _count(roster: RosterImport) -> None:
    lines = RosterLine.objects.filter(roster=roster.pk)
    summary: dict[str, dict[str, int]] = {kind: {} for kind in RosterKind.values}
    counted = lines.order_by().values_list("kind", "change").annotate(rows=Count("pk"))
    for kind, change, rows in counted:
        summary[kind][change] = rows
    ours = lines.filter(kind=RosterKind.PERSON).exclude(Q(entry=None) | Q(entry__ours={}))
    summary[RosterKind.PERSON][KEPT_OURS] = ours.count()
    roster.summary = summary
    roster.compared_on = newest_applied(roster)
    roster.save(update_fields=["summary", "compared_on", "rejected"])


def _mark_changes(roster: RosterImport) -> None:
    _run(roster, _OVER, today=roster.district.today().isoformat())
    _run(roster, _OVER_WITH_PERSON)
    _run(roster, _OF_REJECTED)
    _run(roster, _CHANGES)


_STEPS: tuple[tuple[str, Callable[[RosterImport], None]], ...] = (
    ("Starting over", _forget),
    ("The tree of schools", _orgs),
    ("Roles and whose they are", _roles_of_nobody),
    ("Addresses", _people_of_one_address),
    ("What changed", _mark_changes),
    ("Who is missing", _end_missing),
    ("Counting", _count),
)


def _note(
    roster: RosterImport, notes: Iterable[tuple[str, int, str, str, str]], *, taken: bool
) -> None:
    RosterFinding.objects.bulk_create(
        RosterFinding(
            district_id=roster.district_id,
            roster_id=roster.pk,
            file=file or "users.csv",
            row=row,
            column=column,
            expected=expected,
            got=got[:200],
            taken=taken,
            between=True,
        )
        for file, row, column, expected, got in list(notes)[:MOST_NOTES]
    )


def _run(roster: RosterImport, sql: str, **more: Any) -> list[tuple[Any, ...]]:
    told = {"roster": roster.pk, "district": roster.district_id, "source": roster.source, **more}
    with connection.cursor() as cursor:
        cursor.execute(sql, told)
        return list(cursor.fetchall()) if cursor.description else []
