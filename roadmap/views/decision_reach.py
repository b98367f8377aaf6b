"""What the pages about decisions share: how to get one, and what all of them show of it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.decision_log import RELATED
from roadmap.decision_story import Story, story_of
from roadmap.models import DecisionRequest
from roadmap.services import decisions
from roles.access import Reach
from roles.capabilities import Capability
from roles.pages import DistrictRequest

ANSWER, ASK = Capability.DECISION_ANSWER, Capability.DECISION_ASK


def decision_or_404(request: DistrictRequest, pk: int) -> DecisionRequest:
    found = DecisionRequest.objects.reachable(request.reach).select_related(*RELATED)
    shown: DecisionRequest = get_object_or_404(found, pk=pk)
    shown.district = request.district
    return shown


def manages(request: DistrictRequest) -> Reach:
    return request.access.reach(Capability.ROADMAP_MANAGE)


def own_decision(request: DistrictRequest, pk: int) -> DecisionRequest:
    """One that the reader asked, or speaks for since they run the roadmap; else 403."""
    shown = decision_or_404(request, pk)
    if not decisions.may_reword(shown, request.reach, manages(request)):
        raise PermissionDenied
    return shown


def told(request: DistrictRequest, shown: DecisionRequest) -> dict[str, Any]:
    """The context of a page about one decision."""
    today = request.district.today()
    story = story_of(shown, request.user, today)
    asks = request.access.reach(ASK)
    return {
        "decision": shown,
        "story": story,
        "today": today,
        "may_answer": story.may_answer and bool(request.access.reach(ANSWER)),
        "may_reword": shown.is_open
        and bool(asks)
        and decisions.may_reword(shown, asks, manages(request)),
        "may_confirm": bool(request.access.reach(Capability.DEPARTMENT_WORK)),
    }


def seen_in(request: DistrictRequest) -> int:
    """The newest turn that the page was built on; 0 where the page does not say."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 18 else 0


def back_to(request: DistrictRequest, pk: int) -> HttpResponse:
    return redirect("roadmap:decision", district=request.district.slug, pk=pk)


def say(request: DistrictRequest, words: str, *, changed: bool) -> None:
    if changed:
        messages.success(request, words)
    else:
        messages.info(request, "That was done already. This is how it stands.")


def kept(
    request: DistrictRequest, pk: int, why: str, typed: Iterable[tuple[str, str]]
) -> HttpResponse:
    """It ended while somebody wrote: what happened, and what they had written, to copy."""
    shown = decision_or_404(request, pk)
    context = told(request, shown) | {
        "why": why,
        "typed": [(label, words) for label, words in typed if words.strip()],
    }
    return render(request, "roadmap/decision_kept.html", context, status=HTTPStatus.CONFLICT)


def named(story: Story) -> list[str]:
    """Who is told of an answer that concerns departments: their partners, or that there is none."""
    return [
        f"{promise.row.department}: {' and '.join(map(str, promise.partners)) or 'no partner yet'}"
        for promise in story.promises
    ]
