"""What is asked about a visit at a school."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from roadmap.forms.learning_sessions import DAY
from roadmap.forms.shared import bare, offer
from roadmap.models import SchoolVisit
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import School

A_YEAR = dt.timedelta(days=365)


class VisitForm(AsksAboutStudents):
    """A note in under a minute: where, when, what was seen, and what comes next."""

    watched = ("seen", "next_step")
    school = forms.ModelChoiceField(School.objects.none(), empty_label="Choose a school")
    on = forms.DateField(label="Day", widget=forms.DateInput(DAY))
    seen = forms.CharField(
        label="What you saw",
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        help_text="About the program, such as space, schedule, materials. No student names.",
    )
    next_step = forms.CharField(
        label="Next step",
        max_length=300,
        required=False,
        help_text="What was agreed, and who does it: the seat, not a student.",
    )
    next_on = forms.DateField(
        label="Next visit",
        required=False,
        widget=forms.DateInput(DAY),
        help_text="You are told two days before.",
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        self.today = reach.district.today()
        kwargs["initial"] = {"on": self.today} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        offer(self, school=School.objects.reachable(reach))
        half = "col-md-6"
        self.helper = bare(
            Row(Column("school", css_class=half), Column("on", css_class=half)),
            "seen",
            "next_step",
            Row(Column("next_on", css_class=half)),
        )

    @staticmethod
    def of(visit: SchoolVisit) -> dict[str, Any]:
        """What the form shows of a note to be put right."""
        names = ("school", "on", "seen", "next_step", "next_on")
        return {name: getattr(visit, name) for name in names}

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("A visit is noted after it took place.")
        if on < self.today - A_YEAR:
            raise forms.ValidationError("That is more than a year ago. Check the year.")
        return on

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        on, next_on = given.get("on"), given.get("next_on")
        if on and next_on and next_on <= on:
            self.add_error("next_on", "The next visit comes after this one.")
        elif next_on and next_on > self.today + A_YEAR:
            self.add_error("next_on", "That is more than a year ahead. Check the year.")
        return given
