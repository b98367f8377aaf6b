"""What holds for every answer of the API: no cookie is read or set, every error is a problem."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from tutoring_admin.api.problems import Problem

PREFIX = "/api/"


class NoCookies:
    """Takes the cookies off a request to the API, so that nobody is signed in there by accident.

    Stands before the session: what another tab of a browser may do is no business of a token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.cookies.clear()
        named = [name.strip() for name in response.get("Vary", "").split(",")]
        response["Vary"] = ", ".join(name for name in named if name and name != "Cookie")
        return response


def shielded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view with HEAD beside GET, and with its refusals said as problems."""

    @csrf_exempt  # there is no cookie that another site could make use of, and nothing is written
    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked  # the server leaves the body out
        response = view(request, *args, **kwargs)
        request.method = asked
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = read_only()
        patch_vary_headers(response, ["Authorization", "Accept"])
        return response

    return answered


def read_only() -> HttpResponse:
    detail = "Use GET. Records are changed by people, in the product."
    headers = {"Allow": "GET, HEAD"}
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers=headers).response()


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have."""
    detail = "The API has nothing at this address. See /api/v1/reference."
    return Problem(HTTPStatus.NOT_FOUND, detail).response()
