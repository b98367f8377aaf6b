"""The three steps of taking a roadmap over: which, from when, and every line of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms

from roadmap.forms.milestones import day_input
from roadmap.forms.shared import bare, check_near
from roadmap.models import RoadmapTemplate
from roadmap.services.adoption import Choice, Offered
from roles.access import Reach
from roles.models import Approach, Position, SchoolYear

ALL, CORE, TEMPLATE = "all", "core", "t"


class WhatForm(forms.Form):
    """`template` is the district's own one that was chosen, if one was."""

    set = forms.ChoiceField(label="Which milestones", widget=forms.RadioSelect)
    approach = forms.ChoiceField(
        label="How the district gets its tutoring",
        choices=Approach.choices,
        help_text="Of the shipped milestones, those that fit it are offered.",
    )

    def __init__(self, *args: Any, reach: Reach, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = RoadmapTemplate.objects.reachable(reach).filter(put_away_at=None)
        self.templates = {f"{TEMPLATE}{template.pk}": template for template in own}
        self.fields["set"].choices = [  # type: ignore[attr-defined]
            (ALL, f"The whole year: {counts[ALL]} milestones"),
            (CORE, f"The core set: {counts[CORE]}, for a first year or a small district"),
            *((key, f"Our template: {template.name}") for key, template in self.templates.items()),
        ]
        self.fields["approach"].widget.attrs["class"] = "form-select"
        self.helper = bare("set", "approach")

    @property
    def template(self) -> RoadmapTemplate | None:
        return self.templates.get(self.cleaned_data["set"])


class StartForm(forms.Form):
    """`day` is the day that stands in for the first student day; None for that day itself."""

    FIRST, OTHER = "first", "other"

    start = forms.ChoiceField(label="Counted from", widget=forms.RadioSelect)
    start_on = forms.DateField(
        label="Another day",
        required=False,
        widget=day_input(),
        help_text="The day on which students would begin, where a program starts in winter.",
    )

    def __init__(self, *args: Any, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        first = year.first_student_day
        self.fields["start"].choices = [  # type: ignore[attr-defined]
            (self.FIRST, f"The first student day, {first:%B} {first.day}, {first.year}"),
            (self.OTHER, "Another day, on which our program starts"),
        ]
        self.helper = bare("start", "start_on")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("start") == self.OTHER and "start_on" not in self.errors:
            if not given.get("start_on"):
                self.add_error("start_on", "Give the day.")
            else:
                self._check_near(given["start_on"])
        return given

    def _check_near(self, day: dt.date) -> None:
        try:
            check_near(day, self.year)
        except forms.ValidationError as error:
            self.add_error("start_on", error)

    @property
    def day(self) -> dt.date | None:
        return self.cleaned_data["start_on"] if self.cleaned_data["start"] == self.OTHER else None


@dataclass(frozen=True)
class LineFields:
    """One line on the page: what is offered, its three fields, and what is best done first."""

    offer: Offered
    take: forms.BoundField
    owner: forms.BoundField
    due: forms.BoundField
    is_past: bool
    first: Sequence[str]


class LinesForm(forms.Form):
    """For every offered line: whether it comes, its owner, its due date."""

    def __init__(
        self,
        *args: Any,
        offers: Sequence[Offered],
        seats: Iterable[Position],
        year: SchoolYear,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.today = year, today
        self.offers = [offer for offer in offers if not offer.there]
        self.known = {offer.key for offer in offers}
        self.seats = {str(seat.pk): seat for seat in seats}
        choices = [("", "No owner yet"), *((pk, str(seat)) for pk, seat in self.seats.items())]
        for offer in self.offers:
            self._ask(offer, choices)

    def _ask(self, offer: Offered, choices: list[tuple[str, str]]) -> None:
        key, title = offer.key, offer.line["title"]
        self.fields[f"take-{key}"] = forms.BooleanField(
            label=title, required=False, initial=bool(offer.due_on) and not self._is_past(offer)
        )
        self.fields[f"owner-{key}"] = forms.ChoiceField(
            label=f"Owner of {title}",
            choices=choices,
            required=False,
            initial=str(offer.owner.pk) if offer.owner else "",
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"due-{key}"] = forms.DateField(
            label=f"Due date of {title}",
            required=False,
            initial=offer.due_on,
            widget=forms.DateInput({"type": "date", "class": "form-control"}),
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for offer in self.offers:
            name = f"due-{offer.key}"
            if given.get(f"take-{offer.key}") and name not in self.errors:
                self._check_day(name, given.get(name))
        if not self.errors and not any(given.get(f"take-{o.key}") for o in self.offers):
            raise forms.ValidationError("Choose at least one milestone.")
        return given

    def _check_day(self, name: str, day: dt.date | None) -> None:
        if day is None:
            self.add_error(name, "Give the day, or leave the milestone out.")
            return
        try:
            check_near(day, self.year)
        except forms.ValidationError as error:
            self.add_error(name, error)

    def _is_past(self, offer: Offered) -> bool:
        return offer.due_on is not None and offer.due_on < self.today

    @property
    def past(self) -> int:
        """How many of the dates offered have passed."""
        return sum(self._is_past(offer) for offer in self.offers)

    @property
    def unowned(self) -> int:
        return sum(offer.owner is None for offer in self.offers)

    @property
    def choices(self) -> dict[str, Choice]:
        """Of a valid form: what comes, by key."""
        given = self.cleaned_data
        return {
            o.key: Choice(self.seats.get(given[f"owner-{o.key}"]), given[f"due-{o.key}"])
            for o in self.offers
            if given[f"take-{o.key}"]
        }

    def phases(self, titles: Mapping[str, str]) -> Iterator[tuple[str, list[LineFields]]]:
        """The lines under the title of their phase, in order."""
        for key, found in groupby(self.offers, key=lambda offer: offer.line["phase"]):
            rows = [self._row(offer) for offer in found]
            yield titles.get(key) or rows[0].offer.line.get("phase_title") or key, rows

    def _row(self, offer: Offered) -> LineFields:
        take, owner, due = (self[f"{name}-{offer.key}"] for name in ("take", "owner", "due"))
        first = [key for key in offer.line.get("after", ()) if key in self.known]
        return LineFields(offer, take, owner, due, self._is_past(offer), first)
