"""A new school year in one go: its days, then everything that comes along, then done."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roadmap.forms.calendar import CalendarForms
from roadmap.services import anchors, rollover, year_diff
from roadmap.yeardays import YearDays
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import PARAMETER, chosen_year, school_years


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def wizard(request: DistrictRequest) -> HttpResponse:
    """From the chosen year to the next. Where that one is there, its days are given."""
    old = chosen_year(request)
    said = request.POST.get("from")
    if said is not None and said != (old.label if old else ""):
        messages.error(request, "The school year was switched in another window. Nothing was done.")
        return redirect("roadmap:rollover", request.district.slug)
    new = rollover.next_year(old) if old else None
    if new and new.archived_at:
        raise Http404
    if old and new:
        return _second(request, old, new, anchors.days_of(new), None)
    start = anchors.days_of(old).a_year_later() if old else None
    taken = [year.label for year in school_years(request)]
    if request.method == "GET":
        return _first(request, old, CalendarForms(year=None, start=start, taken=taken))
    form = CalendarForms(request.POST, year=None, taken=taken)
    if not form.is_valid():
        return _first(request, old, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if "back" in request.POST:
        return _first(request, old, CalendarForms(year=None, start=form.days, taken=taken))
    if old is None:
        year = rollover.make_year(form.days, by=request.reach)
        messages.success(request, f"The school year {year} is made. Now it gets its roadmap.")
        return redirect("roadmap:index", request.district.slug)
    new = rollover.to_be(request.district, form.days)
    return _second(request, old, new, form.days, form)


@page("POST", requires=Capability.ROADMAP_MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    """Let an archived year be changed again, with a reason."""
    year = get_object_or_404(SchoolYear.objects.reachable(request.reach), pk=pk)
    try:
        done = rollover.reopen_year(year, reason=request.POST.get("reason", ""), by=request.reach)
    except Refused as why:
        messages.error(request, f"{year} stays archived. {why}")
    else:
        said = f"{year} can be changed again." if done else f"{year} was not archived."
        messages.success(request, said)
    return redirect(_of_year("roadmap:calendar", request, year))


def _first(
    request: DistrictRequest,
    old: SchoolYear | None,
    form: CalendarForms,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {"old": old, "form": form}
    return render(request, "roadmap/rollover.html", context, status=status)


def _second(
    request: DistrictRequest,
    old: SchoolYear,
    new: SchoolYear,
    days: YearDays,
    form: CalendarForms | None,
) -> HttpResponse:
    """The diff, and at its foot the one button that does it."""
    context: dict[str, Any] = {"old": old, "new": new, "days": days, "form": form}
    status = HTTPStatus.OK
    rolls = "roll" in request.POST
    archive = "archive" in request.POST if rolls else _is_over(request, old)
    if rolls:
        try:
            done = rollover.roll_over(
                old, days, request.POST.getlist("take"), archive=archive, by=request.reach
            )
        except Refused as why:
            context["refusal"], status = str(why), HTTPStatus.CONFLICT
        else:
            messages.success(request, _said(done, old))
            return redirect(_of_year("roadmap:index", request, done.year))
    diff = year_diff.preview(old, new, days, by=request.reach)
    chosen = set(request.POST.getlist("take")) if rolls else _proposed(diff)
    context |= {"diff": diff, "chosen": chosen, "archive": archive}
    return render(request, "roadmap/rollover_diff.html", context, status=status)


def _proposed(diff: year_diff.Diff) -> set[str]:
    lines = {line.key for line in (*diff.lines, *diff.library) if line.proposed}
    copies = {copy.key for _, each in diff.copies for copy in each if copy.proposed}
    return lines | copies | {row.key for row in diff.open}


def _is_over(request: DistrictRequest, old: SchoolYear) -> bool:
    return not old.archived_at and old.last_student_day < request.district.today()


def _said(done: rollover.Rolled, old: SchoolYear) -> str:
    parts = [_many(done.milestones, "new milestone")]
    parts += [f"{number} {kind.lower()}" for kind, number in done.copies.items() if number]
    words = f"The school year {done.year} stands, with {' and '.join(filter(None, parts))}."
    if done.archived:
        words += f" {_many(done.carried, 'open milestone')} came along; {old} is archived."
    return words


def _many(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"


def _of_year(name: str, request: DistrictRequest, year: SchoolYear) -> str:
    return f"{reverse(name, args=[request.district.slug])}?{PARAMETER}={year.label}"
