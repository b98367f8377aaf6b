"""Who asks: a bearer token, and nothing else. No session, no cookie, no token in an address."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from ninja.security import HttpBearer

from roles.throttling import allowed
from tutoring_admin.api.problems import Problem
from tutoring_admin.api.scopes import Caller, Scope
from tutoring_admin.systems.tokens.services import find

REQUESTS, GUESSES = (600, 60), (60, 300)  # so many in so many seconds
CHALLENGE = 'Bearer realm="Tutoring leadership"'


class Token(HttpBearer):  # type: ignore[misc]
    """Lets a request in whose token lives and has the scope, and not too often."""

    openapi_description = "A token that the district lead made on the page Systems, API tokens."

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        # Whatever goes wrong is said here: what the parent returns for "no token" has no words.
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            detail = "Send the header Authorization: Bearer, followed by the token."
            raise Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": CHALLENGE})
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = find(token)
        if caller is None:
            raise _unknown(request)
        _count(f"api:{caller.token}", REQUESTS, "this token")
        accepts_json(request)
        if self.scope is not None and self.scope not in caller.scopes:
            raise _out_of_scope(self.scope)
        return caller


def accepts_json(request: HttpRequest) -> None:
    if not request.accepts("application/json"):
        detail = "Send Accept: application/json, or no Accept header."
        raise Problem(HTTPStatus.NOT_ACCEPTABLE, detail)


def _unknown(request: HttpRequest) -> Problem:
    """One answer for tokens that never were, have ended or ran out. Guessing gets slow."""
    _count(f"api-guess:{get_adapter().get_client_ip(request)}", GUESSES, "unknown tokens")
    detail = (
        "This token is not known, has run out, or was ended. Ask the district lead for a new one."
    )
    challenge = f'{CHALLENGE}, error="invalid_token"'
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _out_of_scope(scope: Scope) -> Problem:
    challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
    detail = f"This needs a token with the scope {scope}: {scope.label}."
    return Problem(HTTPStatus.FORBIDDEN, detail, headers={"WWW-Authenticate": challenge})


def _count(key: str, limit: tuple[int, int], what: str) -> None:
    most, seconds = limit
    if not allowed(key, most, seconds):
        wait = seconds - int(time.time()) % seconds
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"More than {most} requests in {seconds} seconds with {what}. Wait {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )
