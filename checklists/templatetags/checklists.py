"""What the pages about checklists have in common."""

from __future__ import annotations

from django import template

from roles.pages import DistrictRequest
from roles.tabs import Tab, tabs_of

register = template.Library()

PAGES = (("checklists:index", "Checklists"),)


@register.filter
def checklist_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages about checklists that this reader may open; `here` names the one shown."""
    return tabs_of(request, PAGES, here)
