"""One window: who has not begun, begun, submitted, which positions are vacant; and reminding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from checklists.forms.asked import askable
from checklists.forms.turnout import VACANT, TurnoutFilter
from checklists.models import Checklist, FormState, Window, WindowState
from checklists.models.forms import ChecklistQuerySet
from checklists.reports import turnout
from checklists.reports.progress import progress_of
from checklists.services import nudging
from roles.access import Reach
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

PER_PAGE = 50
STATES = {  # the kind of the status chip
    FormState.NOT_BEGUN: "not-started",
    FormState.BEGUN: "in-progress",
    FormState.SUBMITTED: "done",
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for, and how many there are of each state under it."""

    said: dict[str, str]
    counts: list[turnout.Counts]

    @property
    def state(self) -> str:
        return self.said.get("state", "")

    @property
    def narrowed(self) -> dict[str, Any]:
        """The filter without the state."""
        role, school = self.said.get("role"), self.said.get("school")
        return {
            "q": self.said.get("q", ""),
            "role": int(role) if role else None,
            "school": int(school) if school else None,
        }

    def number(self, state: str) -> int:
        role = self.narrowed["role"]
        return sum(getattr(each, state) for each in self.counts if role in {None, each.role})

    @property
    def query(self) -> str:
        return _query({key: value for key, value in self.said.items() if key != "state"})


def _query(said: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(said)
    return query.urlencode()


def _window(request: DistrictRequest, pk: int) -> Window:
    window: Window = get_object_or_404(Window.objects.reachable(request.reach), pk=pk)
    window.district = request.district
    return window


def _asked(window: Window, reach: Reach, data: QueryDict) -> tuple[TurnoutFilter, Wanted]:
    """The filter is read twice: roles are offered whatever the words, counted under them."""
    everyone = turnout.counts_of(window, reach)
    form = TurnoutFilter(data, counts=everyone)
    said = form.wanted()
    wanted = Wanted(said, everyone).narrowed
    if wanted["q"] or wanted["school"]:
        counts = turnout.counts_of(window, reach, wanted["q"], wanted["school"])
    else:
        counts = everyone
    return form, Wanted(said, counts)


@page("GET", requires=Capability.CHECKLIST_VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """Who has not begun, begun, submitted; never what they answered."""
    window = _window(request, pk)
    form, wanted = _asked(window, request.reach, request.GET)
    state = window.state(request.district.today())
    is_open = state == WindowState.OPEN
    vacant = turnout.vacant_of(window, request.reach, **wanted.narrowed)
    context = {
        "window": window,
        "state": state,
        "progress": progress_of([window], request.reach)[0],
        "turnout": turnout.turnout_of(window, request.reach),
        "form": form,
        "wanted": wanted.said,
        "is_narrowed": bool(wanted.query),
        "tabs": _tabs(wanted, vacant.count() if is_open else None),
        "may_manage": bool(request.access.reach(Capability.CHECKLIST_MANAGE)),
        "asks": [each.title for key, each in _asks(request).items() if key in window.only],
        "query": _query(wanted.said),
    }
    if is_open and wanted.state == VACANT:
        context["page"] = Paginator(vacant, PER_PAGE).get_page(request.GET.get("page"))
    else:
        context |= _rows(request, window, wanted)
    return render(request, "checklists/window.html", context)


def _asks(request: DistrictRequest) -> dict[str, Any]:
    return dict(askable(request.reach))


def _tabs(wanted: Wanted, vacant: int | None) -> list[dict[str, Any]]:
    """The states as tabs: address, words, number. Vacant ones only while the window is open."""
    numbers = {state: wanted.number(state) for state in FormState.values}
    tabs = [("", "All", sum(numbers.values()))]
    tabs += [(state, FormState(state).label, number) for state, number in numbers.items()]
    if vacant is not None:
        tabs.append((VACANT, "Vacant", vacant))
    return [
        {
            "address": "?" + _query({**wanted.said, "state": state} if state else _others(wanted)),
            "words": words,
            "number": number,
            "is_here": wanted.state == state,
        }
        for state, words, number in tabs
    ]


def _others(wanted: Wanted) -> dict[str, str]:
    return {key: value for key, value in wanted.said.items() if key != "state"}


def _rows(request: DistrictRequest, window: Window, wanted: Wanted) -> dict[str, Any]:
    """One page of forms, each with its chip, whether it may be read, and whether to remind."""
    forms = turnout.forms_of(window, request.reach, state=wanted.state, **wanted.narrowed)
    listed = forms.with_progress().select_related(
        "position__role", "position__department", "position__school", "holder", "template"
    )
    shown = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    pks = [form.pk for form in shown]
    readable = Checklist.objects.reachable(request.reach).readable_by(request.access)
    managed = request.access.reach(Capability.CHECKLIST_MANAGE)
    hears = nudging.hearing(window, pks) if managed else {}
    return {
        "page": shown,
        "rows": [(form, STATES[form.state], hears.get(form.pk, "")) for form in shown],
        "readable": set(readable.filter(pk__in=pks).values_list("pk", flat=True)),
        "unfinished": wanted.number("not_begun") + wanted.number("begun"),
    }


@page("POST", requires=Capability.CHECKLIST_MANAGE)
def remind(request: DistrictRequest, pk: int) -> HttpResponse:
    """One person at once; all who are listed after a look at how many that is."""
    window = _window(request, pk)
    _, wanted = _asked(window, request.reach, request.POST)
    forms = _to_remind(request, window, wanted)
    one = "form" in request.POST
    if not one and "confirm" not in request.POST:
        people = nudging.remindable(window, forms).values("rater").distinct().count()
        context = {"window": window, "wanted": wanted.said, "people": people}
        return render(request, "checklists/window_remind.html", context)
    try:
        _say(request, nudging.remind_now(window, forms, by=request.reach))
    except Refused as why:
        messages.error(request, str(why))
    address = reverse("checklists:window-detail", args=[request.district.slug, pk])
    query = _query(wanted.said)
    return redirect(f"{address}?{query}#forms" if query else f"{address}#forms")


def _to_remind(request: DistrictRequest, window: Window, wanted: Wanted) -> ChecklistQuerySet:
    """The form that was named; else what is listed. Of the whole window the observers' too."""
    named = request.POST.get("form", "")
    if "form" in request.POST:
        number = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else 0
        return turnout.forms_of(window, request.reach).filter(pk=number)
    if wanted.said:
        return turnout.forms_of(window, request.reach, state=wanted.state, **wanted.narrowed)
    return Checklist.objects.reachable(request.reach).current().filter(window=window)


def _say(request: DistrictRequest, told: list[str]) -> None:
    if not told:
        messages.warning(
            request, "Nobody was written to: each has heard of this window today, or is done."
        )
    elif len(told) == 1:
        messages.success(request, f"{told[0]} is reminded. The letter is on its way.")
    else:
        messages.success(request, f"{len(told)} people are reminded. Their letters are on the way.")
