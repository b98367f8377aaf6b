"""Pages that stand next to each other, as tabs: those that the reader may open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import resolve, reverse

from roles.pages import DistrictRequest


@dataclass(frozen=True)
class Tab:
    address: str
    words: str
    is_here: bool


def tabs_of(request: DistrictRequest, pages: Sequence[tuple[str, str]], here: str) -> list[Tab]:
    """`pages` are view names ("roles:index") with their words; `here` is the name of the shown one,
    without the app's.
    """
    return [
        Tab(address, words, name.partition(":")[2] == here)
        for name, words in pages
        if (address := _open_to(request, name))
    ]


def _open_to(request: DistrictRequest, name: str) -> str:
    address = reverse(name, args=[request.district.slug])
    needed = getattr(resolve(address).func, "requires")  # noqa: B009 -- @page puts it there
    return address if request.access.reach(needed) else ""
