"""What indicators are called. The floor above that knows them says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_named: list[Callable[[], Mapping[str, str]]] = []


def name_by(titles: Callable[[], Mapping[str, str]]) -> None:
    """Register what gives titles by code, such as {"6c.1": "Ongoing learning"}; read when asked."""
    _named.append(titles)


def title_of(code: str) -> str:
    """The title of an indicator; "" for one that nobody here names, such as 2a."""
    return next((found for titles in _named if (found := titles().get(code, ""))), "")


def with_title(code: str) -> str:
    """ "6c.1 Ongoing learning", or the code alone."""
    return f"{code} {title_of(code)}".rstrip()
