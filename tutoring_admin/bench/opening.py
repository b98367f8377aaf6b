"""Opening a window for 2,000 positions, and once more, which finds nothing left to make."""

from __future__ import annotations

import time
from dataclasses import dataclass

from checklists.models import Window
from checklists.services.windows import open_window
from roles.models import District, SchoolYear
from roles.wall import district_scope


@dataclass(frozen=True)
class Opening:
    """Forms that were made, and the seconds of the round that made them and of the next one."""

    forms: int
    seconds: float
    again_seconds: float


def measure(slug: str) -> Opening:
    district = District.objects.get(slug=slug)
    with district_scope(district):
        window = Window.objects.create(
            district=district,
            school_year=SchoolYear.objects.get(district=district),
            label="Opened by the benchmark",
            opens_on=district.today(),
            closes_on=district.today(),
        )
    forms, seconds = _open(district, window)
    _, again = _open(district, window)
    return Opening(forms, seconds, again)


def _open(district: District, window: Window) -> tuple[int, float]:
    began = time.perf_counter()
    with district_scope(district):
        forms = open_window(window)
    return forms, time.perf_counter() - began
