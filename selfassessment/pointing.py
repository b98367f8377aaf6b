"""Links by which evidence points at a record of the product itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

VERSION = ("roles:version", "roles:version-pdf", "roles:version-file", "roles:version-word")


def version_at(link: str, slug: str) -> int | None:
    """The version of a job description that a link of this district's own pages leads to."""
    parts = urlsplit(link)
    if parts.netloc != urlsplit(settings.SITE_URL).netloc:
        return None
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    is_ours = found.view_name in VERSION and found.kwargs.get("district") == slug
    return int(found.kwargs["pk"]) if is_ours else None
