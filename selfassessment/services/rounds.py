"""Opening and closing a round."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import SchoolYear
from roles.services.audit import record
from roles.services.refusal import Refused
from selfassessment.collecting import collect
from selfassessment.library import EDITION, library
from selfassessment.models import IndicatorRating, Round
from selfassessment.readiness import hint


@transaction.atomic
def open_round(label: str, opens_on: dt.date, closes_on: dt.date, *, by: Reach) -> Round:
    """Start a round with the current edition.

    Refused when one is open, when the school year has one of that name, or when no school year
    holds the first day.
    """
    year = SchoolYear.objects.filter(district=by.district).on(opens_on).first()
    if year is None:
        raise Refused("No school year holds that first day.")
    try:
        with transaction.atomic():
            opened = Round.objects.create(
                district=by.district,
                school_year=year,
                label=label,
                opens_on=opens_on,
                closes_on=closes_on,
                edition=EDITION,
            )
    except IntegrityError as error:
        raise Refused("A round is open, or this year has one of that name.") from error
    record(by, "assessment.round_opened", opened, label=label, edition=EDITION)
    return opened


@transaction.atomic
def close_round(round_: Round, *, by: Reach) -> Round:
    """Freeze a round: its ratings, and the hints as they stand today. Refused if it is closed."""
    closed = Round.objects.filter(pk=round_.pk).open()
    moved = closed.update(state=Round.State.CLOSED, closed_at=timezone.now(), closed_by=by.user)
    if not moved:
        raise Refused("This round has already been closed.")
    round_.refresh_from_db()
    _freeze_hints(round_, by)
    rated = IndicatorRating.objects.filter(round=round_).rated().count()
    record(by, "assessment.round_closed", round_, label=round_.label, rated=rated)
    return round_


def _freeze_hints(round_: Round, by: Reach) -> None:
    facts = collect(by, by.district.today())
    found = {each.code: hint(each, facts) for each in library(round_.edition).core}
    IndicatorRating.objects.bulk_create(
        [
            IndicatorRating(
                district=by.district, round=round_, code=code, hint=each.value if each else None
            )
            for code, each in found.items()
        ],
        update_conflicts=True,
        unique_fields=["round", "code"],
        update_fields=["hint"],
    )
