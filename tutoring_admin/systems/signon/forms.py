"""What a lead enters about a provider, and what a person types who wants to sign in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms

from roles import outbound
from roles.models import SignOnKind, SignOnProvider, User
from tutoring_admin import shared_devices
from tutoring_admin.systems.signon import finding, saml

DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
ANYBODYS = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
    "aol.com", "icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.com", "comcast.net",
}  # fmt: skip
ISSUERS = {
    SignOnKind.GOOGLE: "https://accounts.google.com",
    SignOnKind.CLASSLINK: "https://launchpad.classlink.com",
    SignOnKind.CLEVER: "https://clever.com",
}
MICROSOFT = "https://login.microsoftonline.com"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TENANTS: dict[SignOnKind, tuple[str, str]] = {
    SignOnKind.MICROSOFT: (
        "Directory (tenant) id",
        "From the overview of your app registration. Several tenants: one on each line.",
    ),
    SignOnKind.CLASSLINK: (
        "ClassLink tenant id",
        "ClassLink's number for your district. Everyone else at ClassLink is refused.",
    ),
    SignOnKind.CLEVER: (
        "Clever district id",
        "24 letters and digits, from your Clever dashboard. Other districts are refused.",
    ),
}
MOST_METADATA = 200_000


class WhoForm(forms.Form):
    """One box: an e-mail address, or the name of a district."""

    who = forms.CharField(
        label="Your work e-mail, or your district",
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )
    shared_device = forms.BooleanField(
        label=shared_devices.LABEL, help_text=shared_devices.HELP, required=False
    )
    found: list[SignOnProvider]

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"].strip()
        self.found = finding.meant_by(who)
        if not self.found and "@" not in who:
            raise forms.ValidationError(
                "No district of this name signs in here. Type your work e-mail address."
            )
        return who


class ProviderForm(forms.Form):
    """A provider of one kind. A secret that is there already stays if its box stays empty."""

    name = forms.CharField(
        label="Name on the sign-in page",
        max_length=60,
        help_text="As your people know it, such as: Riverbend Google account.",
    )
    domains = forms.CharField(
        label="E-mail domains of your staff",
        widget=forms.Textarea({"rows": 2}),
        help_text="One on each line, such as riverbend.org. Only these addresses can be linked.",
    )
    issuer = forms.CharField(
        label="Issuer",
        max_length=300,
        help_text="The address that its description names, such as https://login.district.org.",
    )
    tenants = forms.CharField(widget=forms.Textarea({"rows": 2}))
    client_id = forms.CharField(label="Client id", max_length=255)
    client_secret = forms.CharField(
        label="Client secret",
        max_length=500,
        strip=True,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text="Kept sealed, and never shown again.",
    )
    metadata = forms.CharField(
        label="Metadata of your provider",
        max_length=MOST_METADATA,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text="The XML that your provider offers for download. Paste all of it.",
    )

    def __init__(
        self, *args: Any, kind: SignOnKind, provider: SignOnProvider | None = None, **kw: Any
    ) -> None:
        if provider:
            kw["initial"] = _initial(provider)
        super().__init__(*args, **kw)
        self.kind, self.provider = kind, provider
        for name in _unasked(kind):
            del self.fields[name]
        if kind in TENANTS:
            self.fields["tenants"].label, self.fields["tenants"].help_text = TENANTS[kind]
        if provider and "client_secret" in self.fields:
            self.fields["client_secret"].required = False
            self.fields["client_secret"].help_text = "Leave it empty to keep the one that is set."
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_domains(self) -> list[str]:
        domains = _lines(self.cleaned_data["domains"].replace("@", " "))
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise forms.ValidationError(f"{domain} is not a domain, such as riverbend.org.")
            if domain in ANYBODYS:
                raise forms.ValidationError(
                    f"Anybody can have an address at {domain}. Enter domains of the district."
                )
        return domains

    def clean_tenants(self) -> list[str]:
        tenants = _lines(self.cleaned_data["tenants"])
        for tenant in tenants:
            if self.kind == SignOnKind.MICROSOFT and not UUID.fullmatch(tenant):
                raise forms.ValidationError(
                    f"{tenant} is not a tenant id. It looks like 0f9c1a22-… with 36 signs."
                )
        return tenants

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"].split("/.well-known/")[0].rstrip("/")
        try:
            return outbound.check_address(issuer)
        except outbound.Unsafe as unsafe:
            raise forms.ValidationError(str(unsafe)) from unsafe

    def clean_metadata(self) -> str:
        metadata: str = self.cleaned_data["metadata"]
        try:
            saml.read_metadata(metadata)
        except saml.NotMetadata as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return metadata

    def values(self) -> dict[str, Any]:
        """The fields of a provider, with its issuer; the secret only if one was typed."""
        values = dict(self.cleaned_data)
        if self.kind == SignOnKind.SAML:
            values["issuer"] = saml.read_metadata(values["metadata"])["entityId"][:300]
        elif self.kind == SignOnKind.MICROSOFT:
            tenants = values["tenants"]
            which = tenants[0] if len(tenants) == 1 else "organizations"
            values["issuer"] = f"{MICROSOFT}/{which}/v2.0"
        elif self.kind in ISSUERS:
            values["issuer"] = ISSUERS[self.kind]
        if not values.get("client_secret"):
            values.pop("client_secret", None)
        return values


class EnforceForm(forms.Form):
    """Who may still use a password and a second factor. At least one, or nobody gets in again."""

    spares = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        label="Spare keys",
        widget=forms.CheckboxSelectMultiple,
        help_text="They may still sign in with password and second factor, if the provider fails.",
        error_messages={
            "required": "Choose at least one spare key: if the provider fails, nobody could get in."
        },
    )

    def __init__(self, *args: Any, able: Iterable[User], **kw: Any) -> None:
        super().__init__(*args, **kw)
        keys = [user.pk for user in able]
        spares = cast("forms.ModelMultipleChoiceField", self.fields["spares"])
        spares.queryset = User.objects.filter(pk__in=keys)
        self.helper = FormHelper()
        self.helper.form_tag = False


def _initial(provider: SignOnProvider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "domains": "\n".join(provider.domains),
        "tenants": "\n".join(provider.tenants),
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "metadata": provider.metadata,
    }


def _unasked(kind: SignOnKind) -> list[str]:
    unasked = [] if kind in TENANTS else ["tenants"]
    if kind != SignOnKind.OIDC:
        unasked.append("issuer")
    if kind == SignOnKind.SAML:
        return [*unasked, "client_id", "client_secret"]
    return [*unasked, "metadata"]


def _lines(text: str) -> list[str]:
    """Words on lines or between commas, in small letters, each once."""
    return list(dict.fromkeys(text.lower().replace(",", " ").split()))
