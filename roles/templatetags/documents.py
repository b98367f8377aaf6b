"""Tags for job descriptions, on the screen and on paper."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# PDF readers know tables better than description lists, so paper gets rows.
ROWS = {"table": '<tr><th scope="row">{}</th><td>{}</td></tr>'}
SCREEN = "<div><dt>{}</dt><dd>{}</dd></div>"


@register.simple_tag
def fact(label: str, value: str, medium: str = "") -> SafeString | str:
    """One labelled fact; nothing where there is no value."""
    return format_html(ROWS.get(medium, SCREEN), label, value) if value else ""
