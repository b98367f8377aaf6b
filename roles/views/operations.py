"""Letters that did not go out by themselves, and what to do about them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.models import Letter
from roles.pages import DistrictRequest, page
from roles.reports import letters as reports
from roles.services import resending
from roles.services.refusal import Refused

PER_PAGE = 25
TROUBLE = ("late", "unsure", "failed", "expired")  # what is looked at first, in this order


@page("GET", requires=Capability.PEOPLE_MANAGE)
def letters(request: DistrictRequest) -> HttpResponse:
    heaps = {heap.key: heap for heap in reports.heaps(request.reach)}
    first = next((key for key in TROUBLE if heaps[key].number), "due")
    here = heaps.get(request.GET.get("show", ""), heaps[first])
    found = reports.heap(request.reach, here.key)
    context = {
        "heaps": heaps.values(),
        "here": here,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "trouble": sum(heaps[key].number for key in ("failed", "expired", "unsure", "late")),
        "may_read_audit": bool(request.access.reach(Capability.AUDIT_VIEW)),
        "may_manage": True,
        "again": resending.AGAIN,
        "aside": resending.ASIDE,
    }
    return render(request, "roles/operations.html", context)


@page("POST", requires=Capability.PEOPLE_MANAGE)
def letter_again(request: DistrictRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, resending.send_again, "The letter to {} goes out again.")


@page("POST", requires=Capability.PEOPLE_MANAGE)
def letter_aside(request: DistrictRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, resending.set_aside, "The letter to {} is set aside.")


def _decide(
    request: DistrictRequest, pk: int, act: Callable[..., None], words: str
) -> HttpResponse:
    letter = get_object_or_404(Letter.objects.reachable(request.reach), pk=pk)
    try:
        act(letter, by=request.reach)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, words.format(letter.to))
    back = redirect("roles:letters", district=request.district.slug)
    if (show := request.POST.get("show", "")) in {key for key, _, _ in reports.HEAPS}:
        back["Location"] += f"?show={show}"
    return back
