"""When and how people are mailed: their own wishes, links in letters, the district's ladder."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from roles import mail_links
from roles.capabilities import Capability
from roles.forms.mail import LadderForm, LaterForm, MailForm, SampleForm, rung_values
from roles.ladder import SHIPPED, Step, days_of
from roles.models import Audience, Membership, User
from roles.pages import DistrictRequest, page
from roles.services import mail_preferences
from roles.services.calendar import quiet_days
from roles.services.gathering import wish_of
from roles.services.notices import ladder_of
from roles.services.refusal import Refused

OWN = Capability.HOME_VIEW
MANAGE = Capability.ROADMAP_MANAGE


@page("GET", "POST", requires=OWN)
def mail(request: DistrictRequest) -> HttpResponse:
    wish = wish_of(request.district, request.user)
    was_off = wish.off_since
    form = MailForm(request.POST or None, instance=wish, district=request.district)
    if request.method == "POST" and form.is_valid():
        mail_preferences.choose(form.instance, by=request.reach)
        messages.success(request, "Saved. This is how we write to you from now on.")
        return redirect("roles:mail", district=request.district.slug)
    context = {
        "form": form,
        "off_since": was_off,
        "snoozes": mail_preferences.snoozes_of(request.reach),
        "may_change_ladder": bool(request.access.reach(MANAGE)),
        "steps": [_said(step) for step in ladder_of(request.district)],
    }
    return render(request, "roles/mail.html", context, status=422 if form.errors else 200)


@page("POST", requires=OWN)
def mail_off(request: DistrictRequest) -> HttpResponse:
    mail_preferences.turn_off(request.district, request.user)
    messages.success(request, "Letters about what is due are off.")
    return redirect("roles:mail", district=request.district.slug)


@page("POST", requires=OWN)
def hear_again(request: DistrictRequest) -> HttpResponse:
    pk = request.POST.get("snooze", "")
    if pk.isdecimal() and mail_preferences.hear_again(int(pk), by=request.reach):
        messages.success(request, "You hear of it again from now on.")
    return redirect("roles:mail", district=request.district.slug)


@page("GET", "POST", requires=MANAGE)
def ladder(request: DistrictRequest) -> HttpResponse:
    """The ladder, with what it would do for a thing due on a day; saved only when that is asked."""
    now = ladder_of(request.district)
    if request.method == "POST" and "shipped" in request.POST:
        mail_preferences.use_shipped_ladder(by=request.reach)
        messages.success(request, "The ladder is the one that the product comes with.")
        return redirect("roles:ladder", district=request.district.slug)
    form: Any = LadderForm(request.POST) if request.POST else LadderForm(initial=rung_values(now))
    sample = SampleForm(request.POST or None)
    wrong = request.method == "POST" and not (form.is_valid() and sample.is_valid())
    steps = form.steps() if form.is_bound and not wrong else list(now)
    if request.method == "POST" and not wrong and "save" in request.POST:
        mail_preferences.set_ladder(steps, by=request.reach)
        messages.success(request, "Saved. The next letters follow this ladder.")
        return redirect("roles:ladder", district=request.district.slug)
    due = (sample.is_bound and sample.is_valid() and sample.cleaned_data["due"]) or (
        request.district.today() + dt.timedelta(days=8)
    )
    context = {
        "form": form,
        "sample": sample if sample.is_bound else SampleForm(initial={"due": due}),
        "due": due,
        "preview": _preview(request, steps, due),
        "is_shipped": tuple(now) == SHIPPED,
        "is_unsaved": form.is_bound and not wrong,
    }
    return render(request, "roles/mail_ladder.html", context, status=422 if wrong else 200)


def _preview(
    request: DistrictRequest, steps: list[Step], due: dt.date
) -> list[tuple[dt.date, str, bool]]:
    quiet = quiet_days(request.district)
    return [
        (day, Audience(step.audience).label, step.in_brief)
        for day, step in days_of(steps, due, quiet)
    ]


def _said(step: Step) -> str:
    who = Audience(step.audience).label
    days = f"{abs(step.days)} day{'' if abs(step.days) == 1 else 's'}"
    when = "on the day" if step.days == 0 else f"{days} {'before' if step.days < 0 else 'after'}"
    return f"{who}, {when}{', as a line of the weekly brief' if step.in_brief else ''}"


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Where a person chooses: at once in their district, or a list if they work in several."""
    user = cast("User", request.user)
    found = {m.district_id: m.district for m in _memberships(user)}
    if len(found) == 1:
        return redirect("roles:mail", district=next(iter(found.values())).slug)
    districts = sorted(found.values(), key=lambda district: district.name)
    return render(request, "roles/mail_places.html", {"districts": districts})


def _memberships(user: User) -> list[Membership]:
    return list(user.memberships.select_related("district"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def later(request: HttpRequest, token: str) -> HttpResponse:
    """ "Not now" from a letter: put one thing off, or everything. Needs no sign-in."""
    named = _named(mail_links.LATER, token)
    title = mail_preferences.title_by_link(named) if named else ""
    if named is None or not title:
        return _dead(request, "settled" if named else "")
    found = mail_preferences.person_of(named)
    today = found[0].today() if found else timezone.localdate()
    form = LaterForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            snooze = mail_preferences.put_off_by_link(named, form.cleaned_data["until"])
        except Refused as refused:
            form.add_error("until", str(refused))
        else:
            context = {"title": title, "named": named, "until": snooze and snooze.until}
            return _bare(request, "roles/mail_later_done.html", context)
    context = {"title": title, "named": named, "form": form}
    return _bare(request, "roles/mail_later.html", context, 422 if form.errors else 200)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Turn letters off from a letter. Mail programs post here without cookie or page (RFC 8058)."""
    named = _named(mail_links.OFF, token)
    found = mail_preferences.person_of(named) if named else None
    if named is None or found is None:
        return _dead(request, "")
    if request.method == "GET":
        return _bare(request, "roles/mail_off.html", {"district": found[0]})
    mail_preferences.turn_off_by_link(named)
    return _bare(request, "roles/mail_off_done.html", {"district": found[0]})


def _named(what: str, token: str) -> mail_links.Named | None:
    try:
        return mail_links.read(what, token)
    except mail_links.BadToken:
        return None


def _dead(request: HttpRequest, why: str) -> HttpResponse:
    return _bare(request, "roles/mail_dead.html", {"why": why}, 404)


def _bare(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page whose address is a secret. Browsers tell it to no other site, as on all pages; told to
    be silent towards ours as well they send forms without their origin, which Django refuses.
    """
    return render(request, template, context, status=status)
