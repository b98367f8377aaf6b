"""What is asked about the sessions of a line: one, or a row of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from roadmap.forms.learning import MOST_SESSIONS, minutes
from roadmap.forms.shared import bare, offer, seats
from roadmap.learning_time import Proposed
from roles.access import Reach
from roles.models import Position, School, SchoolYear

DAY = {"type": "date"}
TIME = {"type": "time"}
USUAL_START = dt.time(15, 30)


class PlaceFields(forms.Form):
    """Time, length, place and leader: the same for one session and for a row of them."""

    at = forms.TimeField(label="Begins at", widget=forms.TimeInput(TIME), initial=USUAL_START)
    minutes_long = minutes("Minutes")
    place = forms.CharField(max_length=120, required=False)
    link = forms.URLField(label="Video link", max_length=500, required=False, assume_scheme="https")
    leader = forms.ModelChoiceField(
        Position.objects.none(),
        label="Led by",
        required=False,
        empty_label="Nobody yet",
        help_text="A position. Whoever holds it that day can take attendance.",
    )

    def __init__(self, *args: Any, reach: Reach, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, leader=seats(reach))
        self.year = year

    def _in_year(self, day: dt.date) -> dt.date:
        if not self.year.starts_on <= day <= self.year.ends_on:
            raise forms.ValidationError(
                f"This day is not in the school year {self.year}. Choose one between "
                f"{self.year.starts_on:%B} {self.year.starts_on.day} and "
                f"{self.year.ends_on:%B} {self.year.ends_on.day}."
            )
        return day


class ScheduleForm(PlaceFields):
    """The first day of a row of sessions; the rhythm is the line's."""

    first = forms.DateField(label="First session on", widget=forms.DateInput(DAY))
    count = forms.IntegerField(label="How many", min_value=1, max_value=MOST_SESSIONS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        half = "col-md-6"
        self.helper = bare(
            Row(Column("first", css_class=half), Column("count", css_class=half)),
            Row(Column("at", css_class=half), Column("minutes_long", css_class=half)),
            "leader",
            Row(Column("place", css_class=half), Column("link", css_class=half)),
        )

    def clean_first(self) -> dt.date:
        return self._in_year(self.cleaned_data["first"])

    def session_fields(self) -> dict[str, Any]:
        names = ("at", "minutes_long", "place", "link", "leader")
        return {name: self.cleaned_data[name] for name in names}


class DaysForm(forms.Form):
    """The days that were worked out, each of which may be changed or left empty."""

    def __init__(
        self, *args: Any, days: Sequence[Proposed] = (), year: SchoolYear, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        sent = sum(name.startswith("day-") for name in self.data)
        for n in range(min(len(days) or sent, MOST_SESSIONS)):
            proposed = days[n] if n < len(days) else None
            moved = proposed.instead_of if proposed else None
            self.fields[f"day-{n}"] = forms.DateField(
                label=f"Session {n + 1}",
                required=False,
                initial=proposed.day if proposed else None,
                widget=forms.DateInput(DAY),
                help_text=f"Moved from {moved:%B} {moved.day}: no school that day."
                if moved
                else "",
            )
        self.helper = bare()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name, day in list(given.items()):
            if day and not self.year.starts_on <= day <= self.year.ends_on:
                self.add_error(name, f"This day is not in the school year {self.year}.")
        if not self.errors and not any(given.values()):
            raise forms.ValidationError("Leave at least one day in.")
        return given

    def chosen(self) -> list[dt.date]:
        return sorted({day for day in self.cleaned_data.values() if day})


class SessionForm(PlaceFields):
    """One session. Its own topic stands instead of its line's."""

    on = forms.DateField(label="Day", widget=forms.DateInput(DAY))
    title = forms.CharField(
        label="Topic of this session",
        max_length=200,
        required=False,
        help_text="Leave it empty to use the topic of the plan.",
    )
    school = forms.ModelChoiceField(
        School.objects.none(),
        label="For one school only",
        required=False,
        empty_label="For the whole district",
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, reach=reach, **kwargs)
        offer(self, school=School.objects.reachable(reach))
        third, half = "col-md-4", "col-md-6"
        self.helper = bare(
            "title",
            Row(
                Column("on", css_class=third),
                Column("at", css_class=third),
                Column("minutes_long", css_class=third),
            ),
            "leader",
            Row(Column("place", css_class=half), Column("link", css_class=half)),
            "school",
        )

    def clean_on(self) -> dt.date:
        return self._in_year(self.cleaned_data["on"])
