"""Who asks: a bearer token, and nothing else. No session, no cookie, no token in an address."""

from __future__ import annotations

import datetime as dt
import time
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from roles.models import ApiToken
from roles.services.invitations import hash_token
from roles.throttling import allowed
from tutoring_admin.api.problems import Problem
from tutoring_admin.api.scopes import Caller, Scope

REQUESTS, GUESSES = (600, 60), (60, 300)  # so many in so many seconds
NOTED_AGAIN = dt.timedelta(minutes=1)
CHALLENGE = 'Bearer realm="Tutoring leadership"'


class Token(HttpBearer):
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


def find(secret: str) -> Caller | None:
    """Who a living token stands for, whichever district it is of. Runs outside the wall."""
    row = ApiToken.objects.filter(hash=hash_token(secret)).select_related("district").first()
    if row is None or row.state(row.district.today()) != "works":
        return None
    _note_use(row)
    return Caller(row.pk, row.name, row.district, frozenset(row.scopes))


def accepts_json(request: HttpRequest) -> None:
    if not request.accepts("application/json"):
        detail = "Send Accept: application/json, or no Accept header."
        raise Problem(HTTPStatus.NOT_ACCEPTABLE, detail)


def _note_use(token: ApiToken) -> None:
    """Once a minute at most, so that reading does not turn into writing."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - NOTED_AGAIN:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_AGAIN)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


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
