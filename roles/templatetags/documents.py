"""Tags for job descriptions, on the screen and on paper."""

import unicodedata

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from roles.reports import pdfs

register = template.Library()

# PDF readers know tables better than description lists, so paper gets rows.
ROWS = {"table": '<tr><th scope="row">{}</th><td>{}</td></tr>'}
SCREEN = "<div><dt>{}</dt><dd>{}</dd></div>"


@register.simple_tag
def fact(label: str, value: str, medium: str = "") -> SafeString | str:
    """One labelled fact; nothing where there is no value."""
    return format_html(ROWS.get(medium, SCREEN), label, value) if value else ""


@register.simple_tag
def direction(text: str) -> SafeString | str:
    """The attribute dir="rtl" for an element whose text begins in a script that runs so.

    Browsers have dir="auto" for it, which what sets our pages does not know.
    """
    strong = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return "" if first == "L" else mark_safe(' dir="rtl"')


@register.simple_tag
def label(key: object) -> SafeString:
    """Makes `key` the marker of a list item in a PDF, where it is read out as the item's label.

    Not for pages: there, styles in attributes are refused.
    """
    escaped = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in str(key))
    return mark_safe(f' class="labelled" style="list-style-type: \'{escaped}\\2002 \'"')  # noqa: S308 -- escaped


register.simple_tag(pdfs.pdf_state)
