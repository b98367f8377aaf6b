"""Every page of the product, read off the address table."""

from django.urls import URLPattern, get_resolver


def pages(patterns=None, prefix="", names=()):
    """Yield (route, name, view) of every page."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, ":".join((*names, entry.name or "?")), entry.callback
        else:
            yield from pages(entry.url_patterns, route, (*names, *filter(None, [entry.namespace])))


def district_pages():
    return [(route, name, view) for route, name, view in pages() if route.startswith("d/")]
