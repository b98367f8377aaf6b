"""Filling in a form: each answer is saved by itself, then the whole is submitted and locked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from checklists import scoring
from checklists.models import Checklist, ChecklistItem, Rating, WindowState
from roles.access import Reach
from roles.services import audit
from roles.services.refusal import Refused

SUBMITTED = "This checklist is submitted. Its ratings are locked."
NOT_YOURS = "Only the person who rates can fill in this checklist."


class Unrated(Refused):
    """Submitting was refused: `items` have no rating yet."""

    def __init__(self, items: list[ChecklistItem]) -> None:
        some = "One item has" if len(items) == 1 else f"{len(items)} items have"
        super().__init__(f"{some} no rating yet.")
        self.items = items


@dataclass(frozen=True, slots=True)
class Given:
    """What a rater answers to one item: a value of its scale, or N/A, or yet neither."""

    value: int | None = None
    not_applicable: bool = False
    note: str = ""


@transaction.atomic
def save_rating(checklist: Checklist, item: ChecklistItem, given: Given, *, by: Reach) -> Rating:
    """Keep one answer, over an earlier one. Saving the same twice changes nothing but the time.

    Refuses a submitted form, a window that is not open, someone else's form, an item of another
    template and a value that is not on the item's scale. Leaves no audit row: the form's
    submission does.
    """
    locked = _lock(checklist, by)
    _check(locked, item, given)
    now = timezone.now()
    rating, _ = Rating.objects.update_or_create(
        checklist=checklist,
        item=item,
        defaults={
            "district_id": checklist.district_id,
            "value": given.value,
            "not_applicable": given.not_applicable,
            "note": given.note,
            "saved_at": now,
        },
    )
    locked.started_at = checklist.started_at = locked.started_at or now
    locked.saved_at = checklist.saved_at = now
    locked.save(update_fields=["started_at", "saved_at"])
    return rating


def _lock(checklist: Checklist, by: Reach) -> Checklist:
    """The form as it stands, held against a submission at the same moment."""
    rows = Checklist.objects.select_related("window", "district", "template")
    locked: Checklist = rows.select_for_update(of=("self",)).get(pk=checklist.pk)
    if locked.rater_id != by.user.pk:
        raise Refused(NOT_YOURS)
    if locked.is_submitted:
        raise Refused(SUBMITTED)
    why = why_shut(locked)
    if why:
        raise Refused(why)
    return locked


def why_shut(checklist: Checklist) -> str:
    """A sentence if the form's window takes no answers today, else ""."""
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
        raise Refused(f"A note has at most {Rating.NOTE_LENGTH:,} characters.")


@transaction.atomic
def submit(checklist: Checklist, *, by: Reach) -> Checklist:
    """Lock a form and work out what it came to. Refuses while items are unrated (`Unrated`)."""
    locked = _lock(checklist, by)
    items = list(ChecklistItem.objects.filter(template=locked.template_id))
    ratings = {rating.item_id: rating for rating in locked.ratings.all()}
    unrated = [item for item in items if item.pk not in ratings or not ratings[item.pk].is_given]
    if unrated:
        raise Unrated(unrated)
    result = scoring.score(
        (ratings[item.pk].answer(item) for item in items), locked.template.thresholds
    )
    locked.submitted_at = timezone.now()
    locked.score, locked.coverage, locked.band = result.score, result.coverage, result.band
    locked.save(update_fields=["submitted_at", "score", "coverage", "band"])
    audit.record(by, "checklist.submitted", locked, window=locked.window.label)
    return locked
