"""Where to go to rate an indicator again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from roles.models import District
from selfassessment.gaps import Work
from selfassessment.library import indicators_of
from selfassessment.models import Round


@dataclass(frozen=True)
class Again:
    """`path` leads to where it is rated; without one `note` says what it waits for."""

    path: str = ""
    note: str = ""


def again(district: District, work: Work, unfinished: Round | None) -> Again:
    """To the round that is open and takes the indicator, or to opening one that takes it alone."""
    code = work.gap.code
    if unfinished is None:
        query = urlencode({"codes": code})
        return Again(f"{reverse('selfassessment:round-open', args=[district.slug])}?{query}")
    if not unfinished.is_open:
        return Again(note=f"{unfinished.label} waits for its signatures. Then {code} can be rated.")
    if code not in {each.code for each in indicators_of(unfinished)}:
        return Again(note=f"{unfinished.label} is open without {code}. Rate it in the next round.")
    return Again(reverse("selfassessment:room", args=[district.slug, unfinished.pk]))
