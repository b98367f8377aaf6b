"""A round of beat through all districts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from roles.models import District
from roles.wall import district_scope

log = logging.getLogger(__name__)


def in_every_district(work: Callable[[District], int], *, trouble: str) -> int:
    """Do `work` in each district, behind its wall and in a transaction of its own.

    Returns the sum of what it returns. One district's trouble is logged, in the words of `trouble`
    around its slug, and does not keep the others from theirs.
    """
    done = 0
    for district in District.objects.all():
        try:
            with district_scope(district):
                done += work(district)
        except Exception:
            log.exception(trouble, district.slug)
    return done
