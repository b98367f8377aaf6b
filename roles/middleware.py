"""From the district in the address to one transaction behind the wall."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from psycopg2.errors import ReadOnlySqlTransaction

from roles import proofs
from roles.access import Access
from roles.models import Membership, SignOnProvider, SupportVisit, User
from roles.pages import DistrictRequest
from roles.wall import district_scope


class DistrictMiddleware:
    """Runs the view and its rendering inside the district's scope. Stands last in the list.

    People without a membership get the answer that an unknown district gives: 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            # Pages and files name people, and schools share devices: none is kept there.
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        slug = kwargs.pop("district", None)
        if slug is None:
            return None
        if not request.user.is_authenticated:
            raise Http404
        inside = self._admit(request, slug)
        if shut := _shut(inside):
            return shut
        if inside.visit:
            return _show_support(inside, inside.visit, partial(view, inside, *args, **kwargs))
        with timezone.override(inside.district.zone), district_scope(inside.district):
            return _finish(view(inside, *args, **kwargs))

    def _admit(self, request: HttpRequest, slug: str) -> DistrictRequest:
        """Look up what this person may do here; the only look outside the wall."""
        user = cast("User", request.user)
        memberships = list(
            Membership.objects.filter(user=user).select_related("district", "school")
        )
        here = [m for m in memberships if m.district.slug == slug]
        visit = None if here else _visit(user, slug)
        inside = cast("DistrictRequest", request)
        inside.memberships = memberships
        inside.visit = visit
        if visit:
            inside.district = visit.district
            inside.access = Access.for_support(user, inside.district)
        else:
            inside.district = here[0].district
            inside.access = Access.from_memberships(user, inside.district, here)
        return inside


def _visit(user: User, slug: str) -> SupportVisit:
    """The visit that an operator of the installation was allowed here, while it is in force."""
    if not user.is_staff:
        raise Http404
    visits = SupportVisit.objects.in_force().filter(operator=user, district__slug=slug)
    visit: SupportVisit | None = visits.select_related("district").first()
    if visit is None:
        raise Http404
    return visit


def _shut(request: DistrictRequest) -> HttpResponse | None:
    """The page for someone whose way of signing in this district does not take; None if it does."""
    if request.visit:
        if proofs.of(request.session).own:
            return None
        raise Http404
    door = proofs.door(request, request.user, request.district)
    if door == proofs.Door.OPEN:
        return None
    with district_scope(request.district):
        providers = list(SignOnProvider.objects.offered().filter(district=request.district))
    # Not the district's own layout: nothing of it is shown to who is not let in.
    context = {"door": door, "place": request.district, "providers": providers}
    return render(request, "account/other_sign_in.html", context, status=403)


def _show_support(
    request: DistrictRequest, visit: SupportVisit, answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """One page of a visit: on record before it is opened, and read in a transaction that cannot
    write.
    """
    if request.method not in {"GET", "HEAD"}:
        raise PermissionDenied
    with district_scope(visit.district):
        visit.note_page(request.get_full_path())
    try:
        with (
            timezone.override(visit.district.zone),
            district_scope(visit.district, reads_only=True),
        ):
            return _finish(answer())
    except InternalError as trouble:
        if isinstance(trouble.__cause__, ReadOnlySqlTransaction):
            raise PermissionDenied from trouble  # a page that leaves something behind
        raise


def _finish(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    if response.streaming and not isinstance(response, FileResponse):
        raise RuntimeError("A streamed answer would read outside the district's transaction.")
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response
