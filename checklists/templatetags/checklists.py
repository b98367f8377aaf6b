"""What the pages about checklists have in common."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from checklists.models import Window
from checklists.reports.alignment import open_proposals
from roles.capabilities import Capability
from roles.pages import DistrictRequest
from roles.tabs import Tab, tabs_of

register = template.Library()

PAGES = (
    ("checklists:index", "Checklists"),
    ("checklists:results", "Results"),
    ("checklists:actions", "Actions"),
    ("checklists:topics", "Learning topics"),
    ("checklists:rhythm", "Rhythm"),
    ("checklists:library", "Checklist library"),
)


@register.filter
def checklist_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages about checklists that this reader may open; `here` names the one shown."""
    return tabs_of(request, PAGES, here)


@register.filter
def proposals_for(request: DistrictRequest) -> int:
    """How many changes job descriptions propose for checklists; 0 for those who change none."""
    reach = request.access.reach(Capability.CHECKLIST_MANAGE)
    return open_proposals(reach) if reach else 0


@register.filter
def at(numbers: Mapping[str, int], key: str) -> int | None:
    """What a mapping holds for a key."""
    return numbers.get(key)


@register.filter
def window_kind(kind: str) -> str:
    """The name of a kind of window; the kind itself if it is none of ours."""
    return dict(Window.Kind.choices).get(kind, kind)
