"""What people type before a packet is published, and for whom a guest address is made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from selfassessment.models import GuestLink, Packet
from tutoring_admin.packets.asked import Typed
from tutoring_admin.packets.services import LONGEST_LIFE, USUAL_LIFE

NO_STUDENTS = "Do not name students."


class TypedForm(forms.Form):
    """The lines that no record holds. `typed` once it is valid."""

    purpose = forms.CharField(
        label="Purpose",
        max_length=300,
        help_text="One sentence: why the district does this.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    money = forms.CharField(
        label="Money, as finance says it",
        max_length=400,
        required=False,
        help_text="Such as “$412,000 of $640,000 spent, as of Oct 31”. Ask finance for this line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label="Anything to add",
        max_length=600,
        required=False,
        help_text=NO_STUDENTS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    with_names = forms.BooleanField(
        label="Name staff",
        required=False,
        help_text="Off as a rule: positions are named instead, and full names of staff are taken"
        " out of what people typed.",
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Packet.Kind.BOARD:
            self.fields["money"].required = True
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("purpose", "money", "note", "with_names")

    @property
    def typed(self) -> Typed:
        return Typed(**self.cleaned_data)


class GuestForm(forms.Form):
    """For whom, and until when."""

    label = forms.CharField(
        label="For whom",
        max_length=GuestLink._meta.get_field("label").max_length,
        help_text="So that you know later which address to end: “Board members”.",
    )
    expires_on = forms.DateField(
        label="Works until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="This day included. A year at most.",
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"expires_on": today + USUAL_LIFE, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("label", "expires_on")

    def clean_expires_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["expires_on"]
        if day < self.today:
            raise forms.ValidationError("Choose a day from today on.")
        if day > self.today + LONGEST_LIFE:
            raise forms.ValidationError("Choose a day within a year.")
        return day
