"""The role matrix: who leads what, to read; and what each party does in one area, to change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roles.access import Everywhere
from roles.capabilities import Capability
from roles.forms.matrix import AreaForm, PartsForm
from roles.models import Approach, WorkArea
from roles.pages import DistrictRequest, page
from roles.reports import matrix as report
from roles.reports.matrix_checks import Check, Finding, Fix, checks
from roles.services import matrix
from roles.services.refusal import Refused

MANAGE = Capability.ROLES_MANAGE


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    approach = chosen_approach(request)
    found = report.matrix(request.reach, approach, request.district.today())
    sees_all = isinstance(request.reach.schools, Everywhere)
    judged = checks(found) if sees_all and found.rows else []
    may_manage = bool(request.access.reach(MANAGE))
    context = {
        "matrix": found,
        "approach": approach,
        "approaches": Approach,
        "legend": [(letter, part.label) for part, letter in report.LETTERS.items()],
        "broken": [(check, _fixes(request, check)) for check in judged if check.findings],
        "checks": len(judged),
        "passed": [check for check in judged if not check.findings],
        "attention": sum(len(check.findings) for check in judged),
        "may_manage": may_manage,
    }
    return render(request, "roles/matrix.html", context)


def chosen_approach(request: DistrictRequest) -> Approach:
    """The approach in the address, else the district's."""
    wanted = request.GET.get("approach", "")
    return Approach(wanted if wanted in Approach.values else request.district.approach)


def _fixes(request: DistrictRequest, check: Check) -> list[tuple[Finding, str, str]]:
    """Each finding with the words of its link and where that leads; "" for who may not fix it."""
    if not request.access.reach(MANAGE):
        return [(finding, "", "") for finding in check.findings]
    return [(finding, *_fix(request, finding)) for finding in check.findings]


def _fix(request: DistrictRequest, finding: Finding) -> tuple[str, str]:
    slug, party = request.district.slug, finding.party
    if finding.area is not None:
        anchor = f"#part-{party.slug}" if party else "#parts"
        address = reverse("roles:matrix-area", args=[slug, finding.area.pk])
        return "Change who leads", f"{address}?approach={chosen_approach(request)}{anchor}"
    if finding.fix is Fix.ASSIGN and party:
        return "Fill it", reverse("roles:assign", args=[slug, party.vacant_position])
    if finding.fix is Fix.POSITION and party:
        return "Open a position", f"{reverse('roles:position-add', args=[slug])}?role={party.pk}"
    return "See where", reverse("roles:coverage", args=[slug])


@page("GET", "POST", requires=MANAGE)
def area(request: DistrictRequest, pk: int) -> HttpResponse:
    """One area: its name, and a labelled choice for each party under one approach."""
    shown = get_object_or_404(WorkArea.objects.reachable(request.reach), pk=pk)
    approach = chosen_approach(request)
    cells = report.parties_to_choose(request.reach, approach, shown)
    name = AreaForm(request.POST or None, initial={"name": shown.name})
    parts = PartsForm(request.POST or None, cells=cells)
    context = {"area": shown, "approach": approach, "name_form": name, "parts": parts}
    if request.method != "POST":
        return render(request, "roles/matrix_area.html", context)
    if not (name.is_valid() and parts.is_valid()):
        return render(request, "roles/matrix_area.html", context, status=422)
    try:
        with transaction.atomic():
            matrix.set_parts(shown, approach, parts.changes(), by=request.reach)
            matrix.rename_area(shown, name.cleaned_data["name"], by=request.reach)
    except matrix.CellsTaken as taken:
        return _taken(request, context, parts, taken)
    except Refused as refused:
        name.add_error("name", str(refused))
        return render(request, "roles/matrix_area.html", context, status=422)
    messages.success(request, f"“{shown.name}” is saved.")
    return redirect(_matrix(request, approach, f"#area-{shown.pk}"))


def _taken(
    request: DistrictRequest, context: dict[str, Any], parts: PartsForm, taken: matrix.CellsTaken
) -> HttpResponse:
    """What was chosen stays on the page beside what the others chose; saving again is a choice."""
    typed = {name: parts.data[name] for name in parts.data}
    for cell in parts.cells:
        if cell.party.pk in taken.cells:
            typed[f"was-{cell.party.slug}"] = taken.cells[cell.party.pk]
    again = PartsForm(typed, cells=parts.cells)
    again.is_valid()
    for cell in parts.cells:
        if cell.party.pk in taken.cells:
            theirs = report.Cell(cell.party, taken.cells[cell.party.pk]).words.lower()
            again.add_error(
                f"part-{cell.party.slug}", f"Someone else has just set this to “{theirs}”."
            )
    context |= {"parts": again, "taken": taken}
    return render(request, "roles/matrix_area.html", context, status=409)


@page("GET", "POST", requires=MANAGE)
def areas(request: DistrictRequest) -> HttpResponse:
    """All areas of work in their order; posting adds one."""
    form = AreaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = matrix.add_area(form.cleaned_data["name"], by=request.reach)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"“{added.name}” is added. Say who leads it.")
            return redirect("roles:matrix-area", district=request.district.slug, pk=added.pk)
    found = WorkArea.objects.reachable(request.reach)
    status = 422 if form.errors else 200
    return render(request, "roles/matrix_areas.html", {"form": form, "areas": found}, status=status)


@page("POST", requires=MANAGE)
def area_move(request: DistrictRequest, pk: int) -> HttpResponse:
    moved = get_object_or_404(WorkArea.objects.reachable(request.reach), pk=pk)
    steps = -1 if request.POST.get("to") == "up" else 1
    matrix.move_area(moved, steps, by=request.reach)
    return redirect(reverse("roles:matrix-areas", args=[request.district.slug]) + f"#area-{pk}")


@page("GET", "POST", requires=MANAGE)
def area_remove(request: DistrictRequest, pk: int) -> HttpResponse:
    """What goes with the area, then the going."""
    shown = get_object_or_404(WorkArea.objects.reachable(request.reach), pk=pk)
    if request.method == "POST":
        matrix.remove_area(shown, by=request.reach)
        messages.success(request, f"“{shown.name}” is out of the matrix.")
        return redirect("roles:matrix-areas", district=request.district.slug)
    context = {"area": shown, "parts": shown.involvements.select_related("role")}
    return render(request, "roles/matrix_area_remove.html", context)


@page("POST", requires=MANAGE)
def adopt(request: DistrictRequest) -> HttpResponse:
    """Start from the library's areas, where there are none."""
    if came := matrix.adopt_areas(by=request.reach):
        messages.success(request, f"{came} areas of work came from the role library.")
    return redirect("roles:matrix", district=request.district.slug)


def _matrix(request: DistrictRequest, approach: Approach, anchor: str) -> str:
    address = reverse("roles:matrix", args=[request.district.slug])
    query = "" if approach == request.district.approach else f"?approach={approach}"
    return f"{address}{query}{anchor}"
