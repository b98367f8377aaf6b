"""What the two raters of a position agree on, item by item, until they close the cycle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from checklists import scoring
from checklists.models import Checklist, ChecklistItem, RaterKind, Rating, Window
from checklists.notices import Closed
from checklists.pairs import Pair, pair_of
from checklists.services import actions
from checklists.services.actions import NewAction
from checklists.services.filling import Given
from roles.access import Reach
from roles.models import District, User
from roles.schooltime import ONE_DAY, Span, is_school_day
from roles.services import audit, notices
from roles.services.calendar import closures_of
from roles.services.refusal import Refused

GRACE = 30  # school days after the window's last one, in which a pair may still agree
NOT_BOTH_IN = "Both ratings must be in first. Then the two of you compare and agree."
CHANGED = "The other one of you chose something else meanwhile. Pick what you agree on."
SET_ASIDE = "This agreed rating was set aside. Begin it again from the comparison."
NOT_THE_PAIR = "Only the two who rated can agree on the rating."
CLOSED = "This cycle is closed. Its agreed rating and its ratings stay as they are."
LATE = "The two of you could agree until {day:%B} {day.day}. It stays without an agreed rating."


class NotAgreed(Refused):
    """Closing was refused: `items` are not agreed on yet."""

    def __init__(self, items: list[ChecklistItem]) -> None:
        one = "1 item is not agreed on yet. Pick what you agree on, then close the cycle."
        many = f"{len(items)} items are not agreed on yet. Pick what you agree on, then close."
        super().__init__(one if len(items) == 1 else many)
        self.items = items


class Differs(Refused):
    """The other one has chosen something else meanwhile: `kept` is what stands now."""

    def __init__(self, kept: Rating) -> None:
        super().__init__(CHANGED)
        self.kept = kept


def last_day(window: Window, district: District, closures: Sequence[Span] | None = None) -> dt.date:
    """The last day on which the two raters of a window may agree and close. One query, none if
    the district's closures are given.
    """
    closures = closures_of(district) if closures is None else closures
    day, left = _closing_day(window, district), GRACE
    while left:
        day += ONE_DAY
        left -= is_school_day(day, closures)
    return day


def _closing_day(window: Window, district: District) -> dt.date:
    """The window's last day, or the earlier one on which a person closed it."""
    if window.closed_at is None:
        return window.closes_on
    return min(window.closes_on, timezone.localdate(window.closed_at, district.zone))


def is_in_time(window: Window, district: District, closures: Sequence[Span] | None = None) -> bool:
    """Whether the two raters may still agree; works the calendar out only if it is close."""
    today = district.today()
    surely = _closing_day(window, district) + GRACE * ONE_DAY
    return today <= surely or today <= last_day(window, district, closures)


def why_not(pair: Pair, by: Reach) -> str:
    """A sentence if this person cannot agree on this pair's rating today, else ""."""
    if not pair.includes(by.user):
        return NOT_THE_PAIR
    if pair.is_closed:
        return CLOSED
    if not pair.both_in:
        return NOT_BOTH_IN
    window = pair.own.window
    if is_in_time(window, by.district):
        return ""
    return LATE.format(day=last_day(window, by.district))


@transaction.atomic
def begin(form: Checklist, *, by: Reach) -> Checklist:
    """Open the agreed form of a pair: equal ratings are agreed, the others wait for the two.

    Whoever comes second gets the form that is there. Refuses anyone but the two, before both
    ratings are in, and after the last day.
    """
    pair = _hold(form, by)
    if pair.agreed is not None:
        return pair.agreed
    own = pair.own
    now = timezone.now()
    agreed = Checklist.objects.create(
        district_id=own.district_id,
        window_id=own.window_id,
        template_id=own.template_id,
        position_id=own.position_id,
        school_id=own.school_id,
        holder_id=own.holder_id,
        rater_kind=RaterKind.AGREED,
        rater_id=by.user.pk,
        started_at=now,
        saved_at=now,
        told_at=now,
    )
    Rating.objects.bulk_create(_equal(pair, agreed))
    audit.record(by, "checklist.agreeing_begun", agreed, window=own.window.label)
    return agreed


def _hold(form: Checklist, by: Reach) -> Pair:
    """The pair as it stands, held against a reopening and against the other one at once."""
    cycle = Checklist.objects.current().filter(
        window=form.window_id, position=form.position_id, holder=form.holder_id
    )
    list(cycle.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    pair = pair_of(form, Checklist.objects.filter(district=by.district))
    if pair is None:
        raise Refused(NOT_BOTH_IN)
    why = why_not(pair, by)
    if why:
        raise Refused(why)
    return pair


def _equal(pair: Pair, agreed: Checklist) -> list[Rating]:
    """The ratings that both gave alike, as ratings of the agreed form; notes stay with whose."""
    theirs = {rating.item_id: rating for rating in pair.observer.ratings.all()}
    both = ((own, theirs.get(own.item_id)) for own in pair.own.ratings.all())
    return [
        Rating(
            district_id=agreed.district_id,
            checklist=agreed,
            item_id=own.item_id,
            value=own.value,
            not_applicable=own.not_applicable,
            saved_at=timezone.now(),
        )
        for own, other in both
        if other
        and own.is_given
        and (own.value, own.not_applicable) == (other.value, other.not_applicable)
    ]


@transaction.atomic
def agree_on(
    agreed: Checklist, item: ChecklistItem, given: Given, *, base: int, by: Reach
) -> Rating:
    """Keep what the two agree on for one item, over the version `base` that the person saw.

    0 stands for no rating yet. The same answer again changes nothing. Raises Differs if the other
    one has chosen something else since, Refused as `begin` does and for an answer off the scale.
    """
    pair = _hold(agreed, by)
    if pair.agreed is None or pair.agreed.pk != agreed.pk:
        raise Refused(SET_ASIDE)
    _check(agreed, item, given)
    kept = Rating.objects.filter(checklist=agreed, item=item).first()
    if kept is not None and _says(kept) == given:
        return kept
    if kept is not None and kept.version != base:
        raise Differs(kept)
    rating = kept or Rating(district_id=agreed.district_id, checklist=agreed, item=item, version=0)
    rating.value, rating.not_applicable, rating.note = (
        given.value,
        given.not_applicable,
        given.note,
    )
    rating.version += 1
    rating.saved_at = timezone.now()
    rating.save()
    Checklist.objects.filter(pk=agreed.pk).update(saved_at=rating.saved_at)
    return rating


def _says(rating: Rating) -> Given:
    return Given(rating.value, rating.not_applicable, rating.note)


def _check(agreed: Checklist, item: ChecklistItem, given: Given) -> None:
    scale = item.on_scale
    if item.template_id != agreed.template_id:
        raise Refused("This item is not on this checklist.")
    if given.value is None and not given.not_applicable:
        raise Refused("Pick what you agree on.")
    if given.value is not None and not scale.holds(given.value):
        raise Refused("This rating is not on the item's scale.")
    if given.not_applicable and not scale.allow_na:
        raise Refused("This item cannot be marked as not applicable.")
    if len(given.note) > Rating.NOTE_LENGTH:
        raise Refused(f"A note has at most {Rating.NOTE_LENGTH:,} characters.")


@transaction.atomic
def close_cycle(agreed: Checklist, lines: Sequence[NewAction], *, by: Reach) -> Checklist:
    """Close the cycle with its agreed rating and one to three actions; from then on read-only.

    Raises NotAgreed while an item is not agreed on, Refused as `begin` and `actions.plan` do. The
    other one of the two gets a letter.
    """
    pair = _hold(agreed, by)
    form = pair.agreed
    if form is None or form.pk != agreed.pk:
        raise Refused(SET_ASIDE)
    items = list(ChecklistItem.objects.filter(template=form.template_id))
    ratings = {rating.item_id: rating for rating in form.ratings.all()}
    open_items = [item for item in items if item.pk not in ratings]
    if open_items:
        raise NotAgreed(open_items)
    actions.plan(form, lines, by)
    result = scoring.score((ratings[i.pk].answer(i) for i in items), form.template.thresholds)
    form.submitted_at = timezone.now()
    form.score, form.coverage, form.band = result.score, result.coverage, result.band
    form.save(update_fields=["submitted_at", "score", "coverage", "band"])
    audit.record(by, "checklist.cycle_closed", form, window=form.window.label, actions=len(lines))
    _tell(pair, form, by)
    return form


def _tell(pair: Pair, form: Checklist, by: Reach) -> None:
    other: User = pair.other(by.user)
    notices.tell(by.district, other, Closed.kind, f"{Closed.kind}:{form.pk}")
