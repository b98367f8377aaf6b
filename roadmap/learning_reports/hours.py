"""How minutes of learning are written."""

from __future__ import annotations

HOUR = 60


def hours(minutes: int) -> str:
    """ "1 h 30 min" for 90."""
    whole, rest = divmod(minutes, HOUR)
    parts = [f"{whole} h"] if whole else []
    parts += [f"{rest} min"] if rest or not whole else []
    return " ".join(parts)
