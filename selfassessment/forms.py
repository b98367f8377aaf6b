"""What the self-assessment asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms

from selfassessment.library import Indicator
from selfassessment.models import EvidenceNote, IndicatorRating, Round

NO_STUDENTS = "Do not name students."


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoundForm(forms.ModelForm):
    """When the next round runs, and what it is called."""

    class Meta:
        model = Round
        fields = ["label", "opens_on", "closes_on"]
        labels = {"label": "Name", "opens_on": "First day", "closes_on": "Last day"}
        help_texts = {
            "label": "As in Fall 2026. Two rounds a year are usual: September 1 to October 15, and"
            " April 15 to May 31."
        }
        widgets = {"opens_on": _date(), "closes_on": _date()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "label",
            Row(
                Column("opens_on", css_class="col-md-6"),
                Column("closes_on", css_class="col-md-6"),
            ),
            Submit("submit", "Open the round"),
        )


class RatingForm(forms.ModelForm):
    """The team's rating of one indicator, and why."""

    value = forms.TypedChoiceField(
        label="Team rating",
        coerce=int,
        choices=[(str(n), str(n)) for n in range(4)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the point that fits best today."},
    )

    class Meta:
        model = IndicatorRating
        fields = ["value", "rationale"]
        labels = {"rationale": "Why"}
        help_texts = {"rationale": f"Two or three sentences that anyone can check. {NO_STUDENTS}"}
        widgets = {"rationale": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"rationale": {"required": "Say why, in a sentence."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rationale"].required = True
        self.helper = FormHelper()
        self.helper.form_tag = False


class NoteForm(forms.ModelForm):
    """Evidence by hand, for one indicator."""

    kind = forms.ChoiceField(label="Kind of evidence", required=False)

    link = forms.URLField(
        label="Link",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Where it can be read. A link, some words, or both.",
    )

    class Meta:
        model = EvidenceNote
        fields = ["kind", "label", "link", "text", "dated_on"]
        help_texts = {
            "text": NO_STUDENTS,
            "dated_on": "The day it was agreed or happened, which may be long before today.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "dated_on": _date()}

    def __init__(self, *args: Any, indicator: Indicator, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        sorts = [(sort.key, sort.label) for sort in indicator.evidence_types]
        self.fields["kind"].choices = [("", "Something else"), *sorts]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "kind", "label", "link", "text", "dated_on", Submit("submit", "Add the evidence")
        )

    def clean_dated_on(self) -> dt.date:
        dated_on: dt.date = self.cleaned_data["dated_on"]
        if dated_on > self.today:
            raise forms.ValidationError("Evidence speaks for a day that has come.")
        return dated_on
