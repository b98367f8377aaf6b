"""Drawing schools by lot, so that anyone can draw again and get the same. No database here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistaken for something else
SEED_LENGTH = 8
MOST = 100  # percent


def new_seed() -> str:
    """A seed for people who have none in mind: eight letters and figures."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SEED_LENGTH))


def lot(seed: str, key: int) -> str:
    """The lot of one school: the SHA-256 of "seed:key" in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def how_many(size: int, percent: int) -> int:
    """So many of `size` are drawn: the share, rounded up, so at least one unless there is none.

    Raises ValueError for a percentage outside 1 to 100.
    """
    if not 1 <= percent <= MOST:
        raise ValueError(f"{percent} percent is not between 1 and {MOST}.")
    return -(-size * percent // 100)


def draw(pool: Iterable[int], seed: str, percent: int) -> list[int]:
    """The keys with the lowest lots, in ascending order. The order of the pool does not matter."""
    keys = set(pool)
    lowest = sorted(keys, key=lambda key: (lot(seed, key), key))
    return sorted(lowest[: how_many(len(keys), percent)])
