"""What is asked about a coaching talk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import Exists, OuterRef

from roadmap.forms.learning import minutes
from roadmap.forms.learning_sessions import DAY
from roadmap.forms.people import Person, filled_seats, offer_people
from roadmap.forms.shared import bare, offer
from roadmap.models import CoachingEntry, LearningLine
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import Position, SchoolYear, User
from roles.schooltime import next_school_day
from roles.services.calendar import closures_of

USUAL_TALK = 30
TWO_WEEKS = dt.timedelta(days=14)


class CoachingForm(AsksAboutStudents):
    """A talk in under a minute: who, how long, about what, and what comes next."""

    watched = ("focus", "next_step", "takeaway")
    coached = Person(Position.objects.none(), label="Talk with", empty_label="Choose a person")
    focus = forms.CharField(
        label="About", max_length=200, help_text="In a few words. No student names."
    )
    next_step = forms.CharField(label="Next step", max_length=300)
    on = forms.DateField(label="Day", widget=forms.DateInput(DAY))
    minutes_long = minutes("Minutes", initial=USUAL_TALK)
    next_on = forms.DateField(label="Next talk", widget=forms.DateInput(DAY))
    line = forms.ModelChoiceField(
        LearningLine.objects.none(),
        label="Counts for",
        required=False,
        empty_label="Nothing in the plan",
        help_text="A line of the plan that is learned in talks.",
    )
    takeaway = forms.CharField(
        label="Worth keeping",
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self, *args: Any, reach: Reach, year: SchoolYear | None, user: User, **kwargs: Any
    ) -> None:
        today = reach.district.today()
        again = next_school_day(today + TWO_WEEKS, closures_of(reach.district))
        kwargs["initial"] = {"on": today, "next_on": again} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.today = today
        lines = LearningLine.objects.reachable(reach).filter(school_year=year, ended_at=None)
        offer(self, line=lines)
        offer_people(self, "coached", people_to_coach(reach, user))
        third = "col-md-4"
        self.helper = bare(
            "coached",
            "focus",
            "next_step",
            Row(
                Column("on", css_class=third),
                Column("minutes_long", css_class=third),
                Column("next_on", css_class=third),
            ),
            "line",
            "takeaway",
        )

    @staticmethod
    def of(entry: CoachingEntry) -> dict[str, Any]:
        """What the form shows of an entry to be corrected."""
        names = ("focus", "next_step", "on", "minutes_long", "next_on", "line", "takeaway")
        return {name: getattr(entry, name) for name in names}

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("A talk is noted after it took place.")
        return on

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        on, next_on = given.get("on"), given.get("next_on")
        if on and next_on and next_on <= on:
            self.add_error("next_on", "The next talk comes after this one.")
        return given


class ShortTalkForm(CoachingForm):
    """The same in half a minute: with whom, about what, what next. The rest is what is usual."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["line"], self.fields["takeaway"]

    @property
    def again(self) -> dt.date:
        """When the next talk usually is."""
        day: dt.date = self.initial["next_on"]
        return day

    @property
    def unusual_errors(self) -> bool:
        """Whether one of the fields that are folded away needs another look."""
        return any(name in self.errors for name in ("on", "minutes_long", "next_on"))

    def name_first(self, people: Sequence[tuple[int, str]]) -> None:
        """Offer these (position, words), and who was chosen. Anyone within reach is accepted."""
        field: Any = self.fields["coached"]
        chosen = self["coached"].value()
        offered = list(people)
        if chosen and str(chosen) not in {str(pk) for pk, _ in people} and str(chosen).isdecimal():
            seat = field.queryset.filter(pk=chosen).first()
            offered += [(seat.pk, field.label_from_instance(seat))] if seat else []
        field.choices = [("", "Choose a person"), *offered]


class CorrectionForm(CoachingForm):
    """The same of a talk that is noted; with whom it was stays."""

    def __init__(self, *args: Any, entry: CoachingEntry, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.of(entry), **kwargs)
        del self.fields["coached"]
        if entry.line_id is not None:
            kept = LearningLine.objects.reachable(kwargs["reach"]).filter(pk=entry.line_id)
            line: Any = self.fields["line"]
            line.queryset |= kept  # out of the plan by now, perhaps
        self.helper.layout.fields.remove("coached")


def people_to_coach(reach: Reach, user: User) -> Any:
    """Filled positions of others; whom this person coached lately comes first."""
    talks = CoachingEntry.objects.reachable(reach).filter(coach=user, coached=OuterRef("pk"))
    seats = filled_seats(reach, but=user).annotate(known=Exists(talks))
    return seats.order_by("-known", "role__order", "school__name", "seat")
