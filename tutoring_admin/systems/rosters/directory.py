"""The district's roster itself, changed by a whole import at once: set work in the database."""

from __future__ import annotations

from typing import Any

from django.db import connection

from roles.models import RosterEntry, RosterImport, RosterLine
from tutoring_admin.systems.rosters.checking import name_of

_ADD = """
INSERT INTO roles_rosterentry
  (district_id, kind, source, key, said, ours, label, email, about_key, place_key, declined,
   added_by_id)
SELECT district_id, kind, %(source)s, key, said, '{}', label, email, about_key, place_key, '[]',
       roster_id
  FROM roles_rosterline WHERE roster_id = %(roster)s AND change = 'added'
"""
_REMEMBER = """
UPDATE roles_rosterline line SET before = jsonb_build_object(
    'said', entry.said, 'label', entry.label, 'email', entry.email, 'about_key', entry.about_key,
    'place_key', entry.place_key, 'ended_on', entry.ended_on)
  FROM roles_rosterentry entry
 WHERE entry.id = line.entry_id AND line.roster_id = %(roster)s
   AND line.change IN ('changed', 'returned', 'ended')
"""
_CHANGE = """
UPDATE roles_rosterentry entry SET said = line.said, label = line.label, email = line.email,
       about_key = line.about_key, place_key = line.place_key, ended_on = NULL
  FROM roles_rosterline line
 WHERE entry.id = line.entry_id AND line.roster_id = %(roster)s
   AND line.change IN ('changed', 'returned')
"""
_END = """
UPDATE roles_rosterentry entry SET ended_on = %(today)s FROM roles_rosterline line
 WHERE entry.id = line.entry_id AND line.roster_id = %(roster)s AND line.change = 'ended'
"""
_PUT_BACK = """
UPDATE roles_rosterentry entry SET said = line.before -> 'said', label = line.before ->> 'label',
       email = line.before ->> 'email', about_key = line.before ->> 'about_key',
       place_key = line.before ->> 'place_key', ended_on = (line.before ->> 'ended_on')::date
  FROM roles_rosterline line
 WHERE entry.id = line.entry_id AND line.roster_id = %(roster)s AND line.before IS NOT NULL
"""
_LET_GO = """
UPDATE roles_rosterline line SET entry_id = NULL FROM roles_rosterentry entry
 WHERE entry.id = line.entry_id AND entry.added_by_id = %(roster)s AND entry.ours = '{}'
   AND entry.school_id IS NULL AND entry.user_id IS NULL
"""
_TAKE_AWAY = """
DELETE FROM roles_rosterentry
 WHERE district_id = %(district)s AND added_by_id = %(roster)s AND ours = '{}'
   AND school_id IS NULL AND user_id IS NULL
"""
_END_IN_USE = """
UPDATE roles_rosterentry SET ended_on = %(today)s
 WHERE district_id = %(district)s AND added_by_id = %(roster)s AND ended_on IS NULL
"""


def add(roster: RosterImport) -> None:
    _run(roster, _ADD)


def change(roster: RosterImport) -> None:
    """Take the roster's new values, and keep the district's own where it has such."""
    _run(roster, _REMEMBER)
    _run(roster, _CHANGE)
    keep_ours(roster)


def end(roster: RosterImport) -> None:
    _run(roster, _END)


def put_back(roster: RosterImport) -> None:
    """As it was before the import. What it added goes, unless it was put to use since."""
    _run(roster, _LET_GO)
    _run(roster, _TAKE_AWAY)
    _run(roster, _END_IN_USE)
    _run(roster, _PUT_BACK)
    keep_ours(roster)


def keep_ours(roster: RosterImport) -> None:
    """Name and address of entries that the district corrected are its own again."""
    entries = RosterEntry.objects.filter(
        pk__in=RosterLine.objects.filter(roster=roster.pk).values("entry")
    ).exclude(ours={})
    for entry in entries:
        settle(entry)


def settle(entry: RosterEntry) -> None:
    """Store what is in force of an entry: the district's word before the roster's."""
    in_force = {**entry.said, **entry.ours}
    entry.email = in_force.get("email", "")
    entry.label = (name_of(in_force) or in_force.get("name", "") or entry.key)[:255]
    entry.save(update_fields=["label", "email", "ours"])


def _run(roster: RosterImport, sql: str, **more: Any) -> None:
    told = {
        "roster": roster.pk,
        "district": roster.district_id,
        "source": roster.source,
        "today": roster.district.today(),
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, told)
