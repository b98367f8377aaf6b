"""A form as a page shows it: its items in order, each with the rating it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateformat import format as date_format

from checklists.models import Checklist, ChecklistItem, RaterKind, Rating
from checklists.scales import Point
from checklists.scoring import Answer, Band
from checklists.services.filling import Given

NA = "na"
BANDS: dict[str, tuple[str, str]] = {  # the kind and the word of the status chip
    Band.ON_TRACK: ("good", "On track"),
    Band.DEVELOPING: ("developing", "Developing"),
    Band.NEEDS_SUPPORT: ("needs-support", "Needs support"),
    Band.NOT_ENOUGH: ("not-enough", "Not enough ratings"),
}
KINDS = ("good", "partly", "low", "not-applicable", "not-rated")  # of the chips of answers
STEPS = 2  # how many next steps a result names


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that was sent and not kept: it stays on the page, with what stands in its way.

    `base` is the version that the sender saw; `clashes` if another answer stands by now.
    """

    given: Given
    base: int
    refusal: str = ""
    clashes: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a form and its rating, if there is one."""

    number: int
    item: ChecklistItem
    rating: Rating | None
    pending: Pending | None = None

    @property
    def given(self) -> Given:
        """The answer as it is kept."""
        return Given(self.answer.value, self.answer.not_applicable, self.note)

    @property
    def shown(self) -> Given:
        """The answer as the page shows it: what was sent, even if it could not be kept."""
        return self.pending.given if self.pending else self.given

    @property
    def version(self) -> int:
        """The version of the rating that the page builds on; 0 for none."""
        if self.pending:
            return self.pending.base
        return self.rating.version if self.rating else 0

    @property
    def stored_version(self) -> int:
        return self.rating.version if self.rating else 0

    @property
    def stored_time(self) -> str:
        return said_time(self.rating.saved_at) if self.rating else ""

    @property
    def is_given(self) -> bool:
        return self.rating is not None and self.rating.is_given

    @property
    def lacks_reason(self) -> bool:
        """Marked as not applicable, and the note does not say why."""
        return self.given.not_applicable and not self.note

    @property
    def is_complete(self) -> bool:
        return self.is_given and not self.lacks_reason

    @property
    def chosen(self) -> str:
        """What the radio of the answer holds: "0", "1", "2", "na", or "" while unrated."""
        return radio_of(self.shown)

    @property
    def note(self) -> str:
        return self.rating.note if self.rating else ""

    @property
    def answers(self) -> Iterator[tuple[Point, bool]]:
        """The scale, best first, each point with whether it is the one chosen."""
        for point in self.item.on_scale.best_first:
            yield point, self.chosen == str(point.value)

    @property
    def answer(self) -> Answer:
        if self.rating is None:
            return Answer(None, self.item.on_scale.max, self.item.critical)
        return self.rating.answer(self.item)

    @property
    def is_low(self) -> bool:
        """Rated, and not with the best answer of its scale."""
        return self.answer.is_rated and self.answer.share < 1

    @property
    def kind(self) -> str:
        """The kind of the status chip."""
        answer = self.answer
        if answer.not_applicable:
            return "not-applicable"
        if not answer.is_rated:
            return "not-rated"
        return "good" if answer.share == 1 else "low" if answer.share == 0 else "partly"

    @property
    def word(self) -> str:
        return word_of(self.item, self.given)

    @property
    def word_shown(self) -> str:
        return word_of(self.item, self.shown)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form."""

    checklist: Checklist
    lines: tuple[Line, ...]

    def with_pending(self, pending: Mapping[int, Pending]) -> Sheet:
        """The form with the answers that could not be kept, by item."""
        lines = (replace(line, pending=pending.get(line.item.pk)) for line in self.lines)
        return Sheet(self.checklist, tuple(lines))

    @property
    def kinds(self) -> tuple[str, ...]:
        return KINDS

    @property
    def saved_time(self) -> str:
        return said_time(self.checklist.saved_at) if self.checklist.saved_at else ""

    @property
    def is_observed(self) -> bool:
        return self.checklist.rater_kind == RaterKind.OBSERVER

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def done(self) -> int:
        return sum(line.is_given for line in self.lines)

    @property
    def unrated(self) -> list[Line]:
        return [line for line in self.lines if not line.is_given]

    @property
    def unexplained(self) -> list[Line]:
        return [line for line in self.lines if line.lacks_reason]

    @property
    def incomplete(self) -> list[Line]:
        """What stands between the form and its submission, in the order of the form."""
        return [line for line in self.lines if not line.is_complete]

    @property
    def low(self) -> list[Line]:
        return [line for line in self.lines if line.is_low]

    @property
    def next_steps(self) -> list[Line]:
        """The items to work on first: critical ones, then the lowest, then in their order."""
        order = sorted(
            self.low, key=lambda line: (not line.item.critical, line.answer.share, line.number)
        )
        return order[:STEPS]

    @property
    def band(self) -> tuple[str, str] | None:
        return BANDS.get(self.checklist.band)


def radio_of(given: Given) -> str:
    """An answer as the radio buttons of a page name it."""
    if given.not_applicable:
        return NA
    return "" if given.value is None else str(given.value)


def word_of(item: ChecklistItem, given: Given) -> str:
    """An answer in the words of its scale."""
    if given.not_applicable:
        return "N/A"
    if given.value is None or not item.on_scale.holds(given.value):
        return "Not rated"
    return item.on_scale.label_of(given.value)


def said_time(at: dt.datetime) -> str:
    """A moment by the clock of the server, in the zone that is in force: "10:42 AM"; before
    today with its day.
    """
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "g:i A" if is_today else "F j, g:i A")


def sheet_of(
    checklist: Checklist, items: QuerySet[ChecklistItem], ratings: QuerySet[Rating]
) -> Sheet:
    """Put a form together from the rows the reader may see. 2 queries."""
    found = {rating.item_id: rating for rating in ratings.filter(checklist=checklist)}
    of_template = items.filter(template=checklist.template_id).select_related("duty")
    lines = (Line(n, item, found.get(item.pk)) for n, item in enumerate(of_template, 1))
    return Sheet(checklist, tuple(lines))
