"""The days of a school year: student days, closures and days of the district's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.formats import date_format

from roadmap.yeardays import Closed, OwnDay, YearDays, label_of, year_begin, year_end
from roles.forms.positions import DayInput
from roles.models import SchoolYear
from roles.schooltime import Span, year_name

MOST = 120
BLANK = 4
AWAY = dt.timedelta(days=366)


def bounds_of(year: SchoolYear) -> Span:
    return year.starts_on, year.ends_on


class DaysForm(forms.Form):
    first_student_day = forms.DateField(label="First student day", widget=DayInput())
    last_student_day = forms.DateField(label="Last student day", widget=DayInput())

    def __init__(
        self, *args: Any, bounds: Span | None, taken: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bounds, self.taken = bounds, taken

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_student_day"), cleaned.get("last_student_day")
        if not first:
            return cleaned
        label = label_of(first)
        if self.bounds is None and label in self.taken:
            self.add_error(
                "first_student_day", f"The school year {year_name(label)} is there already."
            )
        bounds = self.bounds or (year_begin(first), year_end(first))
        for name in ("first_student_day", "last_student_day"):
            if cleaned.get(name):
                _hold(self, name, bounds)
        if last and last <= first:
            self.add_error("last_student_day", "The last student day comes after the first.")
        return cleaned


class ClosureRow(forms.Form):
    """One closure. A row with nothing in it counts for nothing."""

    label = forms.CharField(label="Closure", max_length=80, required=False)
    first_day = forms.DateField(label="First day", required=False, widget=DayInput())
    last_day = forms.DateField(label="Last day", required=False, widget=DayInput())
    out = forms.BooleanField(label="Take out", required=False)

    def __init__(self, *args: Any, bounds: Span | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bounds = bounds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("out"):
            self.errors.clear()
            return cleaned
        label, first = cleaned.get("label"), cleaned.get("first_day")
        if self.errors or not (label or first or cleaned.get("last_day")):
            return cleaned
        if not label:
            self.add_error("label", "Say what it is, such as Winter break.")
        if not first:
            self.add_error("first_day", "Pick its first day.")
            return cleaned
        cleaned["last_day"] = last = cleaned.get("last_day") or first
        if last < first:
            self.add_error("last_day", "The last day comes on or after the first.")
        if self.bounds:
            for name in ("first_day", "last_day"):
                if name not in self.errors:
                    _hold(self, name, self.bounds)
        return cleaned

    @property
    def closed(self) -> Closed | None:
        """Of a valid row; None where it says nothing or is taken out."""
        said = self.cleaned_data
        if said.get("out") or not said.get("first_day"):
            return None
        return Closed(said["first_day"], said["last_day"], said["label"])


class OwnRow(forms.Form):
    """A day of the district's own that milestones can count from."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label="Day of our own", max_length=60, required=False)
    on = forms.DateField(label="Date", required=False, widget=DayInput())
    out = forms.BooleanField(label="Take out", required=False)

    def __init__(self, *args: Any, bounds: Span | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bounds = bounds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("out"):
            self.errors.clear()
            return cleaned
        label, on = cleaned.get("label"), cleaned.get("on")
        if not self.errors and bool(label) != bool(on):
            self.add_error("on" if label else "label", "Give it a name and a date.")
        if on and self.bounds and not self.bounds[0] - AWAY <= on <= self.bounds[1] + AWAY:
            self.add_error("on", "This day is far from the school year. Check the year.")
        return cleaned

    @property
    def day(self) -> OwnDay | None:
        """Of a valid row; None where it says nothing or is taken out."""
        said = self.cleaned_data
        if said.get("out") or not said.get("on"):
            return None
        return OwnDay(said["label"], said["on"], said.get("pk"))


def _hold(form: forms.Form, name: str, bounds: Span) -> None:
    """Say so where a day lies outside the school year."""
    first, last = bounds
    if not first <= form.cleaned_data[name] <= last:
        span = f"{date_format(first, 'M j, Y')} to {date_format(last, 'M j, Y')}"
        form.add_error(name, f"This day is not in the school year, {span}.")


class _OwnRows(forms.BaseFormSet):
    def clean(self) -> None:
        names: set[str] = set()
        for form in self.forms:
            day = None if form.errors else form.day
            if day and day.label.casefold() in names:
                form.add_error("label", "Another day has this name.")
            if day:
                names.add(day.label.casefold())


ClosureRows = forms.formset_factory(ClosureRow, extra=BLANK, max_num=MOST, absolute_max=MOST)
OwnRows = forms.formset_factory(OwnRow, formset=_OwnRows, extra=1, max_num=MOST, absolute_max=MOST)


class CalendarForms:
    """The three parts of a calendar as one form. Without `year` it is a year to be."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        year: SchoolYear | None,
        start: YearDays | None = None,
        taken: Sequence[str] = (),
    ) -> None:
        bounds = bounds_of(year) if year else None
        # A bound row that says what it started from would count as an empty one.
        start = start if data is None else None
        self.days_form = DaysForm(
            data, bounds=bounds, taken=taken, prefix="days", initial=_days_initial(start)
        )
        if bounds is None and data is not None and self.days_form.is_valid():
            first = self.days_form.cleaned_data["first_student_day"]
            bounds = year_begin(first), year_end(first)
        shared: dict[str, Any] = {"form_kwargs": {"bounds": bounds}}
        self.closures = ClosureRows(
            data, prefix="closure", initial=_closures_initial(start), **shared
        )
        self.own = OwnRows(data, prefix="own", initial=_own_initial(start), **shared)

    def is_valid(self) -> bool:
        """Every part is looked at, so that all errors show at once."""
        return all([self.days_form.is_valid(), self.closures.is_valid(), self.own.is_valid()])

    @property
    def days(self) -> YearDays:
        """Of a valid form."""
        said = self.days_form.cleaned_data
        closures = {closed for row in self._closure_rows if (closed := row.closed)}
        own = [day for row in self._own_rows if (day := row.day)]
        return YearDays(
            first=said["first_student_day"],
            last=said["last_student_day"],
            closures=tuple(sorted(closures)),
            own=tuple(sorted(own, key=lambda day: (day.on, day.pk or 0))),
        )

    @property
    def hidden(self) -> Iterator[tuple[str, str]]:
        """Names and values to ask the same again, for a page that only confirms."""
        for part in (self.days_form, self.closures.management_form, *self.closures, *self.own):
            yield from _hidden(part)
        yield from _hidden(self.own.management_form)

    @property
    def errors(self) -> Iterator[tuple[str, str, str]]:
        """Every error: the id of its field, what the field is called, and the words."""
        yield from _errors(self.days_form, "")
        for number, row in enumerate(self.closures, 1):
            yield from _errors(row, f"Closure {number}, ")
        for number, row in enumerate(self.own, 1):
            yield from _errors(row, f"Day of our own {number}, ")
        for part in (self.closures, self.own):
            for error in part.non_form_errors():
                yield "", "", str(error)

    @property
    def _closure_rows(self) -> Iterator[ClosureRow]:
        return iter(self.closures.forms)

    @property
    def _own_rows(self) -> Iterator[OwnRow]:
        return iter(cast("list[OwnRow]", self.own.forms))


def as_data(days: YearDays) -> dict[str, str]:
    """What the form would send to say these days."""
    data = {
        "days-first_student_day": str(days.first),
        "days-last_student_day": str(days.last),
        "closure-TOTAL_FORMS": str(len(days.closures)),
        "closure-INITIAL_FORMS": "0",
        "own-TOTAL_FORMS": str(len(days.own)),
        "own-INITIAL_FORMS": "0",
    }
    for number, closed in enumerate(days.closures):
        data[f"closure-{number}-label"] = closed.label
        data[f"closure-{number}-first_day"] = str(closed.first)
        data[f"closure-{number}-last_day"] = str(closed.last)
    for number, day in enumerate(days.own):
        data[f"own-{number}-pk"] = str(day.pk or "")
        data[f"own-{number}-label"] = day.label
        data[f"own-{number}-on"] = str(day.on)
    return data


def _hidden(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for field in form:
        value = field.data
        if value not in (None, "", False):
            yield field.html_name, "on" if value is True else str(value)


def _errors(form: forms.BaseForm, where: str) -> Iterator[tuple[str, str, str]]:
    for field in form:
        for error in field.errors:
            label = str(field.label)
            yield field.id_for_label, where + (label.lower() if where else label), str(error)
    for error in form.non_field_errors():
        yield "", where, str(error)


def _days_initial(start: YearDays | None) -> dict[str, Any] | None:
    if start is None:
        return None
    return {"first_student_day": start.first, "last_student_day": start.last}


def _closures_initial(start: YearDays | None) -> list[dict[str, Any]]:
    rows = start.closures if start else ()
    return [{"label": c.label, "first_day": c.first, "last_day": c.last} for c in rows]


def _own_initial(start: YearDays | None) -> list[dict[str, Any]]:
    return [{"pk": d.pk, "label": d.label, "on": d.on} for d in (start.own if start else ())]
