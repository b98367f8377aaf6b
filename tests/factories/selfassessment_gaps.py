"""Gaps, and what was frozen with the rounds around them."""

import factory

from selfassessment.models import EvidenceSnapshot, Gap, GapMilestone
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import InDistrict, UserFactory, same_district
from tests.factories.selfassessment import RatingFactory, RoundFactory


class GapFactory(InDistrict):
    """A gap that nobody has explained; its rating is 1 in a closed round of its own."""

    class Meta:
        model = Gap

    rating = factory.SubFactory(
        RatingFactory,
        district=same_district(),
        value=1,
        rationale="An old posting, never approved.",
        round=factory.SubFactory(RoundFactory, district=same_district(), closed=True),
    )
    code = factory.SelfAttribute("rating.code")
    target = 2
    opened_by = factory.SubFactory(UserFactory)


class GapMilestoneFactory(InDistrict):
    class Meta:
        model = GapMilestone

    gap = factory.SubFactory(GapFactory, district=same_district())
    milestone = factory.SubFactory(MilestoneFactory, district=same_district(), supports=["6b.1"])
    added_by = factory.SubFactory(UserFactory)


class SnapshotFactory(InDistrict):
    """What was frozen with a round; without `content` no evidence at all."""

    class Meta:
        model = EvidenceSnapshot

    round = factory.SubFactory(RoundFactory, district=same_district())
    content = factory.LazyFunction(dict)
    digest = "0" * 64
