"""Rows of the self-assessment."""

import datetime as dt

import factory
from django.utils import timezone

from selfassessment.models import EvidenceNote, IndicatorRating, Round
from tests.factories.roles import InDistrict, SchoolYearFactory, UserFactory, same_district


class RoundFactory(InDistrict):
    class Meta:
        model = Round

    class Params:
        closed = factory.Trait(
            state="closed",
            closed_at=factory.LazyFunction(timezone.now),
            closed_by=factory.SubFactory(UserFactory),
        )

    school_year = factory.SubFactory(
        SchoolYearFactory, district=same_district(), label=factory.Sequence(lambda n: f"Y{n}")
    )
    label = factory.Sequence(lambda n: f"Round {n}")
    opens_on = dt.date(2026, 9, 1)
    closes_on = dt.date(2026, 10, 15)
    edition = "2026.1"


class RatingFactory(InDistrict):
    class Meta:
        model = IndicatorRating

    round = factory.SubFactory(RoundFactory, district=same_district())
    code = "6b.1"
    value = 2
    rationale = "The board approved it in August, and she has read it."
    rated_by = factory.SubFactory(UserFactory)
    rated_at = factory.LazyFunction(timezone.now)


class EvidenceNoteFactory(InDistrict):
    class Meta:
        model = EvidenceNote

    code = "6b.1"
    label = "Minutes of the board"
    text = "Item 7: job description approved."
    dated_on = dt.date(2026, 8, 3)
    added_by = factory.SubFactory(UserFactory)
