"""Where an invitation is accepted: outside any district, before one has an account.

The link in the letter carries the token. It is exchanged for its hash in the session at once, so
that the token stands in no further address, Referer or log line.
"""

from __future__ import annotations

from typing import cast

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from roles.forms.people import AcceptForm
from roles.models import Invitation, User
from roles.services import invitations

HELD = "invitation"


@login_not_required
@never_cache
@require_GET
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Remember the invitation and go on. Dead and living links get the same answer here."""
    request.session[HELD] = invitations.hash_token(token)
    response = redirect("invitation-accept")
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Join with the account one has, or make one. One answer for every dead invitation."""
    invitation = invitations.find_open(request.session.get(HELD, ""))
    if invitation is None:
        return _closed(request)
    if request.user.is_authenticated:
        return _join(request, invitation)
    if invitations.account_of(invitation):
        return render(request, "roles/invitation_sign_in.html", {"invitation": invitation})
    return _make_account(request, invitation)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    user = cast("User", request.user)
    context = {"invitation": invitation}
    if user.email.lower() != invitation.email.lower():
        return render(request, "roles/invitation_other.html", context)
    if request.method == "GET":
        return render(request, "roles/invitation_join.html", context)
    if not invitations.accept(invitation, user):
        return _closed(request)
    request.session.pop(HELD, None)
    return redirect(_home(invitation))


def _make_account(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST or None, invitation=invitation)
    if request.method == "GET" or not form.is_valid():
        context = {"invitation": invitation, "form": form}
        status = 422 if form.errors else 200
        return render(request, "roles/invitation.html", context, status=status)
    account = cast("invitations.NewAccount", form.cleaned_data)
    user = invitations.accept_with_new_account(invitation, account)
    if user is None:
        return _closed(request)
    request.session.pop(HELD, None)
    response: HttpResponse = perform_login(request, user, redirect_url=_home(invitation))
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    request.session.pop(HELD, None)
    return render(request, "roles/invitation_closed.html", status=404)


def _home(invitation: Invitation) -> str:
    """The start page of the district, by its address: the page itself is another app's."""
    return f"{reverse('home')}d/{invitation.district.slug}/"
