"""What a reader without an account sees at a secret address: one packet, and nothing else."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from roles.throttling import allowed
from roles.wall import district_scope
from tutoring_admin.packets import services
from tutoring_admin.packets.showing import shown_of

GUESSES, OPENINGS = (30, 300), (300, 3600)  # so many in so many seconds
KEPT_APART = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@login_not_required
@require_safe
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """The packet of a guest address; one and the same 404 for every address not in use."""
    found = services.find(token)
    if found is None:
        return _unknown(request)
    if not allowed(f"packet:{found.pk}", *OPENINGS):
        return _too_often(request, OPENINGS[1])
    with district_scope(found.district):
        packet = services.opened(found)
    context = {"packet": packet, "shown": shown_of(packet.content)}
    return _answer(request, "packets/guest.html", context, 200)


def _unknown(request: HttpRequest) -> HttpResponse:
    """Guessing gets slow."""
    who = get_adapter().get_client_ip(request)
    if not allowed(f"packet-guess:{who}", *GUESSES):
        return _too_often(request, GUESSES[1])
    return _answer(request, "packets/guest_none.html", {}, 404)


def _too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    answer = _answer(request, "packets/guest_wait.html", {}, 429)
    answer["Retry-After"] = str(seconds)
    return answer


def _answer(
    request: HttpRequest, template: str, context: dict[str, object], status: int
) -> HttpResponse:
    answer = render(request, template, context, status=status)
    for name, value in KEPT_APART.items():
        answer[name] = value
    return answer
