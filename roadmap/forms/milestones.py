"""What is asked about a milestone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from roadmap.forms.shared import CODES, bare, check_near, offer, seats
from roadmap.models import Phase
from roles.access import Reach
from roles.models import Position, School, SchoolYear


class DoneForm(forms.Form):
    proof_text = forms.CharField(
        label="Proof, in words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was decided or made, when, and where it is kept. No student names.",
    )
    proof_link = forms.URLField(
        label="Link to the proof",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="A document in your district's drive, a board page, minutes.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise forms.ValidationError("Give the proof: in words, or as a link.")
        return given


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint
        self.helper = bare()


class RedateForm(ReasonForm):
    due_on = forms.DateField(label="New due date", widget=forms.DateInput({"type": "date"}))

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

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, owner=seats(reach))
        self.helper = bare()


class AddForm(forms.Form):
    title = forms.CharField(label="What will be done", max_length=160)
    phase = forms.ModelChoiceField(Phase.objects.none(), empty_label="Choose a phase")
    due_on = forms.DateField(label="Due", widget=forms.DateInput({"type": "date"}))
    owner = forms.ModelChoiceField(Position.objects.none(), required=False, empty_label="No owner")
    school = forms.ModelChoiceField(
        School.objects.none(), required=False, empty_label="The whole district"
    )
    why = forms.CharField(
        label="Why it matters",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    proof_hint = forms.CharField(
        label="Proof expected",
        max_length=200,
        required=False,
        help_text="What will show that it is done, such as minutes or a signed letter.",
    )
    supports = forms.MultipleChoiceField(
        label="Supports indicators",
        choices=CODES,
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
