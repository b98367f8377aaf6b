"""Signing in through one's district: addresses outside any district, for people not yet known.

Starting is a GET, since the browser's rule on forms (CSP form-action) holds for where they lead.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.sessions import LoginSession
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from onelogin.saml2.errors import OneLogin_Saml2_Error

from roles import outbound
from roles.models import SignOnKind, SignOnProvider
from tutoring_admin import shared_devices
from tutoring_admin.systems.signon import arriving, finding, saml, trials
from tutoring_admin.systems.signon.adapter import provider_of
from tutoring_admin.systems.signon.forms import WhoForm

TROUBLE = (OAuth2Error, requests.RequestException, outbound.Unsafe, OneLogin_Saml2_Error,
           saml.NotMetadata, ValueError, KeyError, TypeError)  # fmt: skip
MOST = 512 * 1024  # characters of a SAML response
LOGIN = "login"
REMEMBERED = "sign_on_provider"  # a cookie: the button is there at the next visit
A_YEAR = 60 * 60 * 24 * 365


@login_not_required
@never_cache
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """From an e-mail address or a district to its provider; accounts are never looked at."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return render(request, "account/login_district.html", {"who": form}, status=422)
    shared = form.cleaned_data[shared_devices.FIELD]
    if len(form.found) == 1:
        page = reverse("sign-on-provider", args=[form.found[0].key])
        return redirect(f"{page}?{_query(None, shared=shared)}" if shared else page)
    if form.found:
        return _choose(request, form.found, None, shared=shared)
    request.session["sign_in_as"] = form.cleaned_data["who"]
    return redirect(f"{reverse('account_login')}?with=password")


@login_not_required
@never_cache
@require_GET
def provider(request: HttpRequest, key: str) -> HttpResponse:
    """Whose provider it is, and the link to it."""
    row = _offered(key)
    then = arriving.safe_next(request.GET.get("next"))
    return _choose(request, [row], then, shared=shared_devices.FIELD in request.GET)


@login_not_required
@never_cache
@require_GET
def start(request: HttpRequest, key: str) -> HttpResponse:
    """On to the provider; also the address that portals are given to start at."""
    row = finding.by_key(key)
    trial = trials.data_of(request, row) if row else {}
    if row is None or not (row.is_on or trial):
        raise Http404
    then = arriving.safe_next(request.GET.get("next"))
    shared_devices.expect(request.session, shared=shared_devices.FIELD in request.GET)
    try:
        sent: HttpResponse = provider_of(row, request).redirect(
            request, LOGIN, next_url=then, data=trial
        )
    except TROUBLE as trouble:
        return arriving.fail(request, key, None, trouble, {"data": trial})
    if not trial:
        sent.set_cookie(
            REMEMBERED, key, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE,
            httponly=True, samesite="Lax", path=reverse("account_login"),
        )  # fmt: skip
    return sent


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """Back from a provider that speaks OAuth 2 or OpenID Connect."""
    row = finding.by_key(key)
    if row is None or row.kind == SignOnKind.SAML:
        raise Http404
    view = _Callback()
    view.request, view.row = request, row
    view.adapter = provider_of(row, request).get_oauth2_adapter(request)
    try:
        return cast("HttpResponse", view.dispatch(request))
    except ImmediateHttpResponse as answer:
        return cast("HttpResponse", answer.response)
    except (ValueError, KeyError, TypeError, outbound.Unsafe) as trouble:
        return arriving.fail(request, key, None, trouble, view.state)


class _Callback(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    """allauth's, but a sign-in that we did not begin is begun again."""

    row: SignOnProvider
    state: dict[str, Any] = {}

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state = statekit.unstash_state(
            request, provider_id=provider.sub_id, state_id=request.GET.get("state", "")
        )
        if state is None:
            return None, arriving.restart(request, self.row)
        self.state = self.adapter.login_state = state
        return state, None


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def saml_post(request: HttpRequest, key: str) -> HttpResponse:
    """A SAML answer comes as a form of another site, without our cookies: keep it, come back."""
    _saml(key)
    said = request.POST.get("SAMLResponse", "")
    if not said or len(said) > MOST:
        raise Http404
    answer = HttpResponseRedirect(reverse("sign-on-saml-finish", args=[key]))
    held = _held(request)
    held.store["answer"] = said
    held.store.set_expiry(600)
    held.save(answer)
    answer.cookies[held.cookie_name]["httponly"] = True
    return answer


@login_not_required
@never_cache
@require_GET
def saml_finish(request: HttpRequest, key: str) -> HttpResponse:
    """Look at the answer with our cookies at hand."""
    row, held = _saml(key), _held(request)
    kept = held.store.get("answer")
    held.delete()
    if not kept:
        return arriving.restart(request, row)
    provider = provider_of(row, request)
    try:
        auth = provider.auth(request, kept)
        auth.process_response()
    except TROUBLE as trouble:
        return arriving.fail(request, key, None, trouble, {})
    state = statekit.unstash_state(
        request, provider_id=provider.sub_id, state_id=saml.answers_to(auth)
    )
    if auth.get_errors() or not auth.is_authenticated():
        wrong = ValueError(auth.get_last_error_reason() or "The answer is not usable.")
        return arriving.fail(request, key, None, wrong, state or {})
    if state is None:
        return arriving.restart(request, row)
    return _finish(request, provider, auth, state)


def _finish(request: HttpRequest, provider: Any, auth: Any, state: dict[str, Any]) -> HttpResponse:
    row: SignOnProvider = provider.row
    if not saml.take_once(row, auth):
        seen = ValueError("This answer was used before.")
        return arriving.fail(request, row.key, AuthError.UNKNOWN, seen, state)
    login = provider.sociallogin_from_response(request, auth)
    login.state = state
    done: HttpResponse = complete_social_login(request, login)
    return done


@login_not_required
@require_GET
def metadata(request: HttpRequest, key: str) -> HttpResponse:
    """Our side of SAML, for the provider's operator."""
    return HttpResponse(saml.our_metadata(request, _saml(key)), content_type="application/xml")


def _choose(
    request: HttpRequest, rows: list[SignOnProvider], then: str | None, *, shared: bool
) -> HttpResponse:
    """Links on to providers: of a device that was called shared one each, else one for either."""
    context = {
        "providers": rows,
        "shared": shared,
        "query": _query(then, shared=shared),
        "shared_query": _query(then, shared=True),
    }
    return render(request, "systems/signon_choose.html", context)


def _query(then: str | None, *, shared: bool) -> str:
    asked = {"next": then} if then else {}
    return urlencode(asked | ({shared_devices.FIELD: "on"} if shared else {}))


def _offered(key: str) -> SignOnProvider:
    row = finding.by_key(key)
    if row is None or not row.is_on:
        raise Http404
    return row


def _saml(key: str) -> SignOnProvider:
    row = finding.by_key(key)
    if row is None or row.kind != SignOnKind.SAML:
        raise Http404
    return row


def _held(request: HttpRequest) -> LoginSession:
    prefix = "__Secure-" if settings.SESSION_COOKIE_SECURE else ""
    return LoginSession(request, "saml_answer", f"{prefix}saml-answer")
