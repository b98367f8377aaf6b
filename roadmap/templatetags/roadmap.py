"""What the pages of the Roadmap place have in common."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from roadmap.boards.pieces import Board, Section
from roadmap.filters import Place
from roadmap.models import AgendaItem, AnchorKind, Unit
from roadmap.tabs import PAGES
from roles.capabilities import Capability
from roles.pages import DistrictRequest
from roles.tabs import Tab, tabs_of

register = template.Library()


@register.filter
def roadmap_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages of the Roadmap place that this reader may open; `here` names the one shown."""
    return tabs_of(request, PAGES, here)


@register.simple_tag
def without(place: Place, name: str) -> str:
    """The same place with one filter taken off."""
    return place.without(name)


@register.simple_tag
def place_with(place: Place, *parts: object) -> str:
    """The same place with more in its address: names and values by turns."""
    changes: dict[str, Any] = dict(zip(map(str, parts[::2]), parts[1::2], strict=True))
    return place.to(**changes)


@register.simple_tag
def jump(place: Place, board: Board, section: Section) -> str:
    """To a section, on whichever page it begins."""
    page = "" if section.page == board.page else place.to(page=section.page)
    return f"{page}#{section.anchor}"


@register.simple_tag(takes_context=True)
def decision_page(context: Context, item: AgendaItem) -> str:
    """The page of the decision that an item of an agenda is about; "" where it is about none, or
    the reader may not see decisions.
    """
    request: DistrictRequest = context["request"]
    kind, _, pk = item.subject.partition(":")
    if kind != "decision" or not request.access.reach(Capability.DECISION_VIEW):
        return ""
    return reverse("roadmap:decision", kwargs={"district": request.district.slug, "pk": int(pk)})


@register.filter
def add_to(number: float, more: float) -> float:
    """A sum that keeps its fraction."""
    return round(number + more, 1)


@register.filter
def counted(line: Any) -> str:
    """When a line or a counted milestone is due: "12 weeks before the first student day"."""
    kind, label = _anchor(line)
    due, unit = _due(line), Unit(line.unit).label
    day = label or f"the {AnchorKind(kind).label.lower()}"
    if not due:
        return f"on {day}"
    words = unit if abs(due) > 1 else unit.removesuffix("s")
    return f"{abs(due)} {words} {'before' if due < 0 else 'after'} {day}"


def _anchor(line: Any) -> tuple[str, str]:
    anchor = getattr(line, "anchor", None)
    return (anchor.kind, anchor.label) if anchor else (line.anchor_kind, line.anchor_label)


def _due(line: Any) -> int:
    return int(getattr(line, "due_offset", None) or getattr(line, "due", None) or 0)
