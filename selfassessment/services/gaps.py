"""From a rating below the target to one that reaches it: what people do to a gap on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from roadmap.models import Milestone, Phase
from roadmap.services import adoption, milestones, planning
from roadmap.services.archived import refuse_archived
from roles.access import Reach
from roles.models import Position, SchoolYear
from roles.services.audit import record
from roles.services.refusal import Refused
from selfassessment.models import (
    EvidenceSnapshot,
    Gap,
    GapMilestone,
    IndicatorRating,
    RatingCause,
    Round,
)

SETTLED = "This gap is settled, so nothing in it changes. A new rating below the target opens one."
SAME_ROUND = "Rated {value} before its round was signed, so there is nothing left to close."
USUAL_TIME = dt.timedelta(weeks=6)
OWN_PHASE = {"key": "gaps", "title": "Gaps of the self-assessment", "order": 90}


@transaction.atomic
def opened_for(rating: IndicatorRating, *, by: Reach) -> Gap | None:
    """Call after a rating was agreed. Below its round's target: the gap that is open for the
    indicator now, a new one or the one that was open before (its target rises to the round's).
    Otherwise None; a gap that this very rating opened and nobody touched goes again.
    """
    round_, value = rating.round, rating.value
    held = Gap.objects.select_for_update(of=("self",))
    gap = held.filter(district=by.district, code=rating.code).open().first()
    if value is None or value >= round_.target:
        if gap and gap.rating_id == rating.pk and not _touched(gap):
            _withdraw(gap, value, by)
        return None
    if gap is None and _is_outdated(rating):
        return None
    if gap is None:
        gap = Gap.objects.create(
            district=by.district,
            code=rating.code,
            rating=rating,
            target=round_.target,
            opened_by=by.user,
        )
        record(by, "gap.opened", gap, code=gap.code, rated=value, target=gap.target)
    elif gap.rating_id != rating.pk:
        gap.target = max(gap.target, round_.target)
        gap.save(update_fields=["target"])
        record(by, "gap.rated_again", gap, code=gap.code, rated=value, target=gap.target)
    return gap


@transaction.atomic
def explain(gap: Gap, cause: str, owner: Position | None, target: int, *, by: Reach) -> bool:
    """Say why it is so, whose it is, and where it is to get to. True if anything changed.

    Refused without a cause, and for a target that the rating has reached already.
    """
    gap = _open(gap, by)
    if not cause.strip():
        raise Refused("Say why it is so, in a sentence.")
    if gap.rating.value is not None and target <= gap.rating.value:
        raise Refused(f"The team rated {gap.rating.value}: aim higher than that.")
    said = {"cause": cause.strip(), "owner_id": owner.pk if owner else None, "target": target}
    new = {name: value for name, value in said.items() if getattr(gap, name) != value}
    if not new:
        return False
    Gap.objects.filter(pk=gap.pk).update(**new)
    record(
        by, "gap.explained", gap,
        code=gap.code, cause=cause.strip(), owner=str(owner or ""), target=target,
    )  # fmt: skip
    return True


@transaction.atomic
def plan(gap: Gap, milestone: Milestone, *, by: Reach) -> bool:
    """Let a milestone of the roadmap close this gap. True if this call did it.

    An open one counts for the gap's indicator from now on, so that its proof is evidence by itself.
    Refused in an archived year, and for one that was set aside.
    """
    gap = _open(gap, by)
    refuse_archived(milestone.school_year)
    if milestone.state == "not_applicable":
        raise Refused("This milestone was set aside. Open it again first, or take another.")
    if milestone.is_open and gap.code not in milestone.supports:
        supports = sorted({*milestone.supports, gap.code})
        planning.edit(milestone, words={"supports": supports}, by=by)
    return bool(_attach(gap, [milestone], by))


@transaction.atomic
def take_from_library(gap: Gap, keys: Collection[str], *, by: Reach) -> int:
    """Take milestones of the library into today's school year for this gap; returns how many are
    new among its own. Those that the roadmap has already come without a second copy. A date that
    has passed becomes one six weeks from today. Refused where no school year holds today.
    """
    gap = _open(gap, by)
    year = year_of_today(by)
    lines = [each for each in library_for(gap.code, by) if each["id"] in keys]
    choices = {
        offer.key: adoption.Choice(offer.owner or gap.owner, _due(offer.due_on, year, by))
        for offer in adoption.offers(year, lines)
    }
    adoption.adopt(year, lines, choices, by=by)
    found = Milestone.objects.filter(district=by.district, school_year=year, key__in=choices)
    return _attach(gap, found.exclude(state="not_applicable"), by)


@transaction.atomic
def new_milestone(gap: Gap, fields: Mapping[str, Any], *, by: Reach) -> Milestone:
    """Put a milestone of the district's own into the roadmap for this gap.

    `fields`: title and due_on; optionally owner, phase, why, proof_hint.
    """
    gap = _open(gap, by)
    year = year_of_today(by)
    said = {name: value for name, value in fields.items() if value}
    phase = said.pop("phase", None) or _phase(year, said["due_on"])
    said.setdefault("owner", gap.owner)
    milestone = milestones.add(year, phase, supports=[gap.code], by=by, **said)
    _attach(gap, [milestone], by)
    return milestone


@transaction.atomic
def unplan(gap: Gap, milestone: Milestone, *, by: Reach) -> bool:
    """The milestone stays in the roadmap, but no longer closes this gap. True if this call did."""
    gap = _open(gap, by)
    gone, _ = GapMilestone.objects.filter(gap=gap, milestone=milestone).delete()
    if gone:
        record(by, "gap.unplanned", gap, code=gap.code, milestone=milestone.title)
    return bool(gone)


@transaction.atomic
def drop(gap: Gap, why: str, *, by: Reach) -> None:
    """The district decides not to work on it. Refused without a reason, or once it is settled."""
    gap = _open(gap, by)
    if not why.strip():
        raise Refused("Say why the district does not work on it.")
    _drop(gap, why.strip(), by)


@transaction.atomic
def settle(round_: Round, *, by: Reach) -> list[Gap]:
    """Call when a round closes. Closes the open gaps of earlier rounds whose indicator has reached
    the gap's target in this one, with evidence frozen; returns them. A gap without evidence stays.

    A gap that this round opened and has rated at the target since is gone if nobody touched it,
    and else dropped, saying so: one rating cannot both open and close.
    """
    frozen = _frozen(round_)
    given = {r.code: r for r in IndicatorRating.objects.filter(round=round_).rated()}
    held = Gap.objects.select_for_update(of=("self",)).select_related("rating")
    closed = []
    for gap in held.filter(district=by.district, code__in=given).open():
        rating = given[gap.code]
        if rating.value is None or rating.value < gap.target:
            continue
        if gap.rating_id == rating.pk:
            _undo(gap, rating, by)
        elif gap.rating.round_id < round_.pk and frozen.get(gap.code):
            _close(gap, rating, by)
            closed.append(gap)
    return closed


@transaction.atomic
def unsettle(round_: Round, *, by: Reach) -> list[Gap]:
    """Call when a closed round is reopened: the gaps that it closed are open again, unless a later
    round opened one in the same indicator. Returns those that are open again.
    """
    later = Gap.objects.filter(district=by.district).open().values("code")
    back = Gap.objects.filter(district=by.district, closing_rating__round=round_)
    found = list(back.exclude(code__in=later).order_by("code", "-opened_at"))
    for gap in found:
        Gap.objects.filter(pk=gap.pk).update(closed_at=None, closing_rating=None)
        record(by, "gap.open_again", gap, code=gap.code)
    return found


def year_of_today(by: Reach) -> SchoolYear:
    """Where new milestones go. Refused where no school year holds today, or it is archived."""
    year = SchoolYear.objects.filter(district=by.district).on(by.district.today()).first()
    if year is None:
        raise Refused("No school year holds today, so no milestone can be planned.")
    refuse_archived(year)
    return year


def library_for(code: str, by: Reach) -> list[adoption.Line]:
    """The library's milestones that serve an indicator under the district's approach."""
    return [each for each in adoption.templates(by.district) if code in each["supports"]]


def _open(gap: Gap, by: Reach) -> Gap:
    """The gap as it is now, held until the transaction ends. Refused once it is settled."""
    held = Gap.objects.select_for_update(of=("self",)).select_related("rating", "owner")
    now: Gap = held.get(district=by.district, pk=gap.pk)
    if not now.is_open:
        raise Refused(SETTLED)
    return now


def _attach(gap: Gap, chosen: Any, by: Reach) -> int:
    had = set(GapMilestone.objects.filter(gap=gap).values_list("milestone", flat=True))
    new = [each for each in chosen if each.pk not in had]
    GapMilestone.objects.bulk_create(
        GapMilestone(district=by.district, gap=gap, milestone=each, added_by=by.user)
        for each in new
    )
    for each in new:
        record(by, "gap.planned", gap, code=gap.code, milestone=each.title)
    return len(new)


def _due(planned: dt.date | None, year: SchoolYear, by: Reach) -> dt.date:
    """The plan's own date if it is still to come; else six weeks from today, within the year."""
    today = by.district.today()
    return planned if planned and planned > today else min(today + USUAL_TIME, year.ends_on)


def _phase(year: SchoolYear, due_on: dt.date) -> Phase:
    """The phase in which the roadmap is busy around that day; one of its own where it has none."""
    own = Milestone.objects.filter(school_year=year)
    near = own.filter(due_on__lte=due_on).order_by("-due_on").first() or own.first()
    if near:
        return near.phase
    phase, _ = Phase.objects.get_or_create(
        district_id=year.district_id, school_year=year, key=OWN_PHASE["key"], defaults=OWN_PHASE
    )
    return phase


def _is_outdated(rating: IndicatorRating) -> bool:
    """Whether a later round has said more: an old one was opened again to put something right."""
    later = IndicatorRating.objects.filter(
        district=rating.district_id, code=rating.code, round__gt=rating.round_id
    )
    return later.rated().exists()


def _touched(gap: Gap) -> bool:
    """Whether anybody has worked on it: nothing that someone said or planned is thrown away."""
    named = RatingCause.objects.filter(gap=gap).exists()
    return bool(gap.cause or gap.owner_id or named or GapMilestone.objects.filter(gap=gap).exists())


def _undo(gap: Gap, rating: IndicatorRating, by: Reach) -> None:
    if _touched(gap):
        _drop(gap, SAME_ROUND.format(value=rating.value), by)
    else:
        _withdraw(gap, rating.value, by)


def _withdraw(gap: Gap, value: int | None, by: Reach) -> None:
    record(by, "gap.withdrawn", gap, code=gap.code, rated=value)
    gap.delete()


def _drop(gap: Gap, why: str, by: Reach) -> None:
    Gap.objects.filter(pk=gap.pk).update(
        dropped_at=timezone.now(), dropped_by=by.user, dropped_why=why
    )
    record(by, "gap.dropped", gap, code=gap.code, why=why)


def _close(gap: Gap, rating: IndicatorRating, by: Reach) -> None:
    Gap.objects.filter(pk=gap.pk).update(closed_at=timezone.now(), closing_rating=rating)
    gap.refresh_from_db()
    record(by, "gap.closed", gap, code=gap.code, before=gap.rating.value, after=rating.value)


def _frozen(round_: Round) -> dict[str, list[Any]]:
    """The evidence that was frozen with a round, by code."""
    newest = EvidenceSnapshot.objects.filter(round=round_).first()
    return {code: of["evidence"] for code, of in newest.content.items()} if newest else {}
