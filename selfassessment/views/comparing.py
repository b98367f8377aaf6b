"""Two rounds side by side, to read and to print."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from selfassessment.models import Round
from selfassessment.reports import comparing


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def compare(request: DistrictRequest) -> HttpResponse:
    """`?from=` and `?to=` name rounds by their number; the older one is "from" whatever the order.

    Without both, the last two are compared; 404 for a round that is not there.
    """
    rounds = comparing.choices(request.reach)
    chosen = _chosen(request, rounds) or comparing.default_pair(rounds)
    shown = comparing.compared(request.reach, *chosen) if chosen else None
    return render(request, "selfassessment/compare.html", {"rounds": rounds, "shown": shown})


def _chosen(request: DistrictRequest, rounds: Sequence[Round]) -> tuple[Round, Round] | None:
    keys = [request.GET.get(name, "") for name in ("from", "to")]
    if not any(keys):
        return None
    by_key = {str(each.pk): each for each in rounds}
    if not all(key in by_key for key in keys):
        raise Http404
    one, other = (by_key[key] for key in keys)
    if one == other:
        return None
    return (one, other) if rounds.index(one) > rounds.index(other) else (other, one)
