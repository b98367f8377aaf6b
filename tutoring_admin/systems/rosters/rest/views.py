"""The pages of a roster source: how it stands, setting it up, and taking it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from roles.access import Access
from roles.capabilities import Capability
from roles.models import OwedStatus, RosterPull, RosterSource
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from tutoring_admin.systems.rosters.rest import sources
from tutoring_admin.systems.rosters.rest.forms import SourceForm

MANAGE = Capability.SYSTEMS_MANAGE
SHOWN = 30
LOOK = {  # the chip of a pull: kind of state and word
    OwedStatus.WAITING: ("rendering", "Waiting"),
    OwedStatus.RUNNING: ("rendering", "Under way"),
    OwedStatus.FAILED: ("failed", "Failed"),
    OwedStatus.CANCELLED: ("ended", "Stopped"),
}
ENDED = {
    RosterPull.Outcome.NOTHING: ("done", "Nothing new"),
    RosterPull.Outcome.WAITS: ("due-soon", "Waits for a person"),
    RosterPull.Outcome.APPLIES: ("done", "Applied by itself"),
}


def state(access: Access) -> str:
    """How the source of this district stands, in one sentence."""
    source = RosterSource.objects.filter(district=access.district).first()
    if source is None:
        return "Not set up"
    when = f"each night at {_clock(source.hour)}" if source.is_nightly else "only by hand"
    return f"{source.name}, asked {when}"


@page("GET", requires=MANAGE)
@never_cache
def source(request: DistrictRequest) -> HttpResponse:
    """The source, what was asked of it, and what came of that. `?live=1`: that last part alone."""
    found = RosterSource.objects.reachable(request.reach).first()
    pulls = RosterPull.objects.reachable(request.reach).select_related("roster", "asked_by")[:SHOWN]
    rows = [(pull, *_look(pull)) for pull in pulls]
    context = {
        "source": found,
        "clock": _clock(found.hour) if found else "",
        "rows": rows,
        "busy": any(pull.is_unfinished for pull, *_ in rows),
    }
    part = "systems/_source_pulls.html" if request.GET.get("live") else "systems/source.html"
    return render(request, part, context)


@page("GET", "POST", requires=MANAGE)
def set_up(request: DistrictRequest) -> HttpResponse:
    found = RosterSource.objects.reachable(request.reach).first()
    form = SourceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        sources.set_up(form.instance, secret=form.cleaned_data["secret"], by=request.reach)
        messages.success(request, "Saved. Test it now: nothing is kept of a test.")
        return redirect("systems:source", request.district.slug)
    status = 422 if form.errors else 200
    return render(
        request, "systems/source_set_up.html", {"form": form, "source": found}, status=status
    )


@page("POST", requires=MANAGE)
def test(request: DistrictRequest) -> HttpResponse:
    return _owe(request, sources.ask_for_test)


@page("POST", requires=MANAGE)
def ask(request: DistrictRequest) -> HttpResponse:
    return _owe(request, sources.ask_now)


@page("POST", requires=MANAGE)
def stop(request: DistrictRequest, pk: int) -> HttpResponse:
    pull = get_object_or_404(RosterPull.objects.reachable(request.reach), pk=pk)
    if sources.stop(pull, by=request.reach):
        messages.success(request, "Stopped.")
    return redirect("systems:source", request.district.slug)


@page("GET", "POST", requires=MANAGE)
def take_away(request: DistrictRequest) -> HttpResponse:
    found = get_object_or_404(RosterSource.objects.reachable(request.reach))
    if request.method == "POST":
        sources.take_away(found, by=request.reach)
        messages.success(request, f"{found.name} is no longer asked, and its secret is forgotten.")
        return redirect("systems:source", request.district.slug)
    return render(request, "systems/source_take_away.html", {"source": found})


def _owe(request: DistrictRequest, owe: sources.Owe) -> HttpResponse:
    found = get_object_or_404(RosterSource.objects.reachable(request.reach))
    try:
        owe(found, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("systems:source", request.district.slug)


def _look(pull: RosterPull) -> tuple[str, str]:
    if pull.status == OwedStatus.DONE and pull.is_test:
        return "good", "Works"
    if pull.status == OwedStatus.DONE:
        if pull.roster is not None and pull.roster.state in {"applied", "undone", "discarded"}:
            words = {"applied": "Applied", "undone": "Undone", "discarded": "Set aside"}
            kind = "done" if pull.roster.state == "applied" else "ended"
            return kind, words[pull.roster.state]
        return ENDED.get(RosterPull.Outcome(pull.outcome), ("done", "Done"))
    return LOOK.get(OwedStatus(pull.status), ("plain", pull.get_status_display()))


def _clock(hour: int) -> str:
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"
