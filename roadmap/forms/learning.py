"""What is asked about the plan of learning, its sessions, and coaching talks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import Exists, OuterRef, Prefetch

from roadmap.forms.shared import bare, offer, seats
from roadmap.learning_time import Proposed
from roadmap.models import Cadence, CoachingEntry, LearningLevel, LearningLine
from roles.access import Reach
from roles.models import Assignment, LeadershipRole, Position, School, SchoolYear, User

DAY = {"type": "date"}
TIME = {"type": "time"}
SHORTEST, LONGEST = 5, 600  # minutes
MOST_SESSIONS = 60
USUAL_START = dt.time(15, 30)
USUAL_TALK = 30
TWO_WEEKS = dt.timedelta(days=14)
BIGGEST_FILE = 1_000_000  # bytes


def minutes(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=SHORTEST,
        max_value=LONGEST,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        **more,
    )


class Roles(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class LineForm(forms.Form):
    topic = forms.CharField(label="What will be learned", max_length=200)
    level = forms.ChoiceField(choices=LearningLevel.choices)
    format = forms.CharField(
        label="How",
        max_length=80,
        required=False,
        help_text="Such as briefing, course, walkthrough or video meeting.",
    )
    audience = Roles(
        LeadershipRole.objects.none(), label="For whoever holds these roles", required=False
    )
    for_raters = forms.BooleanField(
        label="Also for everyone who rates checklists, whatever their role", required=False
    )
    sessions = forms.IntegerField(
        label="Sessions in the year", min_value=1, max_value=MOST_SESSIONS, initial=4
    )
    minutes_each = minutes("Minutes each", initial=60)
    cadence = forms.ChoiceField(
        label="How often", choices=Cadence.choices, initial=Cadence.QUARTERLY
    )
    lead = forms.ModelChoiceField(
        LeadershipRole.objects.none(), label="Led by", required=False, empty_label="Not said yet"
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = LeadershipRole.objects.reachable(reach)
        offer(self, audience=roles, lead=roles)
        half, third = "col-md-6", "col-md-4"
        self.helper = bare(
            "topic",
            Row(Column("level", css_class=half), Column("format", css_class=half)),
            Row(
                Column("sessions", css_class=third),
                Column("minutes_each", css_class=third),
                Column("cadence", css_class=third),
            ),
            "lead",
            "audience",
            "for_raters",
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("audience") and not given.get("for_raters"):
            self.add_error("audience", "Say who it is for: at least one role.")
        return given

    @classmethod
    def of(cls, line: LearningLine) -> dict[str, Any]:
        """What the form starts with for a line that is there."""
        fields = ("topic", "level", "format", "sessions", "minutes_each", "cadence", "for_raters")
        return {name: getattr(line, name) for name in fields} | {
            "lead": line.lead_id,
            "audience": [each.role_id for each in line.audiences.all()],
        }


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


class GuestForm(forms.Form):
    position = forms.ModelChoiceField(
        Position.objects.none(), label="Who else was there", empty_label="Choose a position"
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, position=seats(reach).with_filled(reach.district.today()).filter(filled=True))
        self.helper = bare()


class TakeawayForm(forms.Form):
    takeaway = forms.CharField(
        label="What people took with them",
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="One sentence for the record. No student names.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()


class FileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        required=False,
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        help_text="Two columns with these names in the first row: email, present. Under "
        "present: yes or no.",
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=BIGGEST_FILE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare("file")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        if upload is None and not given.get("text"):
            self.add_error("file", "Choose a file.")
        if upload is not None and upload.size > BIGGEST_FILE:
            self.add_error("file", "This file is over 1 MB; an attendance list is far smaller.")
        return given


class Person(forms.ModelChoiceField):
    """A filled position, named by who holds it."""

    def label_from_instance(self, obj: Any) -> str:
        holder = obj.in_force[0].holder if obj.in_force else ""
        return f"{holder}, {obj}"


class CoachingForm(forms.Form):
    """A talk in under a minute: who, how long, about what, and what comes next."""

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
        kwargs["initial"] = {"on": today, "next_on": today + TWO_WEEKS} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.today = today
        lines = LearningLine.objects.reachable(reach).filter(school_year=year, ended_at=None)
        offer(self, coached=people_to_coach(reach, user), line=lines)
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


def people_to_coach(reach: Reach, user: User) -> Any:
    """Filled positions of others; whom this person coached lately comes first."""
    today = reach.district.today()
    now = Assignment.objects.reachable(reach).in_force(today)
    talks = CoachingEntry.objects.reachable(reach).filter(coach=user, coached=OuterRef("pk"))
    others = now.exclude(holder=user).filter(position=OuterRef("pk"))
    return (
        seats(reach)
        .filter(Exists(others))
        .annotate(known=Exists(talks))
        .prefetch_related(Prefetch("assignments", now.select_related("holder"), to_attr="in_force"))
        .order_by("-known", "role__order", "school__name", "seat")
    )
