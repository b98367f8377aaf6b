"""The cells of the heat map, composed here: a page has hundreds of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from checklists.reports.heat import Cell
from roles.templatetags.ui import icon

register = template.Library()

SHAPES = {"lv1": "half", "lv0": "triangle"}
MEANS = {"lvx": "not in"}  # for the ear: a dash says nothing


@register.simple_tag
def heat_cells(cells: Iterable[Cell]) -> SafeString:
    """The `<td>` of each cell: its level, the windows before, what changed."""
    return format_html_join("", "{}", ((_cell(cell),) for cell in cells))


@lru_cache(maxsize=2048)
def _cell(cell: Cell) -> SafeString:
    shape = icon(SHAPES[cell.tone]) if cell.tone in SHAPES else ""
    before = cell.before and format_html(
        '<small class="lv__was"><span class="visually-hidden">before: </span>{}</small>',
        " ".join(cell.before),
    )
    change = cell.change and format_html(
        '{}<span class="visually-hidden"> {}</span>', icon(cell.change), cell.change
    )
    unsaid = MEANS.get(cell.tone, "")
    word = unsaid and format_html('<span class="visually-hidden">{}</span>', unsaid)
    return format_html(
        '<td><span class="lv {}">{}{}{}{}</span>{}</td>',
        cell.tone, shape, cell.level, word, change or "", before or "",
    )  # fmt: skip
