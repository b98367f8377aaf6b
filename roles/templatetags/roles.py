"""What the pages about roles have in common."""

from __future__ import annotations

from django import template

from roles.access import Reach
from roles.models import Approval, JobDescriptionVersion
from roles.pages import DistrictRequest
from roles.reports.reviews import returned
from roles.tabs import Tab, tabs_of

register = template.Library()

PAGES = (
    ("roles:index", "Roles"),
    ("roles:coverage", "Coverage"),
    ("roles:chart", "Organization chart"),
    ("roles:matrix", "Role matrix"),
    ("roles:departments", "Departments"),
    ("roles:acknowledgements", "Acknowledgements"),
    ("roles:documents", "Documents"),
    ("roles:route", "Approval route"),
)


@register.inclusion_tag("roles/_review_returned.html")
def why_returned(version: JobDescriptionVersion, reach: Reach) -> dict[str, Approval | None]:
    """Why a draft came back from review, if it did."""
    return {"returned": returned(version, reach)}


@register.filter
def role_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages about roles that this reader may open; `here` names the one shown."""
    return tabs_of(request, PAGES, here)
