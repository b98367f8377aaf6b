"""How often something may happen in a while. Without the cache it may: a limit is no lock."""

from __future__ import annotations

import time

from django.core.cache import cache
from redis.exceptions import RedisError


def allowed(key: str, most: int, seconds: int) -> bool:
    """Count one more under this key; whether that is within `most` in these `seconds`."""
    name = f"throttle:{key}:{int(time.time()) // seconds}"
    try:
        cache.add(name, 0, seconds)
        return bool(cache.incr(name) <= most)
    except (RedisError, OSError, ValueError):  # ValueError: it ran out between the two
        return True
