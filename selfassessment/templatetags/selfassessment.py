"""How a point of the 0 to 3 scale looks: a chip for the team's rating, plain words for a hint."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles.pages import DistrictRequest
from roles.tabs import Tab, tabs_of
from roles.templatetags.ui import status
from selfassessment.library import Indicator
from selfassessment.models import Round
from selfassessment.reports import Line
from selfassessment.tabs import PAGES

register = template.Library()

NO_VALUE = SafeString(
    '<span aria-hidden="true">\u2013</span><span class="visually-hidden">none</span>'
)
KINDS = ("not-started", "developing", "in-progress", "done")


@register.simple_tag
def rating_chip(indicator: Indicator, value: int | str | None) -> SafeString:
    """The team's rating as word, shape and colour; None or "" is "Not rated"."""
    if value in (None, ""):
        return status("not-rated", "Not rated")
    point = indicator.points[int(value)]
    return status(KINDS[point.value], f"{point.value} {point.label}")


@register.simple_tag
def round_chip(round_: Round) -> SafeString:
    """How far a round is, as word, shape and colour."""
    kind = "due-soon" if round_.state == Round.State.SIGNING else round_.state
    return status(kind, round_.get_state_display())


@register.simple_tag
def point_word(indicator: Indicator, value: int | str | None) -> SafeString:
    """A hint, or an earlier rating, as "2, In use"; without one a dash, and a word for the ear."""
    if value in (None, ""):
        return NO_VALUE
    point = indicator.points[int(value)]
    return format_html("{}, {}", point.value, point.label)


@register.filter
def assessment_pages(request: DistrictRequest, here: str) -> list[Tab]:
    """The pages of the Self-assessment place that this reader may open; `here` is the one shown."""
    return tabs_of(request, PAGES, here)


@register.inclusion_tag("selfassessment/_axis.html")
def axis(indicator: Indicator, name: str, value: int | None) -> dict[str, Any]:
    """How far the records go on one axis: three steps and the words of the point reached."""
    steps = [(1 + 22 * n, value is not None and n < value) for n in range(3)]
    words = f"{value}, {indicator.points[value].label}" if value is not None else "no check"
    return {"name": name, "steps": steps, "words": words}


@register.inclusion_tag("selfassessment/_trend.html")
def rating_trend(line: Line) -> dict[str, Any]:
    """The team ratings of the last rounds as a line over the four points of the scale."""
    takes = line.trend
    gap = 100 / max(len(takes) - 1, 1)
    dots = [(f"{8 + n * gap:.1f}", 44 - 12 * (take.value or 0)) for n, take in enumerate(takes)]
    return {
        "label": ", ".join(f"{take.round.label} {take.value}" for take in takes),
        "rules": [44, 32, 20, 8],
        "dots": dots,
        "line": " ".join(f"{x},{y}" for x, y in dots),
    }


@register.filter
def address_of(found: Any, slug: str) -> str:
    """Where a piece of evidence or a cause leads, as long as there is such a page; "" else.

    `found` has `view_name`, `pk` or `ref`, and `url`. What it names may be gone.
    """
    if getattr(found, "url", ""):
        return str(found.url)
    if not found.view_name:
        return ""
    key = getattr(found, "ref", None) or (None if hasattr(found, "ref") else found.pk)
    try:
        return reverse(found.view_name, args=[slug, *([key] if key else [])])
    except NoReverseMatch:
        return ""


@register.filter
def point(indicator: Indicator, value: int) -> str:
    """What a point of the scale is called: "In use"."""
    return indicator.points[value].label
