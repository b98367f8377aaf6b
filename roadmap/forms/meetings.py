"""What one meeting asks for: another day, things to talk about, decisions and actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q

from roadmap.forms.shared import TimeInput, bare, offer, seats
from roadmap.models import AgendaItem, Meeting
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.forms.positions import DayInput
from roles.models import Position


class MoveForm(forms.Form):
    on = forms.DateField(label="New day", widget=DayInput())
    at = forms.TimeField(label="Begins at", widget=TimeInput())
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": meeting.on, "at": meeting.at}
        super().__init__(*args, **kwargs)
        self.helper = bare()


class WhyForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint
        self.helper = bare()


class ItemForm(AsksAboutStudents):
    watched = ("title", "note")
    title = forms.CharField(label="What to talk about", max_length=200)
    note = forms.CharField(label="Why, in a line", max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()


class _AboutForm(AsksAboutStudents):
    """Of a meeting, perhaps about one of its items."""

    watched = ("text",)
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), label="About", required=False, empty_label="The whole meeting"
    )

    def __init__(self, *args: Any, reach: Reach, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = AgendaItem.objects.reachable(reach).filter(meeting=meeting, dropped_at=None)
        offer(self, item=items)
        self.helper = bare()


class DecisionForm(_AboutForm):
    text = forms.CharField(
        label="What was decided",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("text", "item")


class ActionForm(_AboutForm):
    text = forms.CharField(
        label="What will be done", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.ModelChoiceField(
        Position.objects.none(),
        label="Who does it",
        empty_label="Choose a position",
        help_text="A position, not a person: it stays when someone leaves.",
    )
    due_on = forms.DateField(label="By when", widget=DayInput())
    field_order = ("text", "owner", "due_on", "item")

    def __init__(self, *args: Any, reach: Reach, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, reach=reach, meeting=meeting, **kwargs)
        self.meeting = meeting
        series = meeting.series
        near = Q(school=None) | Q(pk=series.chair_id) | Q(meeting_series=series)
        if series.school_id:
            near |= Q(school=series.school_id)
        offer(self, owner=seats(reach).filter(near).distinct())

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if not self.meeting.on <= day <= self.meeting.on + dt.timedelta(days=366):
            raise forms.ValidationError("Pick a day within a year from the meeting.")
        return day


class OutcomeForm(AsksAboutStudents):
    watched = ("outcome",)
    outcome = forms.CharField(
        label="What came of it",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()
