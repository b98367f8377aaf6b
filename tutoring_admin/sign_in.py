"""The sign-in form in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from tutoring_admin import shared_devices


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail, password, and whether this device is one's own."""

    shared_device = forms.BooleanField(
        label=shared_devices.LABEL, help_text=shared_devices.HELP, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"
        remember = self.fields["remember"]
        remember.label = "Keep me signed in for two weeks"
        remember.help_text = "Only on a device that nobody else uses."

    def clean(self) -> Any:
        """Who says both has a reason for the careful one."""
        if self.cleaned_data.get(shared_devices.FIELD):
            self.cleaned_data["remember"] = False
        return super().clean()
