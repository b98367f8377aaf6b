"""A binder as the HTML of its printed pages, and what it is called."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from roles.letterhead import logo_data_uri
from selfassessment.binding.contents import Contents
from selfassessment.models import Round


def title_of(round_: Round) -> str:
    return f"Evidence binder, {round_.label}, {round_.school_year.name}"


def page_of(contents: Contents) -> str:
    """The same contents give the same page."""
    context = {
        "binder": contents,
        "district": contents.district,
        "round": contents.round,
        "title": title_of(contents.round),
        "logo": logo_data_uri(contents.district),
        "site": settings.SITE_URL,
    }
    with timezone.override(contents.district.zone):
        return render_to_string("print/selfassessment/binder.html", context)
