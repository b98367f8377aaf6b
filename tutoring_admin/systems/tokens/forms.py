"""For which system, what it may read, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from roles.models import ApiToken
from tutoring_admin.api.scopes import Scope

USUAL = dt.timedelta(days=180)


class TokenForm(forms.Form):
    """Offers nothing by default but the day."""

    name = forms.CharField(
        label="For which system",
        max_length=ApiToken._meta.get_field("name").max_length,
        help_text="One system, one token, such as “District data warehouse”: so you can end one"
        " without the others.",
        error_messages={"required": "Say which system it is for."},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may read",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what it needs. It changes nothing, and there are no students in it.",
        error_messages={"required": "Choose at least one thing it may read."},
    )
    expires_on = forms.DateField(
        label="Works until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="This day included. A year at most.",
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"expires_on": today + USUAL, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("name", "scopes", "expires_on")

    def clean_expires_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["expires_on"]
        if day < self.today:
            raise forms.ValidationError("Choose a day from today on.")
        if day > self.today + ApiToken.LONGEST:
            raise forms.ValidationError("Choose a day within a year.")
        return day
