"""What the pages about roles have in common."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.urls import resolve, reverse

from roles.access import Reach
from roles.models import Approval, JobDescriptionVersion
from roles.pages import DistrictRequest
from roles.reports.reviews import returned

register = template.Library()

PAGES = (
    ("index", "Roles"),
    ("coverage", "Coverage"),
    ("chart", "Organization chart"),
    ("matrix", "Role matrix"),
    ("departments", "Departments"),
    ("acknowledgements", "Acknowledgements"),
    ("documents", "Documents"),
    ("route", "Approval route"),
)


@dataclass(frozen=True)
class Tab:
    address: str
    words: str
    is_here: bool


@register.inclusion_tag("roles/_review_returned.html")
def why_returned(version: JobDescriptionVersion, reach: Reach) -> dict[str, Approval | None]:
    """Why a draft came back from review, if it did."""
    return {"returned": returned(version, reach)}


@register.filter
def role_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages about roles that this reader may open; `here` names the one shown."""
    return [
        Tab(address, words, name == here)
        for name, words in PAGES
        if (address := _open_to(request, name))
    ]


def _open_to(request: DistrictRequest, name: str) -> str:
    address = reverse(f"roles:{name}", args=[request.district.slug])
    needed = getattr(resolve(address).func, "requires")  # noqa: B009 -- @page puts it there
    return address if request.access.reach(needed) else ""
