"""What a round asks for."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms

from selfassessment.forms.shared import date_input
from selfassessment.models import Round


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
