"""Rows of the roadmap, arranged by the owner of the tables, outside the wall."""

import datetime as dt

import factory
from django.utils import timezone

from roadmap.models import Milestone, Phase
from tests.factories.roles import (
    AssignmentFactory,
    InDistrict,
    PositionFactory,
    SchoolYearFactory,
    UserFactory,
    same_district,
)


class PhaseFactory(InDistrict):
    class Meta:
        model = Phase

    school_year = factory.SubFactory(SchoolYearFactory, district=same_district())
    key = factory.Sequence(lambda n: f"P{n}")
    title = "Launch"
    order = factory.Sequence(lambda n: n % 1000)


class MilestoneFactory(InDistrict):
    class Meta:
        model = Milestone

    class Params:
        done = factory.Trait(
            state="done",
            done_on=factory.LazyAttribute(lambda o: o.due_on),
            done_at=factory.LazyFunction(timezone.now),
            done_by=factory.SubFactory(UserFactory),
            proof_text="Minutes of October 5",
        )

    phase = factory.SubFactory(PhaseFactory, district=same_district())
    school_year = factory.SelfAttribute("phase.school_year")
    title = factory.Sequence(lambda n: f"Milestone {n}")
    starts_on = factory.LazyAttribute(lambda o: o.due_on - dt.timedelta(days=21))
    due_on = dt.date(2026, 11, 5)


def owned_milestone(*, holder=None, **fields):
    """A milestone whose owner position somebody holds all year."""
    milestone = MilestoneFactory(**fields)
    milestone.owner = PositionFactory(district=milestone.district)
    milestone.save()
    AssignmentFactory(
        district=milestone.district, position=milestone.owner, holder=holder or UserFactory()
    )
    return milestone
