"""What is held about people, how long, and what a person or a lead may do about it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import Assignment, AuditEvent, Membership, PersonRemoval, RetentionRule, User
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.words import sentence
from tutoring_admin.systems.privacy import own_data, removing
from tutoring_admin.systems.privacy import retention as services
from tutoring_admin.systems.privacy.forms import RetentionForm, SureForm, WhoForm
from tutoring_admin.systems.privacy.inventory import held
from tutoring_admin.systems.privacy.rules import RULES, days_of, span

MANAGE = Capability.SYSTEMS_MANAGE
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
PER_PAGE = 25
NIGHTS = 14  # lines of what went


@page("GET", requires=Capability.HOME_VIEW)
def inventory(request: DistrictRequest) -> HttpResponse:
    """Everyone whose data it is may read it."""
    days = days_of(request.district.pk)
    kept = {kind: span(days[kind]) for kind in RULES}
    areas = [
        (area, [(row, kept[row.use.rule] if row.use.rule else row.use.kept) for row in rows])
        for area, rows in held().items()
    ]
    return render(request, "systems/privacy.html", {"areas": areas, **_may(request)})


@page("GET", "POST", requires=MANAGE)
def retention(request: DistrictRequest) -> HttpResponse:
    form = RetentionForm(request.POST or None, days=days_of(request.district.pk))
    if request.method == "POST" and form.is_valid():
        changed = [
            kind
            for kind in RULES
            if services.choose(kind, form.cleaned_data[kind.value], by=request.reach)
        ]
        messages.success(request, "Kept." if changed else "Nothing was changed.")
        return redirect("systems:privacy-retention", district=request.district.slug)
    rows = [(line, form[line.rule.kind.value]) for line in services.tonight(request.district)]
    events = AuditEvent.objects.reachable(request.reach).filter(
        verb__in=["retention.acted", "audit.let_go"]
    )
    went = [(event, sentence(event.verb, event.detail)) for event in events[:NIGHTS]]
    context = {"form": form, "rows": rows, "went": went, **_may(request)}
    status = WRONG if form.is_bound else HTTPStatus.OK
    return render(request, "systems/privacy_retention.html", context, status=status)


@page("GET", requires=MANAGE)
def people(request: DistrictRequest) -> HttpResponse:
    form = WhoForm(request.GET)
    found = _people(request.reach)
    for word in form.cleaned_data["q"].split() if form.is_valid() else []:
        found = found.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    asked = PersonRemoval.objects.reachable(request.reach).select_related("person")[:NIGHTS]
    context = {"form": form, "page": shown, "asked": asked, **_may(request)}
    return render(request, "systems/privacy_people.html", context)


@page("GET", requires=MANAGE)
def person(request: DistrictRequest, pk: int) -> HttpResponse:
    """What may be done with one person's data, and what a deletion would do."""
    return _person(request, get_object_or_404(_people(request.reach), pk=pk))


@page("POST", requires=MANAGE)
def person_data(request: DistrictRequest, pk: int) -> HttpResponse:
    who = get_object_or_404(_people(request.reach), pk=pk)
    own_data.ask(who, by=request.reach)
    messages.success(request, f"All data about {who} is being put together. It will wait here.")
    return redirect("roles:made-files", district=request.district.slug)


@page("POST", requires=MANAGE)
def delete(request: DistrictRequest, pk: int) -> HttpResponse:
    who = get_object_or_404(_people(request.reach), pk=pk)
    form = SureForm(request.POST, address=who.email)
    if not form.is_valid():
        return _person(request, who, form)
    try:
        removing.ask(who, by=request.reach)
    except Refused as why:
        form.add_error(None, str(why))
        return _person(request, who, form)
    messages.success(request, "They are being deleted. It takes a minute at most.")
    return redirect("systems:privacy-people", district=request.district.slug)


@page("GET", "POST", requires=Capability.HOME_VIEW)
def own(request: DistrictRequest) -> HttpResponse:
    """What is held about oneself, to take away."""
    if request.method == "POST":
        own_data.ask(request.user, by=request.reach)
        messages.success(request, "It is being put together. It will wait here.")
        return redirect("roles:made-files", district=request.district.slug)
    return render(request, "systems/privacy_own.html", _may(request))


def state(access: Access) -> str:
    """One sentence for the page "Systems"."""
    own_times = RetentionRule.objects.reachable(access.reach(Capability.HOME_VIEW)).count()
    if not own_times:
        return "Everything is kept for the usual time."
    return f"{own_times} of {len(RULES)} times to keep things were chosen by your district."


def _person(request: DistrictRequest, who: User, form: SureForm | None = None) -> HttpResponse:
    context = {
        "who": who,
        "form": form or SureForm(address=who.email),
        "reasons": removing.why_not(who, by=request.reach),
        "effects": removing.effects(who, by=request.reach),
        "under_way": removing.is_under_way(who, by=request.reach),
        **_may(request),
    }
    return render(request, "systems/privacy_person.html", context, status=WRONG if form else 200)


def _people(reach: Reach) -> QuerySet[User]:
    """Who has access here, or ever held a position here, and was not deleted."""
    members = Membership.objects.reachable(reach).values("user")
    holders = Assignment.objects.reachable(reach).values("holder")
    return User.objects.filter(Q(pk__in=members) | Q(pk__in=holders), removed_at=None)


def _may(request: DistrictRequest) -> dict[str, bool]:
    return {"may_manage": bool(request.access.reach(MANAGE))}
