"""Clever: OAuth 2, with the person fetched from its API."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.clever.provider import CleverProvider as Theirs
from allauth.socialaccount.providers.clever.views import CleverOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from roles.models import SignOnProvider
from tutoring_admin.systems.signon.oidc import fetch


class CleverProvider(Theirs):  # type: ignore[misc]  # allauth has no types
    """One district's Clever, by its key."""

    def get_callback_url(self) -> str:
        return reverse("sign-on-callback", args=[self.app.provider_id])

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("sign-on-start", args=[self.app.provider_id])

    def get_oauth2_adapter(self, request: HttpRequest) -> CleverAdapter:
        return CleverAdapter(request, self.app.provider_id)

    def get_auth_params(self) -> dict[str, Any]:
        """With the district, so that nobody is asked which one they are of."""
        tenants = self.app.settings["tenants"]
        return {"district_id": tenants[0]} if len(tenants) == 1 else {}

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["id"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: `identity.read` looks at the claims."""
        return {}


class CleverAdapter(CleverOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """Clever's addresses, with our way back."""

    basic_auth = True
    login_state: dict[str, Any]

    def __init__(self, request: HttpRequest, key: str) -> None:
        super().__init__(request)
        self.provider_id = key

    @property
    def authorize_url(self) -> str:
        return f"{settings.CLEVER_URL}/oauth/authorize"

    @property
    def access_token_url(self) -> str:
        return f"{settings.CLEVER_URL}/oauth/tokens"

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sign-on-callback", args=[self.provider_id]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> Any:
        return self.get_provider().sociallogin_from_response(request, _person(token.token))


def _person(access_token: str) -> dict[str, Any]:
    held = {"Authorization": f"Bearer {access_token}"}
    me = fetch(f"{settings.CLEVER_API_URL}/v3.0/me", **held).get("data") or {}
    if not isinstance(me.get("id"), str):
        raise OAuth2Error("Clever did not say who signed in.")
    person = fetch(f"{settings.CLEVER_API_URL}/v3.0/users/{me['id']}", **held).get("data") or {}
    if person.get("id") != me["id"]:
        raise OAuth2Error("Clever's two answers speak of two persons.")
    return {**me, **person}


def app_of(provider: SignOnProvider, secret: str) -> SocialApp:
    """What allauth calls an app, made of a district's row and never saved."""
    return SocialApp(
        provider="clever",
        provider_id=provider.key,
        name=provider.name,
        client_id=provider.client_id,
        secret=secret,
        settings={"scope": ["read:user_id"], "tenants": provider.tenants},
    )
