"""Where to, and what of."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from roles import outbound
from roles.access import Reach
from roles.models import WebhookEndpoint, WebhookKind

SAME_NAME = "Another endpoint has this name."


class EndpointForm(forms.Form):
    """Name, address and kinds of one endpoint. The address is looked up, and has to be public."""

    name = forms.CharField(
        max_length=80,
        help_text="What the other system is called here, such as “Data warehouse”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Begins with https://. Messages are posted there.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    kinds = forms.MultipleChoiceField(
        label="Tell it when",
        choices=WebhookKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )

    def __init__(
        self, *args: Any, reach: Reach, endpoint: WebhookEndpoint | None = None, **kwargs: Any
    ) -> None:
        if endpoint is not None:
            kwargs["initial"] = {
                "name": endpoint.name,
                "url": endpoint.url,
                "kinds": endpoint.kinds,
            }
        super().__init__(*args, **kwargs)
        self.others = WebhookEndpoint.objects.reachable(reach)
        if endpoint is not None:
            self.others = self.others.exclude(pk=endpoint.pk)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        words = "Save" if endpoint else "Add the endpoint"
        self.helper.layout = Layout("name", "url", "kinds", Submit("save", words))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.others.filter(name__iexact=name).exists():
            raise forms.ValidationError(SAME_NAME)
        return name

    def clean_url(self) -> str:
        try:
            return outbound.check_address(self.cleaned_data["url"])
        except outbound.Unsafe as refused:
            raise forms.ValidationError(str(refused)) from refused
