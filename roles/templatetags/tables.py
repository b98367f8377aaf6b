"""The control that takes a page's table along as a file."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from roles.tables.registry import find

register = template.Library()


@register.inclusion_tag("roles/_export.html", takes_context=True)
def export(
    context: dict[str, Any], name: str, *, named: bool = False, **more: Any
) -> dict[str, Any]:
    """`{% export "people" %}`: CSV and XLSX of a registered table, with the filters of the page and
    what else the table needs (`window=window.pk`). Nothing for whoever may not have it.
    `named=True` shows which table it is, where a page has two.
    """
    request, table = context["request"], find(name)
    if table is None:
        raise LookupError(name)
    if not request.access.reach(table.requires):
        return {"table": None}
    given = request.GET.copy()
    given.pop("page", None)
    for key, value in more.items():
        given[key] = str(value)
    query = f"?{given.urlencode()}" if given else ""
    files = {
        f"address_{kind}": reverse("roles:table-file", args=[request.district.slug, name, kind])
        + query
        for kind in ("csv", "xlsx")
    }
    return {"table": table, "named": named, **files}
