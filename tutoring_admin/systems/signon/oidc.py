"""OpenID Connect for Google, Microsoft, ClassLink and others: allauth's flow, held tighter.

allauth trusts an ID token that came over TLS without looking at its signature, knows no nonce, and
prefers the unsigned answer of the userinfo address. Here the token is verified, bound to the
sign-in that was begun, and what it says comes first.
"""

from __future__ import annotations

import json
from typing import Any

import requests
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.crypto import get_random_string

from roles import outbound
from roles.models import SignOnKind, SignOnProvider
from tutoring_admin.systems.signon import tokens

NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
MOST = 1_000_000  # bytes of an answer


class NotReached(OAuth2Error):  # type: ignore[misc]  # allauth has no types
    """The provider did not answer as it should; the text is for whoever set it up."""


def fetch(url: str, **headers: str) -> dict[str, Any]:
    """A JSON object from a provider. Raises NotReached."""
    try:
        with (
            outbound.session() as session,
            session.get(url, stream=True, headers=headers) as answer,
        ):
            answer.raise_for_status()
            body = outbound.beginning(answer, MOST)
        found = json.loads(body)
    except outbound.Unsafe as trouble:
        raise NotReached(str(trouble)) from trouble
    except (requests.RequestException, ValueError, OSError) as trouble:
        raise NotReached(f"No usable answer from {url}.") from trouble
    if not isinstance(found, dict):
        raise NotReached(f"No usable answer from {url}.")
    return found


def discover(issuer: str) -> dict[str, Any]:
    """A provider's own description. Raises NotReached, also where it describes another issuer."""
    described = fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if missing := [name for name in NEEDED if not isinstance(described.get(name), str)]:
        raise NotReached(f"The description at {issuer} lacks {', '.join(missing)}.")
    if described["issuer"].rstrip("/") != issuer.rstrip("/") and not _is_shared(described, issuer):
        raise NotReached(f"The description at {issuer} is of another issuer.")
    return described


def _is_shared(described: dict[str, Any], issuer: str) -> bool:
    """Entra's address for several tenants describes them all with one pattern."""
    pattern = issuer.rstrip("/").replace("/organizations/", f"/{tokens.TENANT}/")
    return tokens.TENANT in pattern and str(described["issuer"]).rstrip("/") == pattern


class OIDCProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no types
    """One provider of one district, by its key."""

    id = "openid_connect"

    def get_callback_url(self) -> str:
        return reverse("sign-on-callback", args=[self.app.provider_id])

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("sign-on-start", args=[self.app.provider_id])

    def get_oauth2_adapter(self, request: HttpRequest) -> OIDCAdapter:
        return OIDCAdapter(request, self.app.provider_id)

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> HttpResponseBase:
        nonce = get_random_string(32)
        asked = {**self.get_auth_params(), "nonce": nonce}
        data = {**(data or {}), "nonce": nonce}
        sent: HttpResponseBase = super().redirect(
            request, process, next_url, data, auth_params=asked, **kwargs
        )
        return sent

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: `identity.read` looks at the claims."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class OIDCAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """The back channel: description, code for token, keys, and what the token says."""

    login_state: dict[str, Any]

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_described"):
            app: SocialApp = self.get_provider().app
            self._described = discover(app.settings["server_url"])
        return self._described

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sign-on-callback", args=[self.provider_id]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> Any:
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise NotReached("The provider sent no ID token: ask it for the scope “openid”.")
        try:
            claims = tokens.verify(
                id_token,
                fetch(self.openid_config["jwks_uri"]),
                issuer=self.openid_config["issuer"],
                client_id=app.client_id,
                nonce=self.login_state["data"]["nonce"],
            )
        except tokens.NotGenuine as trouble:
            raise OAuth2Error(str(trouble)) from trouble
        return self.get_provider().sociallogin_from_response(request, self._full(claims, token))

    def _full(self, claims: dict[str, Any], token: SocialToken) -> dict[str, Any]:
        """With what only the userinfo address says, if it speaks of the same person."""
        where = self.openid_config.get("userinfo_endpoint")
        if "email" in claims or not where:
            return claims
        more = fetch(where, Authorization=f"Bearer {token.token}")
        if more.get("sub") != claims["sub"]:
            raise OAuth2Error("The provider's two answers speak of two persons.")
        return {**more, **claims}


def app_of(provider: SignOnProvider, secret: str) -> SocialApp:
    """What allauth calls an app, made of a district's row and never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.key,
        name=provider.name,
        client_id=provider.client_id,
        secret=secret,
        settings={
            "server_url": provider.issuer,
            "oauth_pkce_enabled": True,
            "auth_params": _hints(provider),
        },
    )


def _hints(provider: SignOnProvider) -> dict[str, str]:
    """Google shows the district's own accounts first; `hd` is checked when it answers."""
    return {"hd": provider.domains[0]} if provider.kind == SignOnKind.GOOGLE else {}
