"""Charts drawn on the server: SVG with a title, a sentence that says the finding, and the table.

`{% load charts %}`. Only class names colour them, so that they follow dark mode and print, and stay
readable in black and white: a line has dots, what stands out is told by shape and figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import template
from django.utils.text import slugify

register = template.Library()

MOST = 12  # points: more would be a picture of nothing
LARGE, SMALL = (320, 136), (144, 64)
EDGE, HEAD, FOOT = 22, 20, 24


class Point(Protocol):
    """One value with its name."""

    @property
    def label(self) -> str: ...

    @property
    def value(self) -> int | float: ...


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: `value` of `of`."""

    label: str
    value: int
    of: int

    @property
    def width(self) -> str:
        return f"{100 * min(self.value, self.of) / self.of:.1f}" if self.of else "0"


@register.inclusion_tag("ui/chart_trend.html")
def trend_chart(
    points: Sequence[Point], title: str, says: str = "", *, unit: str = "", top: float | None = None
) -> dict[str, Any]:
    """A line over at most 12 points; of more the last are shown. `top`: the highest possible value.

    `says` is the finding in a sentence; without one it is made from the first and the last value.
    """
    return _line(list(points)[-MOST:], title, says, unit, top, LARGE)


@register.inclusion_tag("ui/chart_small.html")
def small_trend(
    points: Sequence[Point], title: str, says: str = "", *, unit: str = "", top: float | None = None
) -> dict[str, Any]:
    """The same beside a figure, without axis; the table stands below it, folded."""
    return _line(list(points)[-MOST:], title, says, unit, top, SMALL)


@register.inclusion_tag("ui/chart_bars.html")
def bar_chart(bars: Sequence[Any], title: str, says: str, *, unit: str = "") -> dict[str, Any]:
    """A row for each: its name, its bar, and the figures beside it. Rows have label, value, of."""
    rows = [Bar(each.label, each.value, each.of) for each in bars]
    return {"rows": rows, "title": title, "says": says, "unit": unit, "id": _id(title)}


def finding(points: Sequence[Point], unit: str = "") -> str:
    """From 62% in Fall to 71% in Spring."""
    first, last = points[0], points[-1]
    if len(points) == 1:
        return f"{_told(last.value, unit)} in {last.label}."
    here = f"{_told(last.value, unit)} in {last.label}"
    if first.value == last.value:
        return f"{_told(first.value, unit)} in {first.label}, and again {here}."
    return f"From {_told(first.value, unit)} in {first.label} to {here}."


def _line(
    points: list[Point], title: str, says: str, unit: str, top: float | None,
    size: tuple[int, int],
) -> dict[str, Any]:  # fmt: skip
    if not points:
        return {"dots": []}
    width, height = size
    dots = _places(points, top, size)
    return {
        "id": _id(title),
        "title": title,
        "says": says or finding(points, unit),
        "width": width,
        "height": height,
        "base": height - FOOT if size == LARGE else height - 2,
        "dots": dots,
        "line": " ".join(f"{x},{y}" for x, y in dots),
        "first": {"told": _told(points[0].value, unit), "x": dots[0][0], "y": _over(dots[0][1])},
        "last": {"told": _told(points[-1].value, unit), "x": dots[-1][0], "y": _over(dots[-1][1])},
        "first_label": points[0].label,
        "last_label": points[-1].label,
        "rows": [(point.label, _told(point.value, unit)) for point in points],
        "is_several": len(points) > 1,
    }


def _places(
    points: Sequence[Point], top: float | None, size: tuple[int, int]
) -> list[tuple[str, str]]:
    """Where the dots lie. The scale begins at 0, so that a change looks as large as it is."""
    width, height = size
    highest = max([top or 0, *(point.value for point in points)]) or 1
    foot = FOOT if size == LARGE else 6
    room = height - HEAD - foot
    gap = (width - 2 * EDGE) / max(len(points) - 1, 1)
    return [
        (f"{EDGE + n * gap:.1f}", f"{HEAD + room * (1 - max(point.value, 0) / highest):.1f}")
        for n, point in enumerate(points)
    ]


def _over(y: str) -> str:
    return f"{float(y) - 8:.1f}"


def _told(value: float, unit: str) -> str:
    return f"{value:,}{unit}"


def _id(title: str) -> str:
    return f"chart-{slugify(title)}"
