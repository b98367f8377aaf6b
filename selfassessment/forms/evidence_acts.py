"""What is done to evidence by hand, and what its list is narrowed to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from roadmap.forms.filters import PlainSelect
from roles.models import User
from selfassessment.forms.evidence import near, to_come
from selfassessment.forms.evidence_uses import offer_people
from selfassessment.forms.shared import date_input
from selfassessment.models import EvidenceRevision
from selfassessment.speaking import REPLACED
from selfassessment.wording import day

STATES = {
    "": "All that stands",
    "current": "Current",
    "soon": "Runs out within 60 days",
    "run_out": "Run out",
    "replaced": REPLACED,
    "taken_back": "Taken back",
}


class RenewForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    expires_on = forms.DateField(label="Counts until", widget=date_input())

    def __init__(
        self, *args: Any, now: EvidenceRevision, today: dt.date, usual: dt.date, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"seen": now.number, "expires_on": usual}
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields[
            "expires_on"
        ].help_text = (
            f"As a rule, evidence of this kind that is true today counts until {day(usual)}."
        )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_expires_on(self) -> dt.date | None:
        return to_come(near(self.cleaned_data["expires_on"], self.today), self.today)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays on its page, with your reason.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class BringBackForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="If there is something to say. It stays in the audit trail.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class HandOverForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="New owner",
        help_text="Answers for it from now on, and hears before it runs out.",
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, people, first="Choose a person")
        self.helper = FormHelper()
        self.helper.form_tag = False


class FilterForm(forms.Form):
    """What the list may be narrowed to. What fits no field is left aside."""

    code = forms.ChoiceField(label="Indicator", required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label="State", required=False, choices=list(STATES.items()), widget=PlainSelect
    )
    owner = forms.ChoiceField(label="Owner", required=False, widget=PlainSelect)
    text = forms.CharField(label="Words", max_length=80, required=False)

    def __init__(
        self, *args: Any, codes: Iterable[tuple[str, str]], owners: Iterable[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(each.pk), str(each)) for each in owners]
        self.fields["code"].choices = [("", "Any indicator"), *codes]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Anyone"), *people]  # type: ignore[attr-defined]
        for field in self.fields.values():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = kind

    @property
    def chosen(self) -> dict[str, str]:
        """What is narrowed to, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
