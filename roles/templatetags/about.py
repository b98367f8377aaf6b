"""Names as links to the pages about what they name."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles.about import address_of

register = template.Library()


@register.simple_tag(takes_context=True)
def department(context: dict[str, Any], pk: int | None, name: object) -> SafeString:
    """`{% department row.department_id row.department %}`: its name, as a link for whoever may open
    its page.
    """
    address = address_of(context["request"], "department", pk)
    if not address:
        return format_html("{}", name)
    return format_html('<a href="{}">{}</a>', address, name)
