"""Forms of what a district settles before it begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


class BeginningForm(forms.Form):
    """What is to be settled and where it stands; the note is left out where an item is new."""

    text = forms.CharField(
        label="What has to be settled",
        max_length=200,
        help_text="One decision, in one sentence.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Where it stands",
        max_length=400,
        required=False,
        help_text="Who decides, what is open, where it is written down.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, with_note: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_note:
            del self.fields["note"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_text(self) -> str:
        return _one_line(self.cleaned_data["text"])

    def clean_note(self) -> str:
        return _one_line(self.cleaned_data["note"])


class SettleForm(forms.Form):
    """The day on which it was settled."""

    day = forms.DateField(
        label="Settled on",
        help_text="The day the decision was made.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"day": today}, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError("Pick today or an earlier day.")
        return day
