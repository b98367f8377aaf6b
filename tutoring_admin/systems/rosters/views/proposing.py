"""Proposals of the roster, and the people it knows: confirmed, declined, corrected by a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roles.capabilities import Capability
from roles.models import RosterEntry, RosterKind, School, User
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from tutoring_admin.systems.rosters import confirming, correcting, proposals
from tutoring_admin.systems.rosters.forms import PersonForm
from tutoring_admin.systems.rosters.proposals import Sort
from tutoring_admin.systems.rosters.words import role_name

MANAGE = Capability.SYSTEMS_MANAGE
PER_PAGE = 25


@page("GET", "POST", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """One sort of proposals at a time: the first that has any, or the one asked for."""
    waiting = proposals.waiting(request.reach)
    asked = request.POST.get("sort") or request.GET.get("sort", "")
    first = next((sort for sort, count in waiting if count), proposals.SORTS[0])
    sort = proposals.BY_KEY.get(asked, first)
    if request.method == "POST":
        return _act(request, sort)
    found = proposals.page_of(sort, request.reach)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(each, count) for each, count in waiting if count or each == sort],
        "sort": sort,
        "page": shown,
        "rows": _with_found(sort, list(shown)),
        "levels": confirming.LEVELS,
    }
    return render(request, "systems/roster_proposals.html", context)


def _act(request: DistrictRequest, sort: Sort) -> HttpResponse:
    chosen = [int(each) for each in request.POST.getlist("entry") if each.isdecimal()][:PER_PAGE]
    if not chosen:
        messages.warning(request, "Nothing was ticked, so nothing was done.")
    elif "decline" in request.POST:
        rows = confirming.decline(sort, chosen, by=request.reach)
        messages.success(request, f"{rows} will not be proposed again.")
    else:
        _confirm(request, sort, chosen)
    address = reverse("systems:roster-proposals", args=[request.district.slug])
    return redirect(f"{address}?sort={sort.key}")


def _confirm(request: DistrictRequest, sort: Sort, chosen: list[int]) -> None:
    inviting = request.access.reach(Capability.PEOPLE_MANAGE)
    level = request.POST.get("level", "")
    try:
        rows = confirming.confirm(sort, chosen, by=request.reach, inviting=inviting, level=level)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{sort.act}: done for {rows}.")


def _with_found(sort: Sort, entries: list[Any]) -> list[tuple[Any, Any, str]]:
    """Each entry with the school or the account it is about, and its role in words. One query."""
    keys = [entry.found for entry in entries if getattr(entry, "found", None)]
    model: Any = User if sort.key == "person" else School
    about = model.objects.in_bulk(keys) if keys else {}
    return [(entry, about.get(getattr(entry, "found", None)), _role(entry)) for entry in entries]


def _role(entry: RosterEntry) -> str:
    return role_name(entry.label) if entry.kind == RosterKind.ROLE else ""


@page("GET", requires=MANAGE)
def people(request: DistrictRequest) -> HttpResponse:
    """The staff as the roster has it, with what the district corrected."""
    query = request.GET.get("q", "").strip()[:100]
    which = request.GET.get("show", "")
    found = _people(request)
    if query:
        found = found.filter(Q(label__icontains=query) | Q(email__icontains=query))
    if which == "corrected":
        found = found.exclude(ours={})
    elif which == "ended":
        found = found.filter(ended_on__isnull=False)
    else:
        found = found.filter(ended_on=None)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    for entry in shown:
        entry.role_words = role_name(entry.role or "")
    context = {"page": shown, "rows": shown, "query": query, "show": which}
    return render(request, "systems/roster_people.html", context)


def _people(request: DistrictRequest) -> QuerySet[Any]:
    orgs = RosterEntry.objects.filter(
        district=request.district, source=OuterRef("source"), kind=RosterKind.ORG
    )
    roles = RosterEntry.objects.filter(
        district=request.district,
        source=OuterRef("source"),
        kind=RosterKind.ROLE,
        about_key=OuterRef("key"),
        ended_on=None,
    ).order_by("pk")
    rows = RosterEntry.objects.reachable(request.reach).filter(kind=RosterKind.PERSON)
    return rows.select_related("user").annotate(
        role=Subquery(roles.values("label")[:1]),
        role_at=Subquery(roles.values("place_key")[:1]),
        place=Subquery(orgs.filter(key=OuterRef("role_at")).values("label")[:1]),
    )


@page("GET", "POST", requires=MANAGE)
def person(request: DistrictRequest, pk: int) -> HttpResponse:
    """What the roster says of a person, and what the district says instead."""
    entry: Any = get_object_or_404(_people(request), pk=pk)
    form = PersonForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        correcting.correct(entry, form.ours, by=request.reach)
        messages.success(request, f"{entry.label}: kept. The next roster does not change it.")
        return redirect("systems:roster-people", request.district.slug)
    context = {"entry": entry, "form": form, "role": role_name(entry.role or "")}
    status = 422 if form.errors else 200
    return render(request, "systems/roster_person.html", context, status=status)
