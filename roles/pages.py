"""The one way to declare a page inside a district."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from roles.access import Access, Reach
from roles.capabilities import Capability

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from roles.models import District, Membership, SupportVisit, User


class DistrictRequest(HttpRequest):
    """A request to /d/<slug>/…, after the middleware and `@page` have looked at it."""

    user: User
    district: District
    access: Access
    reach: Reach
    memberships: list[Membership]
    visit: SupportVisit | None
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def page(*methods: str, requires: Capability) -> Callable[[View], View]:
    """Declare a district page: its methods and the one capability it needs.

    Sets `request.reach`. Answers 405 to other methods and 403 to people without the capability
    anywhere in the district.
    """

    def decorate(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: DistrictRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.reach = request.access.reach(requires)
            if not request.reach:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.requires = requires  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        return guarded

    return decorate
