"""Decisions that are asked for, with options, turns and commitments, arranged outside the wall."""

import datetime as dt

import factory

from roadmap.models import Commitment, DecisionOption, DecisionRequest, DecisionTurn
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    InDistrict,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    same_district,
)


class DecisionRequestFactory(InDistrict):
    """Asked by somebody of a position; two options, the first one advised; one turn."""

    class Meta:
        model = DecisionRequest
        skip_postgeneration_save = True

    school_year = factory.SubFactory(SchoolYearFactory, district=same_district())
    question = factory.Sequence(lambda n: f"Fund a second tutor coach, case {n}?")
    background = "Coaches see each tutor every third week now; every second week is what works."
    cost = "$12,000 from Title I, once"
    due_on = dt.date(2026, 11, 5)
    decider = factory.SubFactory(PositionFactory, district=same_district())
    asked_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def parts(self, create, extracted, **kwargs):
        rows = (("A coach for 0.4 of a position", True), ("Leave it as it is", False))
        for n, (text, advised) in enumerate(rows, 1):
            DecisionOption.objects.create(
                district=self.district, request=self, text=text, is_advised=advised, order=n
            )
        DecisionTurn.objects.create(
            district=self.district, request=self, kind="asked", by=self.asked_by
        )


class CommitmentFactory(InDistrict):
    class Meta:
        model = Commitment

    request = factory.SubFactory(DecisionRequestFactory, district=same_district())
    department = factory.SubFactory(DepartmentFactory, district=same_district())
    people = "One classification specialist"
    time = "Two days in December"


def seat_of(who, district, *, level="executive", **place):
    """A position that this person holds today."""
    role = RoleFactory(district=district, level=level)
    position = PositionFactory(district=district, role=role, **place)
    AssignmentFactory(district=district, position=position, holder=who)
    return position


def asked_of(who, district, **fields):
    """A decision that waits for this person."""
    return DecisionRequestFactory(district=district, decider=seat_of(who, district), **fields)
