"""What tests of the self-assessment's pages share."""

from django.urls import reverse


def at(year, name, **kwargs):
    """The address of a page in the district of a school year."""
    return reverse(f"selfassessment:{name}", kwargs={"district": year.district.slug, **kwargs})


def text(response):
    """The page as one line, so that a sentence is found wherever the template breaks it."""
    return " ".join(response.content.decode().split())
