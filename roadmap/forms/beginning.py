"""Forms of what a district settles before it begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class AddForm(forms.Form):
    """One more thing to settle."""

    text = forms.CharField(
        label="What has to be settled",
        max_length=200,
        help_text="One decision, in one sentence.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_text(self) -> str:
        return _one_line(self.cleaned_data["text"])


class EditForm(AddForm):
    """How it is worded, where it stands, and the day it was settled, if it is."""

    note = forms.CharField(
        label="Where it stands",
        max_length=400,
        required=False,
        help_text="Who decides, what is open, where it is written down.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    settled_on = forms.DateField(
        label="Settled on",
        required=False,
        help_text="The day of the decision. Empty: it is still open.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_note(self) -> str:
        return _one_line(self.cleaned_data["note"])

    def clean_settled_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["settled_on"]
        if day and day > self.today:
            raise forms.ValidationError("Give today or an earlier day.")
        return day


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
