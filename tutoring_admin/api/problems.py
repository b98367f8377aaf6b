"""What goes wrong, said the same way each time (RFC 9457, application/problem+json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field

CONTENT_TYPE = "application/problem+json"
ABOUT = "/api/v1/reference#problem-"


class Wrong(BaseModel):
    """One parameter that cannot be read."""

    parameter: str = Field(description="Its name, as in the address.")
    detail: str = Field(description="What is wrong with it.")


class ProblemDetails(BaseModel):
    """Why a request got no data."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="An address that says more about this sort of problem.")
    title: str = Field(description="The sort of problem. The same words each time.")
    status: int = Field(description="The HTTP status, repeated.")
    detail: str = Field(description="What it is this time, and what helps.")
    errors: list[Wrong] | None = Field(
        default=None, description="The parameters that cannot be read (422 only)."
    )


SORTS: dict[int, tuple[str, str]] = {
    400: ("bad-cursor", "The cursor is not one of ours"),
    401: ("no-token", "A valid token is needed"),
    403: ("out-of-scope", "The token has no scope for this"),
    404: ("not-found", "There is no such record"),
    405: ("read-only", "This API only reads"),
    406: ("not-acceptable", "The answer is JSON"),
    422: ("bad-parameter", "A parameter cannot be read"),
    429: ("too-often", "Too many requests"),
    500: ("our-fault", "Something went wrong on our side"),
}
"""Status to the key and the words of the problem."""


class Problem(Exception):
    """Ends a request with a problem. `headers` go into the answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def response(self) -> HttpResponse:
        key, title = SORTS[self.status]
        said = ProblemDetails(
            type=ABOUT + key,
            title=title,
            status=self.status,
            detail=self.detail,
            errors=self.errors or None,
        )
        return HttpResponse(
            said.model_dump_json(exclude_none=True),
            status=self.status,
            content_type=CONTENT_TYPE,
            headers={"Cache-Control": "no-store", **self.headers},
        )


def not_found() -> Problem:
    """One and the same for a record that is not there, was deleted, or is another district's."""
    return Problem(HTTPStatus.NOT_FOUND, "No record of that kind has that id in this district.")


def unreadable(errors: Iterable[Wrong]) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "See errors for each parameter that cannot be read.",
        errors=errors,
    )


def from_validation(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """From what the parameters' types say against them."""
    return unreadable(
        Wrong(parameter=str(error["loc"][-1]), detail=str(error["msg"])) for error in errors
    )


def as_json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
