"""Looking up a duty's key in a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def key_of(keys: Mapping[int, str], pk: Any) -> str:
    """The key of the duty with this primary key (a number or its digits); "" if none."""
    return keys.get(int(pk), "") if str(pk or "").isdigit() else ""
