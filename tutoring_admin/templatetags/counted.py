"""Figures that lead to the rows they count."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tutoring_admin.dashboards.homes.links import Link

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: Any, link: Link) -> str:
    """The address of a link in the district of the request."""
    return address_of(link, context["request"].district.slug)


@register.simple_tag(takes_context=True)
def counted(context: Any, number: object, link: Link, unit: str = "") -> SafeString:
    """`{% counted 4 links.vacant %}`: the number as a link to exactly the rows that it counts, with
    its `unit` behind.

    `data-count` and the link's `by` (what the page behind it calls that number) are for a test that
    opens each link and compares.
    """
    told = f"{number:,}" if isinstance(number, int) else str(number)
    return format_html(
        '<a class="counted" href="{}" data-count="{}" data-by="{}">{}{}</a>',
        address_of(link, context["request"].district.slug),
        number,
        link.by,
        told,
        unit,
    )


def address_of(link: Link, slug: str) -> str:
    where = reverse(link.view_name, args=[slug, *link.args])
    return f"{where}{'?' + link.query if link.query else ''}{'#' + link.at if link.at else ''}"
