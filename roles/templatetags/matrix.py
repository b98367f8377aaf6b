"""The cells of the role matrix: hundreds on a page, so composed here from five ready pieces."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles.reports.matrix import LETTERS, AreaRow

register = template.Library()

PIECES: dict[str, SafeString] = {
    "": SafeString('<td><span class="visually-hidden">Not involved</span></td>'),
    **{
        part.value: format_html(
            '<td><b class="mx-l mx-l--{}" aria-hidden="true">{}</b>'
            '<span class="visually-hidden">{}</span></td>',
            letter.lower(),
            letter,
            part.label,
        )
        for part, letter in LETTERS.items()
    },
}


@register.filter
def cells(row: AreaRow) -> SafeString:
    """One `<td>` for each party: the letter to see, the words to hear."""
    return SafeString("".join(PIECES[cell.part] for cell in row.cells))
