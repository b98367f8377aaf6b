"""Whom to chase, as a page: everyone who owes something, and one letter to each who is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from roles.capabilities import Capability
from roles.keeping import Keep
from roles.pages import DistrictRequest, page
from roles.services.calendar import quiet_days
from roles.services.refusal import Refused
from roles.years import chosen_year
from tutoring_admin.dashboards import chasing, nudging
from tutoring_admin.dashboards.homes.manager import kept_open
from tutoring_admin.dashboards.owing import KINDS, Open

PER_PAGE, NAMED = 50, 8
OWES = {
    "milestone": "Late milestones",
    "checklist": "Checklists",
    "acknowledgement": "Job descriptions to read",
    "action": "Late actions from checklists",
    "meeting_action": "Late actions of meetings",
}


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def chase(request: DistrictRequest) -> HttpResponse:
    """Shows people, those who owe most first. A POST names `people` (primary keys) to remind."""
    given = request.POST if request.method == "POST" else request.GET
    owes = given.get("owes", "")
    owes = owes if owes in KINDS else ""
    if request.method == "POST":
        wanted = [int(pk) for pk in request.POST.getlist("people") if _is_number(pk)][:PER_PAGE]
        if wanted:
            return _nudge(request, wanted, owes)
    return _list(request, owes, nobody_chosen=request.method == "POST")


def _list(request: DistrictRequest, owes: str, *, nobody_chosen: bool) -> HttpResponse:
    today, owed = request.district.today(), _owed(request)
    found = [
        pk
        for pk, things in owed.but(request.user.pk).items()
        if not owes or any(thing.kind == owes for thing in things)
    ]
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": chasing.rows(list(shown), owed, request.district, today),
        "nobodys": [
            chasing.line(each, request.district, today) for each in owed.nobodys[:PER_PAGE]
        ],
        "vacant": len(owed.nobodys),
        "owes": owes,
        "kinds": OWES.items(),
        "is_quiet": quiet_days(request.district)(today),
        "nobody_chosen": nobody_chosen,
    }
    return render(request, "dashboards/chase.html", context, status=422 if nobody_chosen else 200)


def _nudge(request: DistrictRequest, wanted: Sequence[int], owes: str) -> HttpResponse:
    today = request.district.today()
    chosen = chasing.people(wanted, _owed(request), request.district, today)
    try:
        done = nudging.nudge(chosen, by=request.reach)
    except Refused as why:
        messages.error(request, str(why))
    else:
        if done.told:
            messages.success(request, _told(done.told))
        if done.left:
            messages.warning(request, _left(done.left))
    slug = request.district.slug
    if request.POST.get("back") == "home":
        return redirect(f"{reverse('dashboards:today', args=[slug])}#chase")
    query = QueryDict(mutable=True)
    query.update({"owes": owes} if owes else {})
    return redirect(f"{reverse('dashboards:chase', args=[slug])}?{query.urlencode()}#chase")


def _owed(request: DistrictRequest) -> Open:
    today = request.district.today()
    kept = Keep.of(request.access.reach(Capability.DASHBOARD_VIEW), today)
    return kept_open(kept, request.access, chosen_year(request), today)


def _told(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is reminded, in one letter about all that is open."
    return f"{len(names)} people are reminded, each in one letter: {_named(names)}."


def _left(left: Sequence[tuple[str, str]]) -> str:
    return f"Not written to: {_named([f'{name} {why}' for name, why in left])}."


def _named(words: Sequence[str]) -> str:
    more = len(words) - NAMED
    return f"{', '.join(words[:NAMED])}{f' and {more} more' if more > 0 else ''}"


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 19
