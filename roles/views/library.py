"""What is new in the role library, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roles.capabilities import Capability
from roles.models import LeadershipRole
from roles.pages import DistrictRequest, page
from roles.reports import library as report
from roles.services import library, library_updates
from roles.services.refusal import Refused

MANAGE = Capability.ROLES_MANAGE


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    context = {"updates": report.updates(request.reach), "edition": library.EDITION}
    return render(request, "roles/library.html", context)


@page("POST", requires=MANAGE)
def answer(request: DistrictRequest, pk: int) -> HttpResponse:
    """One change of one role: taken over, or the district's own words kept."""
    role = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    answers = {"take": library_updates.take_over, "keep": library_updates.keep_ours}
    act = answers.get(request.POST.get("answer", ""))
    if act is None:
        raise Http404
    path, seen = request.POST.get("path", ""), request.POST.get("seen", "")
    done = "taken over" if act is library_updates.take_over else "kept as it is here"
    return _answer(
        request,
        lambda: act(role, path, seen=seen, by=request.reach),
        f"{role.title}: {done}.",
        f"#role-{pk}",
    )


@page("POST", requires=MANAGE)
def take_all(request: DistrictRequest) -> HttpResponse:
    """Everything that touches nothing edited here."""
    done = library_updates.take_over_untouched(by=request.reach)
    words = f"{done} change{'' if done == 1 else 's'} taken over. Nothing you edited was touched."
    messages.success(request, words)
    return redirect("roles:library", district=request.district.slug)


@page("POST", requires=MANAGE)
def role(request: DistrictRequest) -> HttpResponse:
    """A role the district has no copy of: added, or done without."""
    key = request.POST.get("key", "")
    title = library.newest().get(key, {}).get("title", "")
    answers: dict[str, tuple[Callable[..., Any], str]] = {
        "add": (library_updates.add_role, f"{title} is added, with its responsibilities."),
        "decline": (library_updates.decline_role, f"Noted: this district does without {title}."),
    }
    if request.POST.get("answer", "") not in answers:
        raise Http404
    act, done = answers[request.POST["answer"]]
    return _answer(request, lambda: act(key, by=request.reach), done, "")


def _answer(
    request: DistrictRequest, act: Callable[[], Any], done: str, anchor: str
) -> HttpResponse:
    """Do it and come back to the list, with the refusal's own words if it was refused."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(reverse("roles:library", args=[request.district.slug]) + anchor)
