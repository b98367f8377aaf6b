"""What a round asks for."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms

from selfassessment.forms.shared import NO_STUDENTS, date_input
from selfassessment.models import IndicatorRating, Round


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
        widgets = {"opens_on": date_input(), "closes_on": date_input()}

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
