"""Pages about one thing, such as a department, that stand higher up than the apps that name it: the
roof tells where they are, so that a name can be a link without knowing who shows more of it.
"""

from __future__ import annotations

from functools import lru_cache

from django.urls import resolve, reverse

from roles.capabilities import Capability
from roles.pages import DistrictRequest

_pages: dict[str, str] = {}


def register(**pages: str) -> None:
    """The name of the view of each kind of thing, as `reverse` takes it."""
    _pages.update(pages)


def address_of(request: DistrictRequest, kind: str, pk: int | None) -> str:
    """Where more is told of it; "" where nothing is, or for whoever may not open that page."""
    view = _pages.get(kind)
    if view is None or pk is None or not request.access.reach(_needed(view)):
        return ""
    return reverse(view, args=[request.district.slug, pk])


@lru_cache(maxsize=16)
def _needed(view: str) -> Capability:
    shown = resolve(reverse(view, args=["any", 1])).func
    needed: Capability = getattr(shown, "requires")  # noqa: B009 -- @page puts it there
    return needed
