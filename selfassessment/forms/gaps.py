"""What is asked about a gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from roadmap.forms.milestones import MilestoneChoice, day_input, some_lines
from roadmap.forms.shared import bare, check_near, offer, seats
from roadmap.models import Milestone
from roadmap.services.adoption import Offered
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import Position, SchoolYear
from selfassessment.library import Indicator
from selfassessment.models import Gap

HALF = "col-md-6"


class ExplainForm(AsksAboutStudents):
    """Why a gap is there, whose it is, and where it is to get to."""

    watched = ("cause",)
    cause = forms.CharField(
        label="Why it is so",
        max_length=400,
        widget=some_lines(2),
        help_text="What stands in the way, as the team sees it. No student names.",
        error_messages={"required": "Say why it is so, in a sentence."},
    )
    owner = forms.ModelChoiceField(
        Position.objects.none(),
        required=False,
        empty_label="No owner yet",
        label="Whose it is",
        help_text="A position, not a person: it stays when someone leaves.",
    )
    target = forms.TypedChoiceField(label="Where it is to get to", coerce=int)

    def __init__(self, *args: Any, reach: Reach, gap: Gap, indicator: Indicator, **kw: Any) -> None:
        kw.setdefault(
            "initial", {"cause": gap.cause, "owner": gap.owner_id, "target": str(gap.target)}
        )
        super().__init__(*args, **kw)
        offer(self, owner=seats(reach))
        above = gap.rating.value or 0
        field: Any = self.fields["target"]
        field.choices = [
            (str(point.value), f"{point.value}, {point.label}")
            for point in indicator.points
            if point.value > above
        ]
        self.helper = bare(
            "cause", Row(Column("owner", css_class=HALF), Column("target", css_class=HALF))
        )


class TakeForm(forms.Form):
    """Milestones of the library that serve the indicator and are not in the roadmap yet."""

    keys = forms.MultipleChoiceField(
        label="From the library",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one milestone."},
    )

    def __init__(self, *args: Any, offers: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["keys"]
        field.choices = [(each.key, f"{each.key}, {each.line['title']}") for each in offers]


class PlanForm(forms.Form):
    """An open milestone that is in the roadmap already."""

    milestone = MilestoneChoice(
        Milestone.objects.none(),
        label="Milestone in the roadmap",
        empty_label="Choose a milestone",
        help_text="Its proof then counts as evidence here.",
        error_messages={"required": "Choose a milestone."},
    )

    def __init__(self, *args: Any, reach: Reach, gap: Gap, year: SchoolYear, **kw: Any) -> None:
        super().__init__(*args, **kw)
        rows = Milestone.objects.reachable(reach).open().filter(school_year=year)
        had = gap.steps.values("milestone")
        offer(self, milestone=rows.exclude(pk__in=had).order_by("key", "due_on", "pk"))
        self.helper = bare("milestone")


class NewMilestoneForm(forms.Form):
    """A milestone of the district's own."""

    title = forms.CharField(label="What will be done", max_length=160)
    due_on = forms.DateField(label="Due", widget=day_input())
    owner = forms.ModelChoiceField(
        Position.objects.none(), required=False, empty_label="The owner of the gap"
    )
    proof_hint = forms.CharField(
        label="Proof expected",
        max_length=200,
        required=False,
        help_text="What will show that it is done, such as minutes or a signed letter.",
    )

    def __init__(self, *args: Any, reach: Reach, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, owner=seats(reach))
        self.year, self.today = year, reach.district.today()
        self.fields["due_on"].widget.attrs["min"] = str(self.today)
        self.helper = bare(
            "title",
            Row(Column("due_on", css_class=HALF), Column("owner", css_class=HALF)),
            "proof_hint",
        )

    def clean_due_on(self) -> dt.date:
        due_on: dt.date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise forms.ValidationError("This day has passed. Give one that is still to come.")
        return check_near(due_on, self.year)


class DropForm(forms.Form):
    why = forms.CharField(
        label="Why the district does not work on it",
        max_length=300,
        widget=some_lines(2),
        error_messages={"required": "Say why, in a sentence."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()
