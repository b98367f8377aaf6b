"""What the roadmap asks of people. Rows to choose from come through a reach, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from roadmap.models import Milestone, MilestoneQuerySet, Phase, State
from roles.access import Reach
from roles.models import Position, School, SchoolYear

CODES = [(code, code) for code in ("6b.1", "6b.2", "6b.3", "6b.4", "6c.1", "6c.2")]
A_YEAR = dt.timedelta(days=365)
SHOW = [("", "All"), ("mine", "Mine"), ("late", "Late"), ("soon", "Due soon")]


def _helper(*layout: Any) -> FormHelper:
    """The page around the form brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    if layout:
        helper.layout = Layout(*layout)
    return helper


class FilterForm(forms.Form):
    """What the address of the roadmap page may say; anything else in it is left aside."""

    show = forms.ChoiceField(choices=SHOW, required=False, widget=forms.HiddenInput)
    phase = forms.ModelChoiceField(
        Phase.objects.none(), required=False, empty_label="All phases", to_field_name="key"
    )
    owner = forms.ModelChoiceField(
        Position.objects.none(), required=False, empty_label="All owners"
    )
    state = forms.ChoiceField(choices=[("", "All states"), *State.choices], required=False)
    supports = forms.ChoiceField(choices=[("", "Any indicator"), *CODES], required=False)

    def __init__(self, *args: Any, reach: Reach, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owning = Milestone.objects.reachable(reach).filter(school_year=year)
        _offer(
            self,
            phase=Phase.objects.reachable(reach).filter(school_year=year),
            owner=_seats(reach).filter(pk__in=owning.order_by().values("owner")),
        )
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def narrow(self, milestones: MilestoneQuerySet, reach: Reach, today: dt.date) -> Any:
        """Those milestones that the address asks for."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        show, code = asked.pop("show", ""), asked.pop("supports", "")
        if code:
            milestones = milestones.supporting([code])
        if show == "mine":
            milestones = milestones.owned_by(reach.user, today).open()
        elif show == "late":
            milestones = milestones.late(today)
        elif show == "soon":
            milestones = milestones.due_soon(today)
        return milestones.filter(**asked)

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.values())


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
        self.helper = _helper()

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
        self.helper = _helper()


def _check_near(day: dt.date, year: SchoolYear) -> dt.date:
    """A mistyped century would be "2 million days late", and no reminder could be worked out."""
    if not year.starts_on - A_YEAR <= day <= year.ends_on + A_YEAR:
        raise forms.ValidationError(f"This day is far from the school year {year}. Check the year.")
    return day


class RedateForm(ReasonForm):
    due_on = forms.DateField(label="New due date", widget=forms.DateInput({"type": "date"}))

    field_order = ("due_on", "reason")

    def __init__(self, *args: Any, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_due_on(self) -> dt.date:
        return _check_near(self.cleaned_data["due_on"], self.year)


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(
        Position.objects.none(),
        required=False,
        empty_label="No owner",
        help_text="A position, not a person: it stays when someone leaves.",
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, owner=_seats(reach))
        self.helper = _helper()


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
        _offer(
            self,
            phase=Phase.objects.reachable(reach).filter(school_year=year),
            owner=_seats(reach),
            school=School.objects.reachable(reach),
        )
        self.year = year
        half = "col-md-6"
        self.helper = _helper(
            "title",
            Row(Column("phase", css_class=half), Column("due_on", css_class=half)),
            Row(Column("owner", css_class=half), Column("school", css_class=half)),
            "why",
            "proof_hint",
            "supports",
        )

    def clean_due_on(self) -> dt.date:
        return _check_near(self.cleaned_data["due_on"], self.year)


def _offer(form: forms.Form, **rows: Any) -> None:
    """Fill choice fields, which start empty, with rows that came through a reach."""
    for name, queryset in rows.items():
        form.fields[name].queryset = queryset  # type: ignore[attr-defined]


def _seats(reach: Reach) -> Any:
    """Positions open today, with what their name is made of."""
    seats = Position.objects.reachable(reach).active(reach.district.today())
    return seats.select_related("role", "school", "department")
