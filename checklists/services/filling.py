"""Filling in a form: each answer is saved by itself, then the whole is submitted and locked.

Answers come over bad networks: late, twice, and from two devices. A page names the version of the
rating that it showed, and gives each save a name of its own (`Seen`). So a save that comes again
changes nothing, and one that would write over an answer its page never showed is a `Clash`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from checklists import scoring
from checklists.models import Checklist, ChecklistItem, Rating, WindowState
from checklists.services import both_in
from roles.access import Reach
from roles.services import audit
from roles.services.refusal import Refused

SUBMITTED = "This checklist is submitted. Its ratings are locked."
SET_ASIDE = (
    "This checklist was set aside because the position changed hands. It takes no more answers."
)
NOT_YOURS = "Only the person who rates can fill in this checklist."


class Shut(Refused):
    """The form takes no answers, now or any more."""


class Unrated(Refused):
    """Submitting was refused: `items` have no rating yet, `unexplained` are N/A without a why."""

    def __init__(self, items: list[ChecklistItem], unexplained: list[ChecklistItem]) -> None:
        said = [
            _count(items, "has no rating yet", "have no rating yet"),
            _count(unexplained, "is N/A without a reason", "are N/A without a reason"),
        ]
        super().__init__(" and ".join(part for part in said if part) + ".")
        self.items = items
        self.unexplained = unexplained


def _count(items: list[ChecklistItem], one: str, many: str) -> str:
    if not items:
        return ""
    return f"1 item {one}" if len(items) == 1 else f"{len(items)} items {many}"


class Clash(Refused):
    """The item was answered differently since the page was read; `rating` is what stands."""

    def __init__(self, rating: Rating) -> None:
        super().__init__("This item was answered differently in another tab or on another device.")
        self.rating = rating


@dataclass(frozen=True, slots=True)
class Given:
    """What a rater answers to one item: a value of its scale, or N/A, or yet neither."""

    value: int | None = None
    not_applicable: bool = False
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Given()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page knew when an answer was given on it.

    `version` is that of the rating which it showed, 0 for none. `save_id` is the page's name of
    this save; `after` are its earlier saves of the same item, whose replies it may not have heard.
    """

    version: int
    save_id: uuid.UUID | None = None
    after: frozenset[uuid.UUID] = frozenset()

    def covers(self, rating: Rating) -> bool:
        """Whether the page showed this rating, or made it."""
        return self.version == rating.version or rating.save_id in self.after


@transaction.atomic
def save_rating(
    checklist: Checklist,
    item: ChecklistItem,
    given: Given,
    *,
    by: Reach,
    seen: Seen | None = None,
) -> Rating:
    """Keep one answer. The same save again, or the same answer, changes nothing.

    Raises `Clash` if another answer stands than the one that was seen; without `seen` the answer
    goes over whatever stands. Raises `Shut` for a submitted form, one set aside, a window that is
    not open; `Refused` for someone else's form, an item of another template and a value that is
    not on the item's scale. Leaves no audit row: the form's submission does. An empty answer where
    none stands gives a rating of version 0 that is in no table.
    """
    locked = _lock(checklist, by)
    _check(locked, item, given)
    # The lock on the form keeps the order of all saves on it; the rating needs none of its own.
    rating = Rating.objects.filter(checklist=checklist, item=item).first()
    if rating and _stands(rating, given, seen):
        return rating
    rating = rating or Rating(
        district_id=checklist.district_id, checklist=locked, item=item, version=0
    )
    rating.saved_at = timezone.now()
    if not rating.pk and given.is_empty:
        return rating
    _write(rating, given, seen)
    _note_the_time(locked, rating)
    return rating


def _stands(rating: Rating, given: Given, seen: Seen | None) -> bool:
    """Whether there is nothing to write. Raises `Clash`."""
    if seen and seen.save_id and rating.save_id == seen.save_id:
        return True
    if given == Given(rating.value, rating.not_applicable, rating.note):
        return True
    if seen and not seen.covers(rating):
        raise Clash(rating)
    return False


def _write(rating: Rating, given: Given, seen: Seen | None) -> None:
    rating.value, rating.not_applicable = given.value, given.not_applicable
    rating.note = given.note
    rating.version += 1
    rating.save_id = seen.save_id if seen else None
    rating.save()


def _note_the_time(form: Checklist, rating: Rating) -> None:
    form.started_at = form.started_at or rating.saved_at
    form.saved_at = rating.saved_at
    form.save(update_fields=["started_at", "saved_at"])


def _lock(checklist: Checklist, by: Reach) -> Checklist:
    """The form as it stands, held against other saves and a submission at the same moment."""
    rows = Checklist.objects.select_related("window", "district", "template")
    locked: Checklist = rows.select_for_update(of=("self",)).get(pk=checklist.pk)
    if locked.rater_id != by.user.pk:
        raise Refused(NOT_YOURS)
    why = why_locked(locked)
    if why:
        raise Shut(why)
    return locked


def why_locked(checklist: Checklist) -> str:
    """A sentence if the form takes no answers today, else ""."""
    return SUBMITTED if checklist.is_submitted else why_shut(checklist)


def why_shut(checklist: Checklist) -> str:
    """A sentence if the form takes no answers though it is not submitted, else ""."""
    if checklist.withdrawn_at and not checklist.is_submitted:
        return SET_ASIDE
    window = checklist.window
    state = window.state(checklist.district.today())
    if state == WindowState.PLANNED:
        return f"{window} opens on {window.opens_on:%B} {window.opens_on.day}."
    return "" if state == WindowState.OPEN else f"{window} is closed. Nothing can be changed."


def _check(checklist: Checklist, item: ChecklistItem, given: Given) -> None:
    scale = item.on_scale
    if item.template_id != checklist.template_id:
        raise Refused("This item is not on this checklist.")
    if given.value is not None and (given.not_applicable or not scale.holds(given.value)):
        raise Refused("This rating is not on the item's scale.")
    if given.not_applicable and not scale.allow_na:
        raise Refused("This item cannot be marked as not applicable.")
    if len(given.note) > Rating.NOTE_LENGTH:
        raise Refused(
            f"A note has at most {Rating.NOTE_LENGTH:,} characters; this one has"
            f" {len(given.note):,}. Shorten it, and it is saved."
        )


@transaction.atomic
def submit(checklist: Checklist, *, by: Reach) -> Checklist:
    """Lock a form and work out what it came to.

    Refuses while items are unrated, or marked as not applicable without a note that says why
    (`Unrated`).
    """
    locked = _lock(checklist, by)
    items = list(ChecklistItem.objects.filter(template=locked.template_id))
    ratings = {rating.item_id: rating for rating in locked.ratings.all()}
    unrated = [item for item in items if item.pk not in ratings or not ratings[item.pk].is_given]
    unexplained = [
        item
        for item in items
        if item.pk in ratings and ratings[item.pk].not_applicable and not ratings[item.pk].note
    ]
    if unrated or unexplained:
        raise Unrated(unrated, unexplained)
    result = scoring.score(
        (ratings[item.pk].answer(item) for item in items), locked.template.thresholds
    )
    locked.submitted_at = timezone.now()
    locked.score, locked.coverage, locked.band = result.score, result.coverage, result.band
    locked.save(update_fields=["submitted_at", "score", "coverage", "band"])
    audit.record(by, "checklist.submitted", locked, window=locked.window.label)
    both_in.tell(locked, by=by)
    return locked
