"""What an operator says before they may look into a district."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

LONG = [(15, "15 minutes"), (30, "30 minutes"), (60, "An hour")]


class AskForm(forms.Form):
    """Which district, why, and for how long."""

    district = forms.CharField(
        max_length=60,
        help_text="As in its address: what stands between /d/ and the next slash.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="Why",
        max_length=500,
        min_length=10,
        help_text="The district lead reads this, and it stays in the audit trail.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes = forms.TypedChoiceField(label="For how long", choices=LONG, coerce=int, initial=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            "district", "reason", "minutes", Submit("ask", "Ask the district")
        )

    def clean_district(self) -> str:
        slug: str = self.cleaned_data["district"].strip().strip("/").lower()
        return slug
