"""How to knock at the pages of rosters."""

from django.utils import timezone

from tests.factories.rosters import RosterEntryFactory, RosterImportFactory
from tests.guards.case import Case


def roster_at(school, who):
    return {"pk": RosterImportFactory(district=school.district).pk}


def applied_at(school, who):
    made = RosterImportFactory(district=school.district, task="apply", applied_at=timezone.now())
    return {"pk": made.pk}


def entry_at(school, who):
    return {"pk": RosterEntryFactory(district=school.district).pk}


CASES = {
    "GET systems:rosters": Case(),
    "GET systems:roster-add": Case(),
    "POST systems:roster-add": Case(),
    "POST systems:roster-list": Case(),
    "GET systems:roster-sample": Case(),
    "GET systems:roster-proposals": Case(),
    "POST systems:roster-proposals": Case(data={"sort": "person"}),
    "GET systems:roster-people": Case(),
    "GET systems:roster-person": Case(kwargs=entry_at),
    "POST systems:roster-person": Case(kwargs=entry_at),
    "GET systems:roster": Case(kwargs=roster_at),
    "GET systems:roster-rejects": Case(kwargs=roster_at),
    "POST systems:roster-apply": Case(kwargs=roster_at),
    "GET systems:roster-undo": Case(kwargs=applied_at),
    "POST systems:roster-undo": Case(kwargs=applied_at),
    "POST systems:roster-discard": Case(kwargs=roster_at),
    "POST systems:roster-again": Case(kwargs=roster_at),
}
