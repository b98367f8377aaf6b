"""One row of the reach table: how to knock at a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """`kwargs(school, who)` makes a row at that school and returns the page's URL arguments.

    `who` is the person who knocks, for rows that only their holder may see. A row of the whole
    district says `shared=True`: other schools of the district see it too. `data` may be a function
    of the URL arguments.
    """

    data: dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]] = field(default_factory=dict)
    kwargs: Callable[..., dict[str, Any]] | None = None
    shared: bool = False
