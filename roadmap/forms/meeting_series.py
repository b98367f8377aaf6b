"""How often and with whom meetings come: the library's, the district's own, and their changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import Q

from roadmap.forms.shared import TimeInput, bare, offer, seats
from roadmap.meeting_library import Suggestion
from roadmap.models import MeetingSeries, Rhythm
from roadmap.rhythms import is_weekend
from roadmap.services.meeting_series import Plan
from roles.access import Reach
from roles.forms.positions import DayInput
from roles.models import LeadershipRole, Position, School, SchoolYear

WEEKDAYS = ((0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"))
HALF = "col-md-6"


class RhythmRow(forms.Form):
    """One meeting of the library: whether to take it, and its times."""

    take = forms.BooleanField(label="Take this meeting", required=False)
    weekday = forms.TypedChoiceField(label="Weekday", choices=WEEKDAYS, coerce=int)
    at = forms.TimeField(label="Begins at", widget=TimeInput())
    first = forms.DateField(label="From", widget=DayInput())
    last = forms.DateField(label="Until", widget=DayInput())

    def __init__(
        self, *args: Any, year: SchoolYear, suggestion: Suggestion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.suggestion = year, suggestion
        if suggestion:
            self.fields["take"].label = suggestion.entry["title"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("take"):
            self.errors.clear()
            return given
        _check_span(self, given, "first", "last", self.year)
        return given

    @property
    def plans(self) -> list[Plan]:
        """Of a valid row that is taken; else none."""
        given = getattr(self, "cleaned_data", {})
        if self.errors or not given.get("take") or self.suggestion is None:
            return []
        return self.suggestion.plans(given["weekday"], given["at"], given["first"], given["last"])


class _RhythmRows(forms.BaseFormSet):
    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        suggestions: Sequence[Suggestion],
        year: SchoolYear,
    ) -> None:
        self.suggestions = suggestions
        initial = [each.initial for each in suggestions]
        super().__init__(data, initial=initial, prefix="row", form_kwargs={"year": year})

    def total_form_count(self) -> int:
        return len(self.suggestions)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        if index is not None:
            kwargs["suggestion"] = self.suggestions[index]
        return kwargs

    def clean(self) -> None:
        if not any(form.errors or form.plans for form in self.forms):
            raise forms.ValidationError("Tick at least one meeting.")

    @property
    def plans(self) -> list[Plan]:
        return [plan for form in self.forms for plan in form.plans]


RhythmRows = cast(
    "type[_RhythmRows]", forms.formset_factory(RhythmRow, formset=_RhythmRows, extra=0)
)


class SeriesForm(forms.Form):
    """A series of the district's own, or one that is changed."""

    title = forms.CharField(label="What it is called", max_length=100)
    rhythm = forms.ChoiceField(label="How often", choices=Rhythm)
    first_on = forms.DateField(
        label="First meeting",
        widget=DayInput(),
        help_text="Its weekday is the day of all meetings.",
    )
    last_on = forms.DateField(label="Last meeting, at the latest", widget=DayInput())
    at = forms.TimeField(label="Begins at", widget=TimeInput())
    minutes_long = forms.IntegerField(label="Minutes", min_value=5, max_value=480, initial=60)
    chair = forms.ModelChoiceField(
        Position.objects.none(), label="Chair", required=False, empty_label="Nobody yet"
    )
    school = forms.ModelChoiceField(
        School.objects.none(), label="School", required=False, empty_label="The whole district"
    )
    roles = forms.ModelMultipleChoiceField(
        LeadershipRole.objects.none(),
        label="Everyone in these roles",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All their positions, at every school; with a school, only those there.",
    )
    members = forms.ModelMultipleChoiceField(
        Position.objects.none(),
        label="And these positions",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    guests = forms.CharField(label="Others who come", max_length=300, required=False)
    place = forms.CharField(label="Place", max_length=120, required=False)
    link = forms.URLField(label="Video link", max_length=500, required=False, assume_scheme="https")
    agenda = forms.CharField(
        label="On every agenda",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One heading on a line. What is due, at risk or undecided is added to them.",
    )
    protected = forms.BooleanField(
        label="This time is protected",
        required=False,
        initial=True,
        help_text="It is not given to other things, and counts as planning time.",
    )

    def __init__(
        self,
        *args: Any,
        reach: Reach,
        year: SchoolYear,
        series: MeetingSeries | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.series = year, series
        self.all_seats = seats(reach)
        self.whole_roles = _whole_roles(self.all_seats, series) if series else set()
        near = Q(school=None)
        if series:
            near |= Q(pk=series.chair_id) | Q(meeting_series=series)
            near |= Q(school=series.school_id) if series.school_id else Q()
        few = self.all_seats.filter(near).distinct()
        covered = Q(role__in=self.whole_roles, school__isnull=False)
        at_schools = self.all_seats.exclude(school=None).values("role")
        offer(
            self,
            chair=few,
            members=few.exclude(covered),
            school=School.objects.reachable(reach),
            roles=LeadershipRole.objects.reachable(reach).filter(pk__in=at_schools),
        )
        if series:
            self._begin_from(series)
        self.helper = bare(
            "title",
            Row(Column("rhythm", css_class=HALF), Column("minutes_long", css_class=HALF)),
            Row(Column("first_on", css_class=HALF), Column("last_on", css_class=HALF)),
            Row(Column("at", css_class=HALF), Column("school", css_class=HALF)),
            "chair",
            "roles",
            "members",
            "guests",
            Row(Column("place", css_class=HALF), Column("link", css_class=HALF)),
            "agenda",
            "protected",
        )

    def _begin_from(self, series: MeetingSeries) -> None:
        names = (
            "title", "rhythm", "first_on", "last_on", "at", "minutes_long", "chair", "school",
            "guests", "place", "link", "agenda", "protected",
        )  # fmt: skip
        self.initial = {name: getattr(series, name) for name in names} | dict(self.initial)
        self.initial["roles"] = list(self.whole_roles)
        self.initial["members"] = [
            seat.pk
            for seat in series.members.all()
            if seat.school_id is None or seat.role_id not in self.whole_roles
        ]

    def clean_first_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["first_on"]
        if is_weekend(day):
            raise forms.ValidationError("This is a weekend. Pick a working day.")
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        _check_span(self, given, "first_on", "last_on", self.year)
        return given

    @property
    def plan(self) -> Plan:
        """Of a valid form."""
        given = dict(self.cleaned_data)
        wanted = self.all_seats.filter(role__in=given.pop("roles"))
        if given["school"]:
            wanted = wanted.filter(school=given["school"])
        chosen = {seat.pk for seat in given.pop("members")}
        return Plan(
            **given,
            members=sorted(chosen | set(wanted.values_list("pk", flat=True))),
            key=self.series.key if self.series else "",
        )


def _whole_roles(all_seats: Any, series: MeetingSeries) -> set[int]:
    """Roles all of whose positions at schools (or at the series' own school) are members."""
    at_schools = all_seats.exclude(school=None)
    if series.school_id:
        at_schools = at_schools.filter(school=series.school_id)
    members = set(series.memberships.values_list("position", flat=True))
    by_role: dict[int, set[int]] = {}
    for pk, role in at_schools.order_by().values_list("pk", "role"):
        by_role.setdefault(role, set()).add(pk)
    return {role for role, seats_of_role in by_role.items() if seats_of_role <= members}


def _check_span(
    form: forms.Form, given: Mapping[str, Any], first: str, last: str, year: SchoolYear
) -> None:
    begin, end = given.get(first), given.get(last)
    for name, day in ((first, begin), (last, end)):
        if day and not year.starts_on <= day <= year.ends_on:
            form.add_error(name, f"This day is not in the school year {year}.")
    if begin and end and end < begin:
        form.add_error(last, "The last day comes on or after the first.")
