"""Doors that only the demo has: signing in with one click, and the mailbox of everyone.

Mounted only in the demo, and open only to this machine: anyone else gets 404.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from roles.models import User
from tutoring_admin.demo import mailbox as box
from tutoring_admin.demo.people import find

MAILS_PER_PAGE = 50
View = Callable[..., HttpResponse]


def demo_door(view: View) -> View:
    """Needs no sign-in, is never cached, and exists on this machine only."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO and _is_this_machine(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return login_not_required(never_cache(guarded))


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether the connection itself comes from loopback; headers can say anything."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@demo_door
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in one of the demo's people. Any other address is not found."""
    person = find(request.POST.get("email", ""))
    if person is None:
        raise Http404
    user = get_object_or_404(User, email=person.email, is_active=True)
    response: HttpResponse = perform_login(request, user)
    return response


@demo_door
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(box.mails(), MAILS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page})


@demo_door
@require_GET
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = box.find(key)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
