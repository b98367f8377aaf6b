"""How to knock at the pages of decisions."""

from roadmap.models import DecisionRequest
from roles.models import SchoolYear
from tests.factories.roadmap_decisions import (
    CommitmentFactory,
    DecisionRequestFactory,
    asked_of,
    seat_of,
)
from tests.factories.roles import DepartmentFactory
from tests.guards.case import Case


def year_of(school):
    return SchoolYear.objects.get(district=school.district)


def any_decision(school, who):
    made = DecisionRequestFactory(district=school.district, school_year=year_of(school))
    return {"pk": made.pk}


def asked_by(school, who, **fields):
    made = DecisionRequestFactory(
        district=school.district, school_year=year_of(school), asked_by=who, **fields
    )
    return {"pk": made.pk}


def asked_back(school, who):
    return asked_by(school, who, state="asked_back")


def waiting_for(school, who):
    return {"pk": asked_of(who, school.district, school_year=year_of(school)).pk}


def commitment_of(school, who):
    """Of an approved decision, asked of a department in which who knocks holds a position."""
    department = DepartmentFactory(district=school.district)
    seat_of(who, school.district, level="department", department=department)
    made = DecisionRequestFactory(district=school.district, school_year=year_of(school))
    DecisionRequest.objects.filter(pk=made.pk).update(
        state="approved", answered_by=made.asked_by, answered_at=made.asked_at
    )
    row = CommitmentFactory(district=school.district, request=made, department=department)
    return {"pk": row.pk}


def log_file(school, who):
    return {"kind": "csv"}


CASES = {
    "GET roadmap:decisions": Case(),
    "GET roadmap:decisions-file": Case(kwargs=log_file, shared=True),
    "GET roadmap:decision-ask": Case(),
    "POST roadmap:decision-ask": Case(data={"question": "Fund a coach?"}),
    "GET roadmap:decision": Case(kwargs=any_decision, shared=True),
    "GET roadmap:decision-change": Case(kwargs=asked_by, shared=True),
    "POST roadmap:decision-change": Case(kwargs=asked_by, shared=True),
    "GET roadmap:decision-reply": Case(kwargs=asked_back, shared=True),
    "POST roadmap:decision-reply": Case(kwargs=asked_back, shared=True),
    "GET roadmap:decision-withdraw": Case(kwargs=asked_by, shared=True),
    "POST roadmap:decision-withdraw": Case(kwargs=asked_by, shared=True),
    "GET roadmap:decision-answer": Case(kwargs=waiting_for, shared=True),
    "POST roadmap:decision-answer": Case(kwargs=waiting_for, shared=True),
    "GET roadmap:commitment-answer": Case(kwargs=commitment_of, shared=True),
    "POST roadmap:commitment-answer": Case(kwargs=commitment_of, shared=True),
}
