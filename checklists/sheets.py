"""A form as a page shows it: its items in order, each with the rating it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from checklists.models import Checklist, ChecklistItem, Rating
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
STEPS = 2  # how many next steps a result names


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a form and its rating, if there is one."""

    number: int
    item: ChecklistItem
    rating: Rating | None
    typed: str | None = None  # a note that could not be kept
    refusal: str = ""

    @property
    def given(self) -> Given:
        """The answer as it is kept."""
        return Given(self.answer.value, self.answer.not_applicable, self.note)

    @property
    def is_given(self) -> bool:
        return self.rating is not None and self.rating.is_given

    @property
    def chosen(self) -> str:
        """What the radio of the answer holds: "0", "1", "2", "na", or "" while unrated."""
        if self.rating is None or not self.rating.is_given:
            return ""
        return NA if self.rating.not_applicable else str(self.rating.value)

    @property
    def note(self) -> str:
        return self.rating.note if self.rating else ""

    @property
    def note_shown(self) -> str:
        return self.note if self.typed is None else self.typed

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
        answer = self.answer
        if answer.not_applicable:
            return "N/A"
        if answer.value is None:
            return "Not rated"
        return self.item.on_scale.label_of(answer.value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form."""

    checklist: Checklist
    lines: tuple[Line, ...]

    def with_typed(self, typed: Mapping[int, str], refused: Mapping[int, str]) -> Sheet:
        """The form with what was typed but not kept, by item, and why not."""
        lines = (
            replace(line, typed=typed.get(line.item.pk), refusal=refused.get(line.item.pk, ""))
            for line in self.lines
        )
        return Sheet(self.checklist, tuple(lines))

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


def sheet_of(
    checklist: Checklist, items: QuerySet[ChecklistItem], ratings: QuerySet[Rating]
) -> Sheet:
    """Put a form together from the rows the reader may see. 2 queries."""
    found = {rating.item_id: rating for rating in ratings.filter(checklist=checklist)}
    of_template = items.filter(template=checklist.template_id).select_related("duty")
    lines = (Line(n, item, found.get(item.pk)) for n, item in enumerate(of_template, 1))
    return Sheet(checklist, tuple(lines))
