"""The route of job descriptions, and versions on it."""

from roles.models import JobDescriptionVersion
from tests.factories.roles import (
    ApprovalFactory,
    AssignmentFactory,
    PositionFactory,
    ResponsibilityFactory,
    ReviewFactory,
    RoleFactory,
    RouteStepFactory,
    VersionFactory,
)
from tests.guards.case import Case


def a_role(school, who):
    return {"pk": RoleFactory(district=school.district).pk}


def a_step(school, who):
    return {"pk": RouteStepFactory(district=school.district).pk}


def a_draft(school, who):
    version = VersionFactory(district=school.district)
    ResponsibilityFactory(district=school.district, version=version)
    RouteStepFactory(district=school.district)
    return {"pk": version.pk}


def waiting_on(school, who):
    """A version in review that waits on a role held by the person who knocks."""
    version = VersionFactory(district=school.district, status="in_review")
    ResponsibilityFactory(district=school.district, version=version)
    review = ReviewFactory(district=school.district, version=version)
    role = RoleFactory(district=school.district)
    position = PositionFactory(district=school.district, role=role)
    AssignmentFactory(district=school.district, position=position, holder=who)
    ApprovalFactory(district=school.district, review=review, role=role)
    return {"pk": version.pk}


def decision(kwargs):
    review = JobDescriptionVersion.objects.get(pk=kwargs["pk"]).reviews.get()
    return {
        "stop": review.approvals.get().pk,
        "sha256": review.sha256,
        "reason": "Name the day of the weekly call.",
    }


CASES = {
    "GET roles:route": Case(),
    "POST roles:route-add": Case(),
    "POST roles:route-move": Case(kwargs=a_step, data={"up": "1"}, shared=True),
    "POST roles:route-remove": Case(kwargs=a_step, shared=True),
    "GET roles:compare": Case(kwargs=a_role, shared=True),
    "GET roles:version-send": Case(kwargs=a_draft, shared=True),
    "POST roles:version-send": Case(kwargs=a_draft, shared=True),
    "GET roles:version-review": Case(kwargs=waiting_on, shared=True),
    "POST roles:version-approve": Case(kwargs=waiting_on, data=decision, shared=True),
    "POST roles:version-return": Case(kwargs=waiting_on, data=decision, shared=True),
    "POST roles:version-take-back": Case(kwargs=waiting_on, shared=True),
    "POST roles:version-edit-anyway": Case(kwargs=waiting_on, shared=True),
}
