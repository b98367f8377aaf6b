"""How hours of learning are written."""

from __future__ import annotations

from django import template

from roadmap.learning_reports import hours as written

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """ "1 h 30 min" for 90."""
    return written.hours(minutes)
