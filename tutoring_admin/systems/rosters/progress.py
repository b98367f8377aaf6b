"""How far a worker is with an import. It works in one transaction, which nobody else sees into:
so it tells the cache, and a page that asks in vain says only that it is at work.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from roles.models import RosterImport

KEPT_FOR = 600  # seconds


@dataclass(frozen=True)
class Step:
    """Step `number` of `total`, and what is done in it."""

    number: int
    total: int
    what: str


def say(roster: RosterImport, number: int, total: int, what: str) -> None:
    cache.set(_key(roster), (number, total, what), KEPT_FOR)


def said(roster: RosterImport) -> Step | None:
    found = cache.get(_key(roster))
    return Step(*found) if found else None


def _key(roster: RosterImport) -> str:
    return f"roster:{roster.pk}:{roster.task}"
