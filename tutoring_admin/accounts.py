"""How sign-in behaves here: nobody signs up, people are invited."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from roles import proofs
from roles.models import User
from tutoring_admin import shared_devices
from tutoring_admin.demo.people import people
from tutoring_admin.systems.signon import finding
from tutoring_admin.systems.signon.doors import REMEMBERED
from tutoring_admin.systems.signon.forms import WhoForm

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Keep what the form says of the device until the last step of signing in.

        Whoever comes back from their district said it before they went there.
        """
        if request.method == "POST":
            shared = shared_devices.FIELD in request.POST
            shared_devices.expect(request.session, shared=shared)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and take the address the district gave as proven.

        A change of address drops every unproven one: without this row it would drop the name
        by which the person signs in.
        """
        if not EmailAddress.objects.filter(user=user, verified=True).exists():
            EmailAddress.objects.update_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
        district = proofs.take_expected(request.session, user)
        shared = shared_devices.is_expected(request.session)
        super().login(request, user)
        shared_devices.begin(request.session, shared=shared)
        if district:
            proofs.begin(request.session, district)

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
        context["demo_people"] = people() if settings.DEMO else []
        if finding.is_any_offered():
            context |= self._through_the_district()
        return context

    def get_initial(self) -> dict[str, Any]:
        """With the address that was typed into the box before."""
        initial: dict[str, Any] = super().get_initial()
        return {**initial, "login": self.request.session.get("sign_in_as", "")}

    def _through_the_district(self) -> dict[str, Any]:
        """One box first, which tells a district from its people's addresses; then the password."""
        asked_for_password = self.request.method == "POST" or "with" in self.request.GET
        known = finding.by_key(self.request.COOKIES.get(REMEMBERED, ""))
        return {
            "who": WhoForm(),
            "asks_who": not asked_for_password,
            "known_provider": known if known and known.is_on else None,
        }


sign_in = SignInView.as_view()
