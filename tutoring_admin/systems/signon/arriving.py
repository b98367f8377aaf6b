"""Someone comes back from a provider: let them in, send them to whom to ask, or say what failed."""

from __future__ import annotations

import logging
from typing import Any, cast

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.models import SocialLogin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from roles import proofs
from roles.models import SignOnProvider, User
from tutoring_admin import shared_devices
from tutoring_admin.systems.signon import finding, trials, wording
from tutoring_admin.systems.signon.identity import Identity, NotAccepted, read
from tutoring_admin.systems.signon.settling import Verdict, decide, settle, whom_to_ask

log = logging.getLogger(__name__)

RESTARTS = "sign_on_restarts"
MOST_RESTARTS = 2
NO_STATE = (
    "Your browser did not keep what was begun. Allow cookies for this site, or open the sign-in "
    "page here first."
)


def arrive(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """A provider vouches for someone, with all that the protocol checks checked."""
    row: SignOnProvider = login.provider.row
    data = login.state.get("data") or {}
    claims = login.account.extra_data
    request.session.pop(RESTARTS, None)
    try:
        identity = read(row.kind, claims, tenants=row.tenants, domains=row.domains)
    except NotAccepted as no:
        if trials.is_of(request, data):
            return trials.end_badly(request, row, str(no), claims)
        return _refuse(request, row, str(no))
    verdict = decide(row, identity)
    if trials.is_of(request, data):
        return trials.end(request, row, identity, verdict, claims)
    if not row.is_on:
        raise Http404
    return _let_in(request, row, identity, verdict, login.state.get("next"))


def fail(
    request: HttpRequest,
    key: str,
    error: str | None,
    exception: Exception | None,
    state: dict[str, Any],
) -> HttpResponse:
    """The protocol ended without a person: cancelled, refused, not genuine, or out of reach."""
    row = finding.by_key(key)
    if row is None:
        raise Http404
    said = wording.of_failure(error, exception, request.GET)
    log.warning("Sign-on %s failed: %s", key, said)
    if trials.is_of(request, state.get("data") or {}):
        return trials.end_badly(request, row, said, {})
    return _refuse(request, row, wording.for_people(error), asks=False)


def restart(request: HttpRequest, row: SignOnProvider) -> HttpResponse:
    """A sign-in that we did not begin, as portals send it: drop it and begin one, silently.

    What it carried is not used, so nobody can be signed in as someone else by a prepared link.
    """
    tried = int(request.session.get(RESTARTS, 0))
    if tried >= MOST_RESTARTS or not row.is_on:
        request.session.pop(RESTARTS, None)
        return _refuse(request, row, NO_STATE, asks=False)
    request.session[RESTARTS] = tried + 1
    where = reverse("sign-on-start", args=[row.key])
    shared = shared_devices.is_expected(request.session)
    return redirect(f"{where}?{shared_devices.FIELD}=on" if shared else where)


def safe_next(where: str | None) -> str | None:
    """A path of this site, or None."""
    if where and where.startswith("/") and url_has_allowed_host_and_scheme(where, None):
        return where
    return None


def _let_in(
    request: HttpRequest, row: SignOnProvider, identity: Identity, verdict: Verdict, then: Any
) -> HttpResponse:
    if not verdict.lets_in:
        return _refuse(request, row, wording.NO[verdict.says].format(provider=row.name))
    user = settle(row, identity, verdict)
    where = safe_next(then) or reverse("dashboards:today", args=[row.district.slug])
    if request.user.is_authenticated and request.user.pk == user.pk:
        request.session.cycle_key()
        proofs.add(request.session, row.district_id)
        return redirect(where)
    return _sign_in(request, row, user, where)


def _sign_in(request: HttpRequest, row: SignOnProvider, user: User, where: str) -> HttpResponse:
    """By allauth's own end of signing in, which asks for a second factor where one is set up."""
    if request.user.is_authenticated:
        shared = shared_devices.is_expected(request.session)
        get_account_adapter(request).logout(request)
        shared_devices.expect(request.session, shared=shared)
    proofs.expect(request.session, user, row.district_id)
    record_authentication(request, user, "socialaccount", provider=row.key)
    return cast("HttpResponse", perform_login(request, user, redirect_url=where))


def _refuse(
    request: HttpRequest, row: SignOnProvider, why: str, *, asks: bool = True
) -> HttpResponse:
    context = {"provider": row, "why": why, "leads": whom_to_ask(row) if asks else []}
    return render(request, "systems/signon_refused.html", context, status=403)
