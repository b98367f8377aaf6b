"""What is asked about a milestone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import Q

from checklists.evidence_files import Taken
from checklists.forms.files import file_field, file_of, link_of
from roadmap.forms.shared import bare, check_near, codes, offer, seats
from roadmap.models import Milestone, Phase
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import Position, School, SchoolYear

AGAIN = "Choose the file again: a page cannot keep it while something else is put right."


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"})


def some_lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DoneForm(AsksAboutStudents):
    """A proof, and the day it is of. `refused`: fields whose file was too large to be taken in."""

    watched = ("proof_text",)
    done_on = forms.DateField(
        label="Done on",
        required=False,
        widget=day_input(),
        help_text="The day it was done, such as the day of the meeting. Today, if left empty.",
    )
    proof_text = forms.CharField(
        label="Proof, in words",
        max_length=2000,
        required=False,
        widget=some_lines(),
        help_text="What was decided or made, when, and where it is kept. No student names.",
    )
    proof_link = forms.CharField(
        label="Or a link to the proof",
        required=False,
        help_text="A document in your district's drive, a board page, minutes.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    proof_file = file_field("Or a file or photo")

    def __init__(
        self, *args: Any, today: dt.date, refused: list[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.refused = today, refused or []
        self.fields["done_on"].widget.attrs["max"] = str(today)
        self.helper = bare("proof_text", "proof_link", "proof_file", "done_on")

    def clean_done_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["done_on"]
        if day and day > self.today:
            raise forms.ValidationError("This day is still to come. Give the day it was done.")
        if day and day < self.today.replace(year=self.today.year - 2):
            raise forms.ValidationError("This day is long ago. Check the year.")
        return day

    def clean_proof_link(self) -> str:
        return link_of(self.cleaned_data["proof_link"])

    def clean_proof_file(self) -> Taken | None:
        too_large = "proof_file" in self.refused
        return file_of(self.cleaned_data["proof_file"], too_large=too_large)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        proofs = (given.get(name) for name in ("proof_text", "proof_link", "proof_file"))
        if not self.errors and not any(proofs):
            raise forms.ValidationError("Give the proof: in words, as a link, or as a file.")
        if self.errors and given.get("proof_file"):
            self.add_error("proof_file", AGAIN)
        return given


class ReasonForm(AsksAboutStudents):
    watched = ("reason",)
    reason = forms.CharField(label="Why", max_length=400, widget=some_lines())

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint
        self.helper = bare()


class ProgressForm(AsksAboutStudents):
    watched = ("text",)
    text = forms.CharField(
        label="How it goes",
        max_length=400,
        widget=some_lines(2),
        help_text="A sentence or two: what is in, what is missing. Everyone who sees the roadmap"
        " reads it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()


class RiskForm(AsksAboutStudents):
    """The owner's answer; `answer` comes from the button."""

    watched = ("note",)
    YES, NO = "yes", "no"

    answer = forms.ChoiceField(
        choices=[(YES, "Yes, it is at risk"), (NO, "No, it will be done in time")],
        widget=forms.RadioSelect,
        label="Your answer",
    )
    note = forms.CharField(
        label="Because",
        max_length=400,
        required=False,
        widget=some_lines(2),
        help_text="What could hold it up and what would help, or why it will be done in time.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("answer") == self.NO and not given.get("note"):
            self.add_error("note", "Say in a few words why it will be done in time.")
        return given


class RedateForm(ReasonForm):
    due_on = forms.DateField(label="New due date", widget=day_input())

    field_order = ("due_on", "reason")

    def __init__(self, *args: Any, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_due_on(self) -> dt.date:
        return check_near(self.cleaned_data["due_on"], self.year)


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(
        Position.objects.none(),
        required=False,
        empty_label="No owner",
        help_text="A position, not a person: it stays when someone leaves.",
    )
    reason = forms.CharField(
        label="Why, if you want",
        max_length=400,
        required=False,
        widget=some_lines(2),
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, owner=seats(reach))
        self.helper = bare()


class ContributorForm(forms.Form):
    position = forms.ModelChoiceField(
        Position.objects.none(),
        label="Position that helps",
        empty_label="Choose a position",
        help_text="Whoever holds it sees the milestone among their own and can say how it goes.",
    )

    def __init__(self, *args: Any, reach: Reach, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = seats(reach)
        if milestone.school_id:
            rows = rows.filter(Q(school=None) | Q(school=milestone.school_id))
        offer(self, position=rows.exclude(contributions__milestone=milestone.pk))
        self.helper = bare()


class MilestoneChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """With its key in front, as the page's sentences name it."""
        return str(obj.name)


class PredecessorForm(forms.Form):
    before = MilestoneChoice(
        Milestone.objects.none(),
        label="Best done first",
        empty_label="Choose a milestone",
        help_text="It warns whoever starts or ends this one too early. It stops nobody.",
    )

    def __init__(self, *args: Any, reach: Reach, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Q(school=None) | Q(school=milestone.school_id)
        rows = Milestone.objects.reachable(reach).filter(near, school_year=milestone.school_year)
        offer(self, before=rows.exclude(pk=milestone.pk).order_by("key", "due_on", "pk"))
        self.helper = bare()


class AddForm(forms.Form):
    title = forms.CharField(label="What will be done", max_length=160)
    phase = forms.ModelChoiceField(Phase.objects.none(), empty_label="Choose a phase")
    due_on = forms.DateField(label="Due", widget=day_input())
    owner = forms.ModelChoiceField(Position.objects.none(), required=False, empty_label="No owner")
    school = forms.ModelChoiceField(
        School.objects.none(), required=False, empty_label="The whole district"
    )
    why = forms.CharField(
        label="Why it matters", max_length=400, required=False, widget=some_lines(2)
    )
    proof_hint = forms.CharField(
        label="Proof expected",
        max_length=200,
        required=False,
        help_text="What will show that it is done, such as minutes or a signed letter.",
    )
    supports = forms.MultipleChoiceField(
        label="Supports indicators",
        choices=codes,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, reach: Reach, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            phase=Phase.objects.reachable(reach).filter(school_year=year),
            owner=seats(reach),
            school=School.objects.reachable(reach),
        )
        self.year = year
        half = "col-md-6"
        self.helper = bare(
            "title",
            Row(Column("phase", css_class=half), Column("due_on", css_class=half)),
            Row(Column("owner", css_class=half), Column("school", css_class=half)),
            "why",
            "proof_hint",
            "supports",
        )

    def clean_due_on(self) -> dt.date:
        return check_near(self.cleaned_data["due_on"], self.year)
