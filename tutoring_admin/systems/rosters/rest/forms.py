"""What a person types to set a roster source up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError

from roles.models import RosterSource
from roles.outbound import Unsafe, check_address
from tutoring_admin.systems.rosters.rest.client import SCOPE

HOURS = [
    (hour, f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}")
    for hour in (20, 21, 22, 23, *range(7))
]
NO_QUERY = "Leave out what follows ? or # in the address."
SECRET_AGAIN = "The secret goes to another address than before: enter it again."  # noqa: S105 -- words
NO_SECRET = "Enter the client secret."  # noqa: S105 -- words


class SourceForm(forms.ModelForm):
    """`cleaned_data["secret"]` is empty where the one that is kept stays."""

    secret = forms.CharField(
        label="Client secret",
        required=False,
        max_length=500,
        strip=True,
        # what was just typed may come back in a form with errors; what is kept never does
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    hour = forms.TypedChoiceField(label="Ask at", coerce=int, choices=HOURS)

    class Meta:
        model = RosterSource
        fields = (
            "name", "version", "base_address", "token_address", "client_id", "scopes",
            "is_nightly", "hour", "applies_small", "most_ended",
        )  # fmt: skip
        labels = {
            "name": "Name of the system",
            "base_address": "Base address",
            "token_address": "Token address",
            "most_ended": "At most so many of 100 people may end",
        }
        help_texts = {
            "name": "As your colleagues call it, such as PowerSchool.",
            "base_address": "It usually ends in /ims/oneroster/rostering/v1p2, for OneRoster 1.1 in"
            " /ims/oneroster/v1p1.",
            "token_address": "Where a token is given for client ID and secret.",
            "scopes": "Separated by spaces. Ask for none that covers the demographics of students.",
            "is_nightly": "On Sundays for everything, on other nights for what changed.",
            "applies_small": "Only if every row can be read, no school ends and few rows change."
            " Everything else waits for a person.",
            "most_ended": "From 0 to 10. More than that waits for a person.",
        }
        widgets = {
            "version": forms.RadioSelect,
            "base_address": forms.URLInput(attrs={"spellcheck": "false"}),
            "token_address": forms.URLInput(attrs={"spellcheck": "false"}),
            "client_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "scopes": forms.TextInput(attrs={"spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = {
            name: getattr(self.instance, name) for name in ("base_address", "token_address")
        }
        self.has_secret = bool(self.instance.secret)
        self.fields["version"].choices = RosterSource.Version.choices  # type: ignore[attr-defined]
        if not self.has_secret:
            self.fields["secret"].help_text = "It is kept sealed, and never shown again."
            self.initial.setdefault("scopes", SCOPE["1.2"])
        else:
            self.fields["secret"].help_text = "Kept sealed. Leave this empty to keep it as it is."
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            Fieldset("Where it is", "name", "version", "base_address", "token_address"),
            Fieldset("How we get in", "client_id", "secret", "scopes"),
            Fieldset("When, and what then", "is_nightly", "hour", "applies_small", "most_ended"),
            Submit("save", "Save"),
        )

    def clean_base_address(self) -> str:
        return _checked(self.cleaned_data["base_address"], may_ask=False).rstrip("/")

    def clean_token_address(self) -> str:
        return _checked(self.cleaned_data["token_address"], may_ask=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("secret") or "secret" in self.errors:
            return cleaned
        if not self.has_secret:
            self.add_error("secret", NO_SECRET)
        elif any(
            _server(cleaned.get(name, was)) != _server(was) for name, was in self.kept.items()
        ):
            self.add_error("secret", SECRET_AGAIN)
        return cleaned


def _checked(address: str, *, may_ask: bool) -> str:
    """The address if it may be called now. Looks its name up."""
    try:
        checked = check_address(address)
    except Unsafe as unsafe:
        raise ValidationError(str(unsafe)) from unsafe
    parts = urlsplit(checked)
    if parts.fragment or (parts.query and not may_ask):
        raise ValidationError(NO_QUERY)
    return checked


def _server(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()
