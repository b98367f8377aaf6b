"""How sign-in behaves here: nobody signs up, people are invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest

from tutoring_admin.demo.people import people


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SignInView(LoginView):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in, with the people of the demo one click away where there is a demo."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "demo_people": people() if settings.DEMO else []}


sign_in = SignInView.as_view()
