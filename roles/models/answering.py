"""Who answers for a vacant position: whoever holds the one it reports to, or the next one up.

Pure SQL over three tables, so that querysets can filter by it without a query of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models.expressions import RawSQL

# In force on the day: of these tables only assignments have such columns.
_NOW = "starts_on <= %(day)s AND (ends_on IS NULL OR ends_on >= %(day)s)"

# One row for each vacant position and assignment that answers for it. A superior at the same
# school goes before one at the district; a superior role that nobody holds is passed over upward.
# `passed` ends a circle of roles. A position of `left` counts as vacant though somebody holds it.
_WALK = """
WITH RECURSIVE {FIRST}held AS NOT MATERIALIZED (
  SELECT a.id, a.holder_id, p.id AS position_id, p.role_id, p.school_id
    FROM roles_assignment a
    JOIN roles_position p ON p.id = a.position_id
   WHERE {NOW}
     AND NOT p.id = ANY(%(left)s)
), up AS (
  SELECT p.id AS vacant, p.school_id AS school, r.reports_to_id AS role, ARRAY[r.id] AS passed
    FROM roles_position p
    JOIN roles_leadershiprole r ON r.id = p.role_id
   WHERE {FROM}
  UNION ALL
  SELECT up.vacant, up.school, r.reports_to_id, up.passed || r.id
    FROM up
    JOIN roles_leadershiprole r ON r.id = up.role
   WHERE NOT r.id = ANY(up.passed)
     AND NOT EXISTS (
       SELECT FROM held
        WHERE held.role_id = up.role AND (held.school_id = up.school OR held.school_id IS NULL))
), answering AS (
  SELECT up.vacant, held.id AS assignment, held.holder_id AS holder
    FROM up
    JOIN held ON held.role_id = up.role
   WHERE held.school_id = up.school
      OR held.school_id IS NULL AND NOT EXISTS (
           SELECT FROM held near WHERE near.role_id = up.role AND near.school_id = up.school)
)
"""

# NOT IN: the held positions go into one hash. For NOT EXISTS the database, which cannot foresee how
# many rows the wall lets through, would look each position up.
_VACANT = f"""p.opened_on <= %(day)s AND (p.closed_on IS NULL OR p.closed_on > %(day)s)
     AND (p.id = ANY(%(left)s) OR p.id NOT IN (
       SELECT position_id FROM roles_assignment WHERE {_NOW}))"""  # noqa: S608 -- constants
# The roles that report to one of this person, at whatever remove: no other seat can be theirs.
_BENEATH = f"""beneath AS (
  SELECT r.id
    FROM roles_leadershiprole r
    JOIN roles_position p ON p.role_id = r.reports_to_id
    JOIN roles_assignment a ON a.position_id = p.id
   WHERE a.holder_id = %(user)s AND {_NOW}
  UNION
  SELECT r.id FROM roles_leadershiprole r JOIN beneath ON r.reports_to_id = beneath.id
), """  # noqa: S608 -- constants


def _walk(start: str, first: str = "") -> str:
    return _WALK.replace("{FIRST}", first).replace("{NOW}", _NOW).replace("{FROM}", start)


_PAIRS = _walk(_VACANT)
_ABOVE = _walk("p.id = ANY(%(wanted)s)")
_MINE = _walk(f"p.role_id IN (SELECT id FROM beneath) AND {_VACANT}", _BENEATH)  # noqa: S608 -- constants

_BY = f"""{_MINE} SELECT vacant FROM answering WHERE holder = %(user)s
UNION ALL SELECT position_id FROM roles_assignment WHERE holder_id = %(user)s AND {_NOW}
"""  # noqa: S608 -- constants
_UP = f"{_ABOVE} SELECT DISTINCT vacant, assignment FROM answering"  # noqa: S608 -- constants
_OF = f"{_PAIRS} SELECT DISTINCT vacant, assignment FROM answering WHERE vacant = ANY(%(wanted)s)"  # noqa: S608 -- constants


def answered_by(user_pk: int, day: dt.date) -> RawSQL:
    """The primary keys of the positions that this person holds on the day, and of the vacant ones
    that they answer for.
    """
    sql, params = _filled(_BY, {"day": day, "left": [], "user": user_pk})
    return RawSQL(sql, params)  # noqa: S611 -- all that varies goes as parameters


def pairs(
    day: dt.date, positions: Collection[int], left: Collection[int] = ()
) -> tuple[str, dict[str, Any]]:
    """SQL and parameters: (vacant position, assignment that answers) of these positions."""
    return _OF, {"day": day, "left": list(left), "wanted": list(positions)}


def superiors(day: dt.date, positions: Collection[int]) -> tuple[str, dict[str, Any]]:
    """SQL and parameters: (position, assignment that it reports to), held or vacant alike."""
    return _UP, {"day": day, "left": [], "wanted": list(positions)}


def _filled(sql: str, named: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The same with unnamed parameters, in their order: all that an expression takes."""
    values = []
    while "%(" in sql:
        before, _, rest = sql.partition("%(")
        name, _, after = rest.partition(")s")
        values.append(named[name])
        sql = f"{before}%s{after}"
    return sql, tuple(values)
