"""What evidence by hand asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from selfassessment.forms.shared import NO_STUDENTS, date_input
from selfassessment.library import Indicator
from selfassessment.models import EvidenceRevision


class EvidenceForm(forms.ModelForm):
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
        model = EvidenceRevision
        fields = ["label", "link", "text", "dated_on"]
        help_texts = {
            "text": NO_STUDENTS,
            "dated_on": "The day it was agreed or happened, which may be long before today.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "dated_on": date_input()}

    def __init__(self, *args: Any, indicator: Indicator, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        sorts = [(sort.key, sort.label) for sort in indicator.evidence_types]
        self.fields["kind"].choices = [("", "Something else"), *sorts]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "kind", "label", "link", "text", "dated_on", Submit("submit", "Add the evidence")
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("text") and not given.get("link") and "link" not in self.errors:
            raise forms.ValidationError("Give a link, or say what the evidence shows.")
        return given

    def clean_dated_on(self) -> dt.date:
        dated_on: dt.date = self.cleaned_data["dated_on"]
        if dated_on > self.today:
            raise forms.ValidationError("Evidence speaks for a day that has come.")
        return dated_on
