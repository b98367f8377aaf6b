"""Reach table: the role library, roles, the role matrix and the approach."""

from roles.models import LeadershipRole, WorkArea
from roles.services.role_copies import state_of
from tests.factories.roles import DutyFactory, RoleFactory, WorkAreaFactory
from tests.guards.case import Case


def a_role(school, who):
    role = RoleFactory(district=school.district)
    DutyFactory(district=school.district, role=role)
    return {"pk": role.pk}


def an_area(school, who):
    return {"pk": WorkAreaFactory(district=school.district).pk}


def typed(kwargs):
    role = LeadershipRole.objects.get(pk=kwargs["pk"])
    return {**NEW_ROLE, "title": role.title, "seen": state_of(role)}


def renamed(kwargs):
    return {"name": WorkArea.objects.get(pk=kwargs["pk"]).name + " anew"}


NEW_ROLE = {
    "title": "Bus Coordinator",
    "level": "administrative",
    "approaches": ["build_own"],
    "duty-TOTAL_FORMS": "0",
    "duty-INITIAL_FORMS": "0",
}

CASES = {
    "GET roles:library": Case(),
    # Nothing to answer: the page says so, which is no refusal of the right.
    "POST roles:library-answer": Case(
        kwargs=a_role, shared=True, data={"answer": "keep", "path": "title", "seen": "0"}
    ),
    "POST roles:library-take-all": Case(),
    "POST roles:library-role": Case(data={"answer": "add", "key": "SITE_LEAD"}),
    "GET roles:role-add": Case(),
    "POST roles:role-add": Case(data=NEW_ROLE),
    "GET roles:role-edit": Case(kwargs=a_role, shared=True),
    "POST roles:role-edit": Case(kwargs=a_role, shared=True, data=typed),
    "GET roles:role-remove": Case(kwargs=a_role, shared=True),
    "POST roles:role-remove": Case(kwargs=a_role, shared=True),
    "GET roles:matrix": Case(),
    "POST roles:matrix-adopt": Case(),
    "GET roles:matrix-areas": Case(),
    "POST roles:matrix-areas": Case(data={"name": "Telling families"}),
    "GET roles:matrix-area": Case(kwargs=an_area, shared=True),
    "POST roles:matrix-area": Case(kwargs=an_area, shared=True, data=renamed),
    "POST roles:matrix-area-move": Case(kwargs=an_area, shared=True, data={"to": "down"}),
    "GET roles:matrix-area-remove": Case(kwargs=an_area, shared=True),
    "POST roles:matrix-area-remove": Case(kwargs=an_area, shared=True),
    "GET roles:approach": Case(),
    "POST roles:approach": Case(data={"to": "build_own", "seen": "partner_provider"}),
}
