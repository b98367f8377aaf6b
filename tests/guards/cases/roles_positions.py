"""Reach table: coverage, positions, assigning, the organization chart."""

from tests.factories.roles import (
    AssignmentFactory,
    NotNeededFactory,
    PositionFactory,
    RoleFactory,
)
from tests.guards.case import Case

TODAY = "2026-11-24"


def a_position(school, who):
    return {"pk": PositionFactory(district=school.district, school=school).pk}


def a_closed_position(school, who):
    position = PositionFactory(district=school.district, school=school, closed_on="2026-08-01")
    return {"pk": position.pk}


def a_gap(school, who):
    return {"pk": RoleFactory(district=school.district).pk, "school_pk": school.pk}


def spared(school, who):
    return {"pk": NotNeededFactory(district=school.district, school=school).pk}


def interim(school, who):
    position = PositionFactory(district=school.district, school=school)
    return {"pk": AssignmentFactory(district=school.district, position=position, interim=True).pk}


CASES = {
    "GET roles:coverage": Case(),
    "GET roles:seats": Case(),
    "GET roles:not-needed": Case(kwargs=a_gap),
    "POST roles:not-needed": Case(kwargs=a_gap, data={"reason": "The provider brings its own."}),
    "POST roles:needed": Case(kwargs=spared),
    "GET roles:position": Case(kwargs=a_position),
    "GET roles:position-add": Case(),
    "POST roles:position-add": Case(data={"where": "all", "opened_on": TODAY}),
    "GET roles:position-seat": Case(kwargs=a_position),
    "POST roles:position-seat": Case(kwargs=a_position, data={"day": TODAY}),
    "GET roles:position-close": Case(kwargs=a_position),
    "POST roles:position-close": Case(kwargs=a_position, data={"day": TODAY}),
    "POST roles:position-reopen": Case(kwargs=a_closed_position),
    "GET roles:assign": Case(kwargs=a_position),
    "POST roles:assign": Case(kwargs=a_position, data={"starts_on": TODAY}),
    "POST roles:assign-invite": Case(
        kwargs=a_position,
        data={
            "new-email": "noor@district.example",
            "new-first_name": "Noor",
            "new-last_name": "Haddad",
        },
    ),
    "POST roles:assignment-permanent": Case(kwargs=interim),
    "GET roles:chart": Case(),
}
