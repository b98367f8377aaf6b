"""Elements, standards and indicators as a page shows them, one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Branch:
    """An element or a standard with what stands straight under it. `level`: 0 at the top."""

    code: str
    title: str
    why: str
    level: int
    indicators: tuple[Any, ...]


def laid_out(
    elements: Sequence[Raw],
    standards: Sequence[Raw],
    indicators: Sequence[tuple[str, Any]],
    titles: Mapping[str, str],
) -> list[Branch]:
    """Everything in its order, children behind their parent.

    A standard names its parent as `parent`, or as `element` in our own file. `indicators` are
    pairs of their standard's code and whatever stands for them. `titles` are those of shipped
    elements and standards, shown where something stands under one that is not in this set.
    """
    own = [*elements, *standards]
    codes = {each["code"] for each in own}
    parents = {each["code"]: _parent(each) for each in own}
    outside = dict.fromkeys(
        code
        for code in (*parents.values(), *(pair[0] for pair in indicators))
        if code and code not in codes
    )
    shown = [*({"code": code, "title": titles.get(code, "")} for code in outside), *own]

    def under(code: str, level: int) -> Iterator[Branch]:
        for each in shown:
            if parents.get(each["code"], "") == code:
                mine = tuple(one for parent, one in indicators if parent == each["code"])
                yield Branch(each["code"], each["title"], each.get("why", ""), level, mine)
                yield from under(each["code"], level + 1)

    return list(under("", 0))


def _parent(raw: Raw) -> str:
    return str(raw.get("parent", raw.get("element", "")))
