"""Numbers, names and dates as words, for sentences that are composed away from any template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def count(number: int, noun: str) -> str:
    """1 position, 4 positions, 2,000 positions."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def spelled(number: int) -> str:
    """Two, but 12."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def day(date: dt.date | None) -> str:
    """Oct 26, 2026; "" for None."""
    return f"{MONTHS[date.month - 1]} {date.day}, {date.year}" if date else ""


def listed(names: Sequence[str]) -> str:
    """One, two and three."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
