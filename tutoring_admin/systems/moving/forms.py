"""The name that is typed before a district is removed."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class RemovalForm(forms.Form):
    """`name` has to be the district's; the service compares."""

    name = forms.CharField(
        label="Name of the district",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, district: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = f"Type it as it stands here: {district}"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
