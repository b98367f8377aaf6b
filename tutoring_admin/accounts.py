"""How sign-in behaves here: nobody signs up, people are invited."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest

from roles.models import User
from tutoring_admin.demo.people import people

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and take the address the district gave as proven.

        A change of address drops every unproven one: without this row it would drop the name
        by which the person signs in.
        """
        if not EmailAddress.objects.filter(user=user, verified=True).exists():
            EmailAddress.objects.update_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
        super().login(request, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's letters. A mail server that is down changes no answer."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # smtplib's errors are OSErrors
            log.exception("Not sent: %s", template_prefix)


class SignInView(LoginView):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in, with the people of the demo one click away where there is a demo."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "demo_people": people() if settings.DEMO else []}


sign_in = SignInView.as_view()
