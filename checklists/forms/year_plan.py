"""What planning a year's windows asks for: the rhythm first, then a row for each window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms

from checklists.forms.asked import as_only
from checklists.models import Window
from checklists.planning import Meetings, Proposal, Rhythm, clashing
from roles.forms.positions import DayInput
from roles.models import SchoolYear

MOST = 60
RHYTHMS = (
    (Rhythm.SEASONS, "Three times a year: fall, winter and spring"),
    (Rhythm.MONTHLY, "Every month"),
    (Rhythm.MEETINGS, "With the team meeting"),
)


class RhythmForm(forms.Form):
    """How often. The fields of the meeting count only with the meeting."""

    rhythm = forms.ChoiceField(
        label="Leaders fill in their checklist", choices=RHYTHMS, widget=forms.RadioSelect
    )
    first_meeting = forms.DateField(
        label="First meeting",
        required=False,
        widget=DayInput(),
        help_text="Its weekday is the day of all meetings.",
    )
    every_weeks = forms.IntegerField(
        label="Weeks from one meeting to the next",
        required=False,
        initial=2,
        min_value=1,
        max_value=8,
    )
    every_nth = forms.IntegerField(
        label="A checklist with every … meeting",
        required=False,
        initial=3,
        min_value=1,
        max_value=9,
        help_text="3 means every third meeting.",
    )

    def __init__(self, *args: Any, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("rhythm") != Rhythm.MEETINGS:
            for name in ("first_meeting", "every_weeks", "every_nth"):
                self.errors.pop(name, None)
            return cleaned
        for name, words in (
            ("first_meeting", "Say when the team meets first."),
            ("every_weeks", "Say how many weeks lie between two meetings."),
            ("every_nth", "Say with which meetings the checklist comes."),
        ):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, words)
        first = cleaned.get("first_meeting")
        if first and not self.year.starts_on <= first <= self.year.ends_on:
            self.add_error("first_meeting", f"This day is not in the school year {self.year}.")
        return cleaned

    @property
    def meetings(self) -> Meetings | None:
        """Of a valid form; None in another rhythm."""
        said = self.cleaned_data
        if said["rhythm"] != Rhythm.MEETINGS:
            return None
        return Meetings(said["first_meeting"], said["every_weeks"], said["every_nth"])


class PlannedWindowForm(forms.Form):
    """One row: whether to plan it, and as what. A row that is left out may say anything."""

    plan = forms.BooleanField(label="Plan this window", required=False)
    label = forms.CharField(label="Name", required=False, max_length=60)
    opens_on = forms.DateField(label="First day", required=False, widget=DayInput())
    closes_on = forms.DateField(label="Last day", required=False, widget=DayInput())
    kind = forms.ChoiceField(choices=Window.Kind, widget=forms.HiddenInput)
    only = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        year: SchoolYear,
        today: dt.date,
        keys: Collection[str],
        titles: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.today, self.keys, self.titles = year, today, keys, titles

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("plan"):
            self.errors.clear()
            return cleaned
        if "label" not in self.errors and not cleaned.get("label"):
            self.add_error("label", "Give it a name.")
        for name, words in (("opens_on", "first"), ("closes_on", "last")):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, f"Pick its {words} day.")
        if not self.errors:
            self._check_days(cleaned["opens_on"], cleaned["closes_on"])
        return cleaned

    def _check_days(self, first: dt.date, last: dt.date) -> None:
        year = self.year
        if not year.starts_on <= first <= year.ends_on:
            self.add_error("opens_on", f"This day is not in the school year {year}.")
        if last < first:
            self.add_error("closes_on", "The last day comes on or after the first.")
        elif last > year.ends_on:
            self.add_error("closes_on", f"The school year {year} ends before this day.")
        elif last < self.today:
            self.add_error("closes_on", "This day is over. Pick today or a later day.")

    @property
    def asks(self) -> list[str]:
        """Titles of the checklists it asks for; empty: every one."""
        return [self.titles[key] for key in self._only() if key in self.titles]

    @property
    def leaves_out(self) -> list[str]:
        only = self._only()
        return [title for key, title in self.titles.items() if only and key not in only]

    def _only(self) -> list[str]:
        said = str(self["only"].value() or "")
        return as_only([key for key in said.split(",") if key], self.keys) if said else []

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day as they stand, where both can be read."""
        first, last = (self._day(name) for name in ("opens_on", "closes_on"))
        return (first, last) if first and last else None

    def _day(self, name: str) -> dt.date | None:
        try:
            day: dt.date | None = self.fields[name].to_python(self[name].value())
        except forms.ValidationError:
            return None
        return day

    @property
    def window(self) -> Window:
        """Of a valid row that is to be planned; not saved."""
        said = self.cleaned_data
        return Window(
            label=said["label"],
            kind=said["kind"],
            opens_on=said["opens_on"],
            closes_on=said["closes_on"],
            only=self._only(),
            school_year=self.year,
        )


class _PlannedWindows(forms.BaseFormSet):
    """The rows together: names and days must not be taken, in the year or by another row."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Sequence[dict[str, Any]] = (),
        taken: Sequence[Window],
        row: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=list(initial), prefix="window", form_kwargs=row)
        self.taken = taken

    @property
    def chosen(self) -> Iterator[PlannedWindowForm]:
        for form in self.forms:
            if not form.errors and form.cleaned_data.get("plan"):
                yield form

    def clean(self) -> None:
        rows = list(self.chosen)
        if not rows and not any(form.errors for form in self.forms):
            raise forms.ValidationError("Tick at least one window.")
        names = {window.label.casefold() for window in self.taken}
        days = [(window.opens_on, window.closes_on) for window in self.taken]
        for form in rows:
            said = form.cleaned_data
            name = said["label"].casefold()
            days.append((said["opens_on"], said["closes_on"]))
            if name in names:
                form.add_error("label", "This school year has a window of that name.")
            names.add(name)
        for place in clashing(days):
            if place >= len(self.taken):
                sentence = "Another window has days of this one. People would get two forms."
                rows[place - len(self.taken)].add_error("opens_on", sentence)

    @property
    def windows(self) -> list[Window]:
        """Of valid rows."""
        return [form.window for form in self.chosen]


PlannedWindows = cast(
    "type[_PlannedWindows]",
    forms.formset_factory(
        PlannedWindowForm, formset=_PlannedWindows, extra=0, max_num=MOST, absolute_max=MOST
    ),
)


def row_of(proposal: Proposal) -> dict[str, Any]:
    """Where a row starts from."""
    return {
        "plan": True,
        "label": proposal.label,
        "kind": proposal.kind,
        "opens_on": proposal.opens_on,
        "closes_on": proposal.closes_on,
        "only": ",".join(proposal.only),
    }
