"""How many statements an answer has cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Queries"


class QueryCount:
    """Tells in a header how many statements went to the database. For the benchmark only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        tally = Tally()
        with connection.execute_wrapper(tally):
            response = self.get_response(request)
        response[HEADER] = str(tally.statements)
        return response


class Tally:
    """Counts the statements it is wrapped around."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.statements += 1
        return execute(*arguments)
