"""How a point of the 0 to 3 scale looks: a chip for the team's rating, plain words for a hint."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles.templatetags.ui import status
from selfassessment.library import Indicator

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
def point_word(indicator: Indicator, value: int | str | None) -> SafeString:
    """A hint, or an earlier rating, as "2, In use"; without one a dash, and a word for the ear."""
    if value in (None, ""):
        return NO_VALUE
    point = indicator.points[int(value)]
    return format_html("{}, {}", point.value, point.label)
