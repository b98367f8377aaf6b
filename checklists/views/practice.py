"""A checklist to try out: filled in and worked out like a real one, and never counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.db.models import Exists, Q
from django.http import HttpResponse
from django.shortcuts import render

from checklists import explaining
from checklists.models import Checklist, ChecklistItem, ChecklistTemplate, Rating
from checklists.sheets import NA, Line, Sheet
from roles.capabilities import Capability
from roles.models import Level, Position
from roles.pages import DistrictRequest, page

FALLBACK = "FC_SITE"  # for who holds no position: the checklist of the Site Tutoring Lead
OFF_THE_SCALE = "This rating is not on the item's scale."


@page("GET", "POST", requires=Capability.CHECKLIST_WORK)
def practice(request: DistrictRequest) -> HttpResponse:
    """GET shows the empty checklist; POST what its answers would come to. Nothing is kept."""
    mine = _mine(request)
    template = _chosen(request, mine)
    if template is None:
        return render(request, "checklists/practice_none.html")
    answers = request.POST if request.method == "POST" else {}
    sheet, refused = _sheet(request, template, answers)
    thresholds = template.thresholds
    outcome = explaining.outcome(sheet, thresholds)
    sheet.checklist.score, sheet.checklist.coverage = outcome.score, outcome.coverage
    sheet.checklist.band = outcome.band
    context = {
        "sheet": sheet,
        "template": template,
        "choices": mine if template in mine else [template, *mine],
        "why": explaining.why(sheet, thresholds),
        "is_worked_out": request.method == "POST" and not refused,
        "refused": refused,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "checklists/practice.html", context, status=status)


def _mine(request: DistrictRequest) -> list[ChecklistTemplate]:
    """The checklists of the positions that the reader holds; departments share one."""
    today = request.district.today()
    held = Position.objects.reachable(request.reach).held_by(request.user, today)
    of_department = held.filter(role__level=Level.DEPARTMENT)
    mine = Q(role__in=held.values("role")) | Q(Exists(of_department), role=None)
    published = ChecklistTemplate.objects.reachable(request.reach).published()
    return list(published.filter(mine).select_related("role"))


def _chosen(
    request: DistrictRequest, mine: Sequence[ChecklistTemplate]
) -> ChecklistTemplate | None:
    """The one asked for, else the reader's own, else the Site Tutoring Lead's, else any."""
    published = ChecklistTemplate.objects.reachable(request.reach).published()
    by_key = {template.key: template for template in published.select_related("role")}
    asked = request.GET.get("checklist", "")
    first = mine[0] if mine else None
    found = by_key.get(asked) or first or by_key.get(FALLBACK)
    return found or next(iter(by_key.values()), None)


def _sheet(
    request: DistrictRequest, template: ChecklistTemplate, answers: Mapping[str, str]
) -> tuple[Sheet, set[int]]:
    """A form that exists in memory alone, and the items whose answer is none of their scale."""
    items = ChecklistItem.objects.reachable(request.reach).filter(template=template)
    form = Checklist(district=request.district, template=template)
    lines: list[Line] = []
    refused: set[int] = set()
    for number, item in enumerate(items.select_related("duty"), 1):
        given = answers.get(f"value-{item.pk}", "")
        rating = _rating(item, given)
        if given and rating is None:
            refused.add(item.pk)
        lines.append(Line(number, item, rating))
    return Sheet(form, tuple(lines)), refused


def _rating(item: ChecklistItem, given: str) -> Rating | None:
    scale = item.on_scale
    if given == NA:
        return Rating(item=item, not_applicable=True) if scale.allow_na else None
    on_scale = next((point.value for point in scale.points if str(point.value) == given), None)
    return None if on_scale is None else Rating(item=item, value=on_scale)
