"""Calendar feeds: the page to get an address on, and what calendar programs read at it."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from roadmap import feed_rows, feeds
from roles.access import EVERYWHERE, Access, Reach
from roles.capabilities import Capability
from roles.models import District, Membership, User
from roles.pages import DistrictRequest, page
from roles.sealing import seal, unseal
from roles.services import feeds as services
from roles.throttling import allowed
from roles.wall import district_scope

GUESSES, BUILT = (30, 300), (60, 3600)  # so many in so many seconds
FORM = "1"  # raised when events come to look different: calendars then read all anew
SHOWN_ONCE = "calendar-address"


@page("GET", requires=Capability.ROADMAP_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """The reader's own address, the district's, and how to give them to a calendar program."""
    manages = request.access.reach(Capability.ROADMAP_MANAGE)
    new, of_district = _taken_out(request)
    context = {
        "own": services.living(request.reach),
        "manages": bool(manages),
        "shared": services.living(request.reach, whole_district=True),
        "new": new,
        "new_of_district": of_district,
    }
    return render(request, "roadmap/feeds.html", context)


@page("POST", requires=Capability.ROADMAP_VIEW)
def make(request: DistrictRequest) -> HttpResponse:
    """A new address of the reader's own; the one there was ends."""
    return _make(request, whole_district=False)


@page("POST", requires=Capability.ROADMAP_VIEW)
def end(request: DistrictRequest) -> HttpResponse:
    return _end(request, whole_district=False)


@page("POST", requires=Capability.ROADMAP_MANAGE)
def make_for_district(request: DistrictRequest) -> HttpResponse:
    """A new address of the district's calendar; the one there was ends."""
    return _make(request, whole_district=True)


@page("POST", requires=Capability.ROADMAP_MANAGE)
def end_for_district(request: DistrictRequest) -> HttpResponse:
    return _end(request, whole_district=True)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar itself, for whoever knows its address; unchanged ones are told so cheaply."""
    found = services.find(token)
    if found is None:
        return _unknown(request)
    whose = feed_rows.Whose(found.district, found.person, timezone.localdate(timezone=found.zone))
    frame = f"{FORM} {found.zone} {settings.SITE_URL}"
    stamp, since = services.stamped(
        found,
        _digest(f"{frame} {whose.today} {found.change}"),
        lambda: _digest(f"{frame} {feed_rows.stamp(whose)}"),
    )
    answer = HttpResponse(content_type=feeds.CONTENT_TYPE)
    answer["ETag"] = f'"{stamp}"'
    answer["Last-Modified"] = http_date(since.timestamp())
    answer["Cache-Control"] = "private, no-cache"  # kept by the reader alone, asked for each time
    unchanged = get_conditional_response(
        request, answer["ETag"], int(since.timestamp()), response=answer
    )
    if unchanged is not None and unchanged is not answer:
        return unchanged
    if not allowed(f"feed:{found.pk}", *BUILT):
        return _too_often(BUILT[1])
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.content = _built(found, whose)
    return answer


def _built(found: services.Feed, whose: feed_rows.Whose) -> bytes:
    with district_scope(found.district):
        district = District.objects.get(pk=found.district)
        if found.person is None:
            everything = Reach(User(), district, Capability.ROADMAP_VIEW, EVERYWHERE)
            return feeds.calendar(everything, whose, f"{district}: tutoring roadmap")
        person = User.objects.get(pk=found.person)
        doors = Membership.objects.reachable(_anywhere(person, district)).filter(user=person)
        access = Access.from_memberships(person, district, doors)
        reach = access.reach(Capability.ROADMAP_VIEW)
        return feeds.calendar(reach, whose, f"{person}: tutoring, {district}")


def _anywhere(person: User, district: District) -> Reach:
    return Reach(person, district, Capability.HOME_VIEW, EVERYWHERE)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _unknown(request: HttpRequest) -> HttpResponse:
    """One answer for every address that is not in use. Guessing gets slow."""
    who = get_adapter().get_client_ip(request)
    if not allowed(f"feed-guess:{who}", *GUESSES):
        return _too_often(GUESSES[1])
    words = "This calendar address is not in use. Make a new one in Tutoring leadership.\n"
    return _plain(words, status=404)


def _too_often(seconds: int) -> HttpResponse:
    answer = _plain("Asked too often. Try again later.\n", status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _plain(words: str, **more: Any) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(words, content_type="text/plain; charset=utf-8", headers=headers, **more)


def _make(request: DistrictRequest, *, whole_district: bool) -> HttpResponse:
    token = services.renew(by=request.reach, whole_district=whole_district)
    request.session[SHOWN_ONCE] = [request.district.pk, seal(token), whole_district]
    return redirect("roadmap:feeds", request.district.slug)


def _taken_out(request: DistrictRequest) -> tuple[str, bool]:
    """The address just made, which is shown this once, and whether it is the district's."""
    district, sealed, whole = request.session.pop(SHOWN_ONCE, (None, "", False))
    if district != request.district.pk:
        return "", False
    path = reverse("calendar-feed", args=[unseal(sealed)])
    return settings.SITE_URL.rstrip("/") + path, whole


def _end(request: DistrictRequest, *, whole_district: bool) -> HttpResponse:
    if services.revoke(by=request.reach, whole_district=whole_district):
        messages.success(request, "The address is ended. Calendars that read it find nothing now.")
    else:
        messages.info(request, "Nothing was changed: there was no address any more.")
    return redirect("roadmap:feeds", request.district.slug)
