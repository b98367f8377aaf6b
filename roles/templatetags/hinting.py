"""What is asked beside a field, as plain words for the list above a form."""

import re

from django import template
from django.utils.html import strip_tags

register = template.Library()
_BOX = re.compile(r"<label.*?</label>", re.S)


@register.filter
def without_box(error: object) -> str:
    """An error's words, without the box that a question may hold."""
    said = str(error)
    return strip_tags(_BOX.sub("", said)).strip() if hasattr(error, "__html__") else said
