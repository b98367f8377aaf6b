"""How sign-in behaves here: nobody signs up, people are invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
