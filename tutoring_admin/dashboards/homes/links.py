"""Where a figure leads: a page, narrowed to the rows that the figure counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the district with its filters (`query`) and a place on it (`at`).

    `by`: the data attribute in which that page says how many rows it shows.
    """

    view_name: str
    args: tuple[int | str, ...] = ()
    query: str = ""
    at: str = ""
    by: str = ROWS


def to(view_name: str, *args: int | str, at: str = "", by: str = ROWS, **filters: Any) -> Link:
    """`to("roadmap:index", state="done")`. Filters without a value are left out."""
    set_ones = {name: value for name, value in filters.items() if value not in {None, ""}}
    return Link(view_name, args, urlencode(set_ones), at, by)
