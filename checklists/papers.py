"""Which PDFs of checklists there are: who may have each, what it is called, and its pages as HTML.

Each kind reads only what the person who asked may read, at the moment it is set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from checklists import explaining
from checklists.models import (
    Action,
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    ItemEvidence,
    Paper,
    RaterKind,
    Rating,
    Window,
)
from checklists.reports import actions as action_reports
from checklists.reports.window_report import window_report
from checklists.sheets import Sheet, sheet_of
from checklists.standing import kind_of
from roles.access import Access
from roles.capabilities import Capability


@dataclass(frozen=True)
class Kind:
    """One kind of PDF. `field` names the key of Paper that it is about."""

    field: str
    readable: Callable[[Access], QuerySet[Any]]
    title: Callable[[Any], str]
    page: Callable[[Any, Access], str]


def kind_of_paper(paper: Paper) -> Kind:
    return next(kind for kind in KINDS.values() if getattr(paper, f"{kind.field}_id"))


def page_of(paper: Paper, access: Access) -> str:
    """The HTML of a paper for whoever asked for it; "" if they may not read it any more."""
    kind = kind_of_paper(paper)
    subject = kind.readable(access).filter(pk=getattr(paper, f"{kind.field}_id")).first()
    if subject is None:
        return ""
    with timezone.override(access.district.zone):
        return kind.page(subject, access)


def title_of(paper: Paper) -> str:
    kind = kind_of_paper(paper)
    return kind.title(getattr(paper, kind.field))


def _templates(access: Access) -> QuerySet[ChecklistTemplate]:
    """Everyone may read the library; drafts are for those who write them."""
    found = ChecklistTemplate.objects.reachable(access.reach(Capability.HOME_VIEW))
    if not access.reach(Capability.CHECKLIST_MANAGE):
        found = found.exclude(status=ChecklistTemplate.Status.DRAFT)
    return found.select_related("role", "observer_role")


def _blank_title(template: ChecklistTemplate) -> str:
    return f"{template.title}, version {template.number}, blank"


def _blank(template: ChecklistTemplate, access: Access) -> str:
    items = list(template.items.all())
    scales = list({item.on_scale.key: item.on_scale for item in items}.values())
    context = {
        "district": access.district,
        "template": template,
        "items": items,
        "scales": scales,
        "usual": scales[0] if scales else None,
    }
    return render_to_string("checklists/print/blank.html", context)


def _forms(access: Access) -> QuerySet[Checklist]:
    """Submitted forms whose ratings the person may read."""
    found = Checklist.objects.reachable(access.reach(Capability.CHECKLIST_WORK))
    readable = found.readable_by(access).submitted()
    return readable.in_full()


def _form_title(form: Checklist) -> str:
    return f"{form.template.title}, {form.window.label}, {kind_of(form)}"


def _form(form: Checklist, access: Access) -> str:
    form.district = access.district
    sheet = _sheet(form, access)
    agreed = _agreed(form, access)
    context = {
        "district": access.district,
        "sheet": sheet,
        "form": form,
        "kind": kind_of(form),
        "lines": _with_anchors(sheet, access),
        "why": explaining.why(sheet, form.template.thresholds),
        "agreed": agreed,
        "agreed_lines": _against(sheet, _sheet(agreed, access)) if agreed else [],
        "actions": _actions(agreed, access) if agreed else [],
    }
    return render_to_string("checklists/print/completed.html", context)


def _sheet(form: Checklist, access: Access) -> Sheet:
    reach = access.reach(Capability.CHECKLIST_WORK)
    ratings = Rating.objects.reachable(reach).readable_by(access)
    return sheet_of(form, ChecklistItem.objects.reachable(reach), ratings)


def _with_anchors(sheet: Sheet, access: Access) -> list[dict[str, Any]]:
    """Each line with what its answer means on the scale, and its evidence."""
    reach = access.reach(Capability.CHECKLIST_WORK)
    found = ItemEvidence.objects.reachable(reach).filter(checklist=sheet.checklist)
    by_item: dict[int, list[ItemEvidence]] = {}
    for evidence in found:
        by_item.setdefault(evidence.item_id, []).append(evidence)
    return [
        {
            "line": line,
            "anchor": next((p.anchor for p, is_chosen in line.answers if is_chosen), ""),
            "evidence": by_item.get(line.item.pk, []),
        }
        for line in sheet.lines
    ]


def _agreed(form: Checklist, access: Access) -> Checklist | None:
    """What a pair agreed on, once that is closed; itself for an agreed form."""
    if form.rater_kind == RaterKind.AGREED:
        return form
    cycle = {"window": form.window_id, "position": form.position_id, "holder": form.holder_id}
    closed = _forms(access).filter(rater_kind=RaterKind.AGREED, withdrawn_at=None, **cycle)
    return closed.first()


def _against(sheet: Sheet, agreed: Sheet) -> list[dict[str, Any]]:
    """Agreed and own answers side by side, where they are on the same item."""
    if sheet.checklist.pk == agreed.checklist.pk:
        return []
    return [
        {"line": own, "agreed": other, "differs": own.word != other.word}
        for own, other in zip(sheet.lines, agreed.lines, strict=True)
    ]


def _actions(agreed: Checklist, access: Access) -> list[action_reports.Row]:
    reach = access.reach(Capability.CHECKLIST_WORK)
    readable = Action.objects.reachable(reach).readable_by(access).filter(checklist=agreed)
    return action_reports.rows_of(readable.select_related(*action_reports.RELATED), access)


def _windows(access: Access) -> QuerySet[Window]:
    found = Window.objects.reachable(access.reach(Capability.CHECKLIST_VIEW))
    return found.filter(opened_at__isnull=False)


def _report_title(window: Window) -> str:
    return f"Report of {window.label}"


def _report(window: Window, access: Access) -> str:
    context = {"district": access.district, "report": window_report(window, access)}
    return render_to_string("checklists/print/window_report.html", context)


KINDS: dict[str, Kind] = {
    "blank": Kind("template", _templates, _blank_title, _blank),
    "completed": Kind("checklist", _forms, _form_title, _form),
    "window": Kind("window", _windows, _report_title, _report),
}
