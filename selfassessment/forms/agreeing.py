"""What agreeing on a team rating asks for."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from selfassessment.forms.shared import NO_STUDENTS
from selfassessment.models import IndicatorRating


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
