"""The team rating of an indicator: what is agreed, and by whom it was noted."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.services.audit import record
from roles.services.refusal import Refused
from selfassessment.library import library
from selfassessment.models import IndicatorRating, Round, Stage

CLOSED = "This round is closed, so its ratings stay as they are. Open a new round to rate again."


@transaction.atomic
def rate(round_: Round, code: str, value: int, rationale: str, *, by: Reach) -> IndicatorRating:
    """Note what the team says of an indicator, 0 to 3. Saying the same again changes nothing.

    Refused once the round is closed, and for a code that a round does not take.
    """
    if not Round.objects.select_for_update(of=("self",)).filter(pk=round_.pk).open().exists():
        raise Refused(CLOSED)
    if code not in {indicator.code for indicator in library(round_.edition).core}:
        raise Refused(f"{code} is not part of this round.")
    rating, _ = IndicatorRating.objects.get_or_create(district=by.district, round=round_, code=code)
    before = rating.value
    if (before, rating.rationale) == (value, rationale):
        return rating
    rating.value, rating.rationale, rating.stage = value, rationale, Stage.AGREED
    rating.rated_by, rating.rated_at = by.user, timezone.now()
    rating.save()
    record(by, "assessment.rated", rating, code=code, before=before, after=value)
    return rating
