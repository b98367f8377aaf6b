"""Where allauth asks for its apps, and where it hands over whom a provider vouches for.

Apps are rows of districts, behind the wall; allauth's own tables stay empty. It speaks the
protocols and keeps their state. Who is let in is decided here, and its own linking, signing up and
storing of tokens is never reached.
"""

from __future__ import annotations

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.provider import Provider
from django.http import HttpRequest

from roles import outbound
from roles.models import SignOnKind, SignOnProvider
from roles.sealing import unseal
from tutoring_admin.systems.signon import clever, finding, oidc, saml


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """A district's providers, each by its key."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one app of a key. Without a key none: nobody lists the districts."""
        row = finding.by_key(provider or "")
        return [_app(row)] if row else []

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        row = finding.by_key(provider)
        if row is None:
            raise SocialApp.DoesNotExist
        return provider_of(row, request)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        from tutoring_admin.systems.signon import arriving  # noqa: PLC0415 -- it knows views

        raise ImmediateHttpResponse(arriving.arrive(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        from tutoring_admin.systems.signon import arriving  # noqa: PLC0415 -- as above

        state = (extra_context or {}).get("state") or {}
        raise ImmediateHttpResponse(
            arriving.fail(request, provider.sub_id, error, exception, state)
        )

    def get_requests_session(self) -> requests.Session:
        return outbound.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


def provider_of(row: SignOnProvider, request: HttpRequest) -> Any:
    """allauth's provider of a row; it carries the row."""
    classes = {SignOnKind.CLEVER: clever.CleverProvider, SignOnKind.SAML: saml.SAMLProvider}
    made: Any = classes.get(SignOnKind(row.kind), oidc.OIDCProvider)(request, app=_app(row))
    made.row = row
    return made


def _app(row: SignOnProvider) -> SocialApp:
    if row.kind == SignOnKind.SAML:
        return saml.app_of(row)
    secret = unseal(row.client_secret)
    return (clever if row.kind == SignOnKind.CLEVER else oidc).app_of(row, secret)
