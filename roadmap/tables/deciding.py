"""The tables of decisions, and of visits at schools."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from roadmap import decision_log
from roadmap.forms.decision_log import LogForm
from roadmap.models import SchoolVisit
from roles.capabilities import Capability
from roles.models import Department, School
from roles.tables.registry import Asked, Column, Rows, Table
from roles.years import years_of

VISIT_VIEW, DECISION_VIEW = Capability.CHECKLIST_VIEW, Capability.DECISION_VIEW


def _visits(asked: Asked) -> Rows:
    found = SchoolVisit.objects.reachable(asked.reach(VISIT_VIEW)).readable(asked.access)
    school = School.objects.reachable(asked.reach(VISIT_VIEW)).filter(pk=asked.number("school"))
    if school.exists():
        found = found.filter(school__in=school)
    return found.select_related("school", "by")


def _decisions(asked: Asked) -> Rows:
    reach = asked.reach(DECISION_VIEW)
    departments = Department.objects.reachable(reach)
    form = LogForm(asked.given, departments=departments, years=years_of(asked.district))
    form.is_valid()
    return decision_log.logged(reach, form.cleaned_data)


def _logged(asked: Asked, rows: list[Any]) -> Iterator[list[Any]]:
    reach = asked.reach(DECISION_VIEW)
    found = decision_log.logged(reach, {}).filter(pk__in=[row.pk for row in rows])
    return decision_log.rows(found, reach)


VISITS = Table(
    "visits",
    "Visits at schools",
    "A note of a visit, of those that you may read.",
    "roadmap:visits",
    VISIT_VIEW,
    (
        Column("School", lambda row: row.school, 28),
        Column("Day", lambda row: row.on, 14),
        Column("By", lambda row: row.by, 28),
        Column("What was seen", lambda row: row.seen, 60),
        Column("Next step", lambda row: row.next_step, 44),
        Column("Next visit", lambda row: row.next_on, 14),
    ),
    _visits,
    also=(Capability.ROADMAP_MANAGE,),
)
DECISIONS = Table(
    "decisions",
    "Decisions",
    "A decision that was asked for, with its options and its answer.",
    "roadmap:decisions",
    DECISION_VIEW,
    tuple(
        Column(each.name, itemgetter(n), each.width) for n, each in enumerate(decision_log.COLUMNS)
    ),
    _decisions,
    more=_logged,
)
