"""What the pages of the Roadmap place have in common."""

from __future__ import annotations

from django import template

from roadmap.tabs import PAGES
from roles.pages import DistrictRequest
from roles.tabs import Tab, tabs_of

register = template.Library()


@register.filter
def roadmap_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages of the Roadmap place that this reader may open; `here` names the one shown."""
    return tabs_of(request, PAGES, here)
