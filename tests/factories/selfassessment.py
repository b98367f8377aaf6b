"""Rows of the self-assessment."""

import datetime as dt
from contextlib import contextmanager

import factory
from django.db import connection
from django.utils import timezone

from selfassessment.models import (
    EvidenceRevision,
    EvidenceUse,
    HandEvidence,
    IndicatorRating,
    Round,
    RoundMember,
    Signer,
    SignOff,
    Stage,
    Vote,
)
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


@contextmanager
def before_it_closed(round_):
    """Rows of a closed round cannot be written: for a moment the database looks away."""
    with connection.cursor() as cursor:
        if round_.is_closed:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            if round_.is_closed:
                cursor.execute("SET session_replication_role = DEFAULT")


class RatingFactory(InDistrict):
    """Also of a round that is closed already."""

    class Meta:
        model = IndicatorRating

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with before_it_closed(kwargs["round"]):
            return super()._create(model_class, *args, **kwargs)

    round = factory.SubFactory(RoundFactory, district=same_district())
    code = "6b.1"
    value = 2
    rationale = "The board approved it in August, and she has read it."
    rated_by = factory.SubFactory(UserFactory)
    rated_at = factory.LazyFunction(timezone.now)
    stage = Stage.AGREED


class RoundMemberFactory(InDistrict):
    """Someone in the team of a round."""

    class Meta:
        model = RoundMember

    round = factory.SubFactory(RoundFactory, district=same_district())
    user = factory.SubFactory(UserFactory)


class VoteFactory(InDistrict):
    """A vote in the turn that `rating` is in."""

    class Meta:
        model = Vote

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with before_it_closed(kwargs["rating"].round):
            return super()._create(model_class, *args, **kwargs)

    rating = factory.SubFactory(
        RatingFactory,
        district=same_district(),
        stage=Stage.VOTING,
        turn=1,
        value=None,
        rationale="",
        rated_by=None,
        rated_at=None,
    )
    member = factory.SubFactory(
        RoundMemberFactory,
        district=same_district(),
        round=factory.SelfAttribute("..rating.round"),
    )
    turn = factory.SelfAttribute("rating.turn")
    value = 2


class SignOffFactory(InDistrict):
    class Meta:
        model = SignOff

    round = factory.SubFactory(RoundFactory, district=same_district(), state="signing")
    capacity = Signer.PROGRAM_LEAD
    by = factory.SubFactory(UserFactory)
    digest = "0" * 64


class HandEvidenceFactory(InDistrict):
    """Evidence that speaks for `code`, with one revision; `says` are fields of that."""

    class Meta:
        model = HandEvidence
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    added_by = factory.SelfAttribute("owner")

    @factory.post_generation
    def code(obj, create, code):  # noqa: N805 -- the library hands the row over first
        EvidenceUse.objects.create(district=obj.district, evidence=obj, code=code or "6b.1")

    @factory.post_generation
    def kind(obj, create, kind):  # noqa: N805 -- as above
        obj.uses.update(kind=kind or "")

    @factory.post_generation
    def says(obj, create, given, **fields):  # noqa: N805 -- as above
        plain = {
            "label": "Minutes of the board",
            "text": "Item 7: job description approved.",
            "dated_on": dt.date(2026, 8, 3),
        }
        EvidenceRevision.objects.create(
            district=obj.district,
            evidence=obj,
            number=1,
            added_by=obj.owner,
            **{**plain, **fields},
        )
