"""The account's own pages are for who signed in with the account's own password or passkey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from roles import proofs

# What they change would outlive the district's word: a password set here would open other
# districts, too.
CLOSED = {"account_change_password", "account_set_password", "account_email"}
CLOSED_PREFIX = "mfa_"


class SignOnMiddleware:
    """A session that rests on a district's provider alone changes no password, e-mail or factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        name = (match and match.url_name) or ""
        if name not in CLOSED and not name.startswith(CLOSED_PREFIX):
            return None
        if not request.user.is_authenticated or proofs.of(request.session).own:
            return None
        return render(request, "account/kept_by_district.html", status=403)
