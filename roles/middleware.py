"""From the district in the address to one transaction behind the wall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from roles.access import Access
from roles.models import Membership, User
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
        with timezone.override(inside.district.zone), district_scope(inside.district):
            return _finish(view(inside, *args, **kwargs))

    def _admit(self, request: HttpRequest, slug: str) -> DistrictRequest:
        """Look up what this person may do here; the only look outside the wall."""
        user = cast("User", request.user)
        memberships = list(
            Membership.objects.filter(user=user).select_related("district", "school")
        )
        here = [m for m in memberships if m.district.slug == slug]
        if not here:
            raise Http404
        inside = cast("DistrictRequest", request)
        inside.district = here[0].district
        inside.memberships = memberships
        inside.access = Access.from_memberships(user, inside.district, here)
        return inside


def _finish(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    if response.streaming and not isinstance(response, FileResponse):
        raise RuntimeError("A streamed answer would read outside the district's transaction.")
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response
