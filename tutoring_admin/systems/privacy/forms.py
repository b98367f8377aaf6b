"""How long what is kept, and whose data is looked for."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.models import RetentionKind
from tutoring_admin.systems.privacy.rules import RULES, span


class RetentionForm(forms.Form):
    """One choice for each rule, named as its kind."""

    def __init__(self, *args: Any, days: dict[RetentionKind, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, rule in RULES.items():
            self.fields[kind.value] = forms.TypedChoiceField(
                label=str(kind.label),
                coerce=int,
                choices=[(n, span(n)) for n in rule.choices],
                initial=days[kind],
                widget=forms.Select(attrs={"class": "form-select"}),
            )


class WhoForm(forms.Form):
    q = forms.CharField(
        label="Name or e-mail address",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class SureForm(forms.Form):
    """Typed to show that one knows whom it is about."""

    email = forms.CharField(
        label="Their e-mail address",
        max_length=254,
        help_text="Type it to show that you mean this person.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip()
        if typed.lower() != self.address.lower():
            raise forms.ValidationError("That is not the address of this person.")
        return typed
