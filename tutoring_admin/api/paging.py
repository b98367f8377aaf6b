"""A page of records: the cursor, what changed since, and whether the reader has it already."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from ninja import Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from roles.access import Reach
from roles.models import Trace
from roles.tracing import KEPT_FOR
from tutoring_admin.api.problems import Problem, Wrong, unreadable

USUAL, MOST = 100, 200  # records on a page
FORM = "1"  # of the cursor
LARGEST = 2**63 - 1


class Shown(BaseModel):
    """A part of an answer. Names are in camelCase outside, as in Ed-Fi and OneRoster."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Record(Shown):
    """What every record has."""

    id: int = Field(description="Stays with the record for as long as it is there.")
    updated_at: AwareDatetime = Field(description="When it, or a part of it, last changed (UTC).")


Row = TypeVar("Row", bound=Shown)


class Page(Shown, Generic[Row]):
    """Some records, in the order of their ids."""

    data: list[Row] = Field(description="The records of this page.")
    next: str | None = Field(
        description="The address of the next page; null on the last. Also in the Link header."
    )
    as_of: AwareDatetime = Field(
        description="Send this as updated_since the next time, and nothing is missed. Take it from"
        " the first page of a run. It may lie a little in the past: a record can come twice."
    )


@dataclass(frozen=True)
class Asked:
    """Which page a request asks for."""

    after: int
    since: dt.datetime | None
    limit: int

    @classmethod
    def read(cls, cursor: str | None, since: dt.datetime | None, limit: int) -> Asked:
        if since is not None and since < timezone.now() - KEPT_FOR:
            raise unreadable([Wrong(parameter="updated_since", detail=TOO_LONG_AGO)])
        return cls(_after(cursor), since, limit)


TOO_LONG_AGO = (
    f"Deletions are told for {KEPT_FOR.days} days. Read everything once, without updated_since."
)
Since = Annotated[
    AwareDatetime | None,
    Query(
        description="Only records that changed at this time or later: RFC 3339 with an offset, such"
        " as 2026-11-05T08:30:00Z. Use asOf of an earlier answer. In an address a plus sign is"
        " written %2B.",
        examples=["2026-11-05T08:30:00Z"],
    ),
]
Cursor = Annotated[
    str | None,
    Query(description="Where the page begins: from the address in next.", max_length=64),
]
Limit = Annotated[int, Query(description="How many records a page holds at most.", ge=1, le=MOST)]
Id = Annotated[int, Path(description="The id of the record.", ge=1, le=LARGEST)]


def since_changed(rows: QuerySet, kind: str, reach: Reach, since: dt.datetime | None) -> QuerySet:
    """Those that changed at that time or later. Deleted ones are not among them."""
    if since is None:
        return rows
    traces = Trace.objects.reachable(reach).filter(kind=kind, at__gte=since)
    return rows.filter(pk__in=traces.values("row_pk"))


def changed_at(keys: Sequence[int], kind: str, reach: Reach) -> dict[int, dt.datetime]:
    """When each of these last changed. One query."""
    traces = Trace.objects.reachable(reach).filter(kind=kind, row_pk__in=keys).order_by()
    return dict(traces.values_list("row_pk").annotate(last=Max("at")))


def address(request: HttpRequest, after: int, asked: Asked) -> str:
    """Of the page that begins after a record."""
    said = {"cursor": _cursor(after), "limit": asked.limit}
    if asked.since is not None:
        said["updated_since"] = asked.since.isoformat()
    return f"{settings.SITE_URL.rstrip('/')}{request.path}?{urlencode(said)}"


def answer(request: HttpRequest, said: BaseModel, *, leave_out: str = "") -> HttpResponse:
    """The JSON, or 304 if the reader has it. `leave_out` names what may differ without notice."""
    body = said.model_dump_json(by_alias=True).encode()
    stable = (
        said.model_dump_json(by_alias=True, exclude={leave_out}).encode() if leave_out else body
    )
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = f'W/"{hashlib.sha256(stable).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache"  # kept by the reader, asked for each time
    following: Any = getattr(said, "next", None)
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    found = get_conditional_response(request, response["ETag"], None, response)
    return found if isinstance(found, HttpResponse) else response


def _cursor(after: int) -> str:
    return base64.urlsafe_b64encode(f"{FORM}:{after}".encode()).decode().rstrip("=")


def _after(cursor: str | None) -> int:
    """The id that a cursor of ours stands for; 0 for none. 400 for any other text."""
    if cursor is None:
        return 0
    try:
        form, _, number = (
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            .decode("ascii")
            .partition(":")
        )
    except (binascii.Error, UnicodeError, ValueError):
        form, number = "", ""
    if form != FORM or not number.isascii() or not number.isdigit() or int(number) > LARGEST:
        detail = "Take the cursor from next of an earlier answer, or leave it out to begin anew."
        raise Problem(HTTPStatus.BAD_REQUEST, detail)
    return int(number)
