"""What shows a rating, wherever its item stands on a page."""

from __future__ import annotations

from django import template
from django.db.models import prefetch_related_objects

from checklists import links
from checklists.evidence_files import JPEG
from checklists.models import Checklist, ChecklistItem, ItemEvidence
from checklists.sheets import Line, Sheet

register = template.Library()


@register.filter
def evidence_for(checklist: Checklist, item: ChecklistItem) -> list[ItemEvidence]:
    """The links and files of an item. One query for all items of a form that the view let out."""
    prefetch_related_objects([checklist], "evidence")
    return [found for found in checklist.evidence.all() if found.item_id == item.pk]


@register.filter
def with_evidence(sheet: Sheet) -> list[Line]:
    """The items of a form that something was added to."""
    return [line for line in sheet.lines if evidence_for(sheet.checklist, line.item)]


@register.filter
def is_full(found: list[ItemEvidence]) -> bool:
    return len(found) >= ItemEvidence.MOST


@register.filter
def is_photo(evidence: ItemEvidence) -> bool:
    return evidence.content_type == JPEG


@register.filter
def leads_to(evidence: ItemEvidence) -> str:
    """The host of a link, to stand behind its name; "" if the name is the host."""
    host = links.host_of(evidence.url)
    return "" if host == evidence.name else host
