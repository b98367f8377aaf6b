"""The addresses of the API, and what each answers. Every row is read behind the wall, in
a transaction that cannot write: when a token was last used is noted before it, at the door."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from pydantic import BaseModel, create_model

from roles.tracing import told_until
from roles.wall import district_scope
from tutoring_admin.api import deletions as gone
from tutoring_admin.api import windows
from tutoring_admin.api.assessment import EVIDENCE, INDICATORS
from tutoring_admin.api.deletions import Deletion
from tutoring_admin.api.doors import Token
from tutoring_admin.api.leadership import ASSIGNMENTS, JOB_DESCRIPTIONS, POSITIONS
from tutoring_admin.api.openapi import Document
from tutoring_admin.api.paging import (
    USUAL,
    Asked,
    Cursor,
    Id,
    Limit,
    Page,
    Since,
    address,
    answer,
    changed_at,
    since_changed,
)
from tutoring_admin.api.places import DISTRICTS, SCHOOL_YEARS, SCHOOLS
from tutoring_admin.api.problems import (
    Problem,
    ProblemDetails,
    Wrong,
    from_validation,
    not_found,
    unreadable,
)
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.roadmaps import LEARNING_LINES, LEARNING_SESSIONS, MILESTONES
from tutoring_admin.api.scopes import NEEDS, Caller, Scope

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
RESOURCES = (
    DISTRICTS,
    SCHOOL_YEARS,
    SCHOOLS,
    POSITIONS,
    ASSIGNMENTS,
    JOB_DESCRIPTIONS,
    windows.WINDOWS,
    MILESTONES,
    INDICATORS,
    EVIDENCE,
    LEARNING_LINES,
    LEARNING_SESSIONS,
)
PARAMETERS = frozenset({"cursor", "updated_since", "limit"})
EVERYWHERE_WRONG = (401, 403, 405, 406, 422, 429, 500)
DELETIONS_MEAN = (
    "Records that were deleted, of the kinds that the token's scopes open. What ends, closes or is"
    " withdrawn is no deletion: such a record stays and says so."
)


class Api(NinjaAPI):  # type: ignore[misc]
    """Without the pages that ninja would serve from elsewhere; the document is ours."""

    def get_openapi_schema(self, **more: Any) -> Any:
        return Document(super().get_openapi_schema(path_prefix="api/v1/")).finished()


api = Api(
    title="Tutoring leadership",
    version="1",
    urls_namespace="api-1",
    openapi_url=None,
    docs_url=None,
)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(ValidationError)
def _parameters(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    return from_validation(wrong.errors).response()


@api.exception_handler(Http404)
def _missing(request: HttpRequest, wrong: Http404) -> HttpResponse:
    return not_found().response()


@api.exception_handler(Exception)
def _our_fault(request: HttpRequest, wrong: Exception) -> HttpResponse:
    """The words of an exception may hold what the reader must not see: they go to the log."""
    log.error("The API failed at %s", request.path, exc_info=wrong)
    detail = "It has been noted. Try again; if it happens again, tell who runs the server."
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail).response()


def _caller(request: HttpRequest) -> Caller:
    """Whom the door let in: ninja keeps it there."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]


def _known_only(request: HttpRequest, *names: str) -> None:
    """A parameter misspelt would go unnoticed, and all records come instead of the new ones."""
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise unreadable(Wrong(parameter=name[:60], detail=_no_such(names)) for name in unknown)


def _no_such(names: tuple[str, ...]) -> str:
    known = f"There are {', '.join(sorted(names))}." if names else "There are none here."
    return f"No such parameter. {known}"


def _lister(resource: Resource, page: Any) -> View:
    def list_(
        request: HttpRequest,
        cursor: Cursor = None,
        updated_since: Since = None,
        limit: Limit = USUAL,
    ) -> HttpResponse:
        _known_only(request, *PARAMETERS)
        asked = Asked.read(cursor, updated_since, limit)
        caller = _caller(request)
        with district_scope(caller.district, reads_only=True):
            said = _page(request, resource, page, asked)
        return answer(request, said, leave_out="as_of")

    return list_


def _page(request: HttpRequest, resource: Resource, page: Any, asked: Asked) -> BaseModel:
    caller = _caller(request)
    reach = caller.access.reach(NEEDS[resource.scope])
    as_of = told_until()
    found = since_changed(resource.rows(reach), resource.kind, reach, asked.since)
    rows = list(found.filter(pk__gt=asked.after).order_by("pk")[: asked.limit + 1])
    shown = rows[: asked.limit]
    changed = changed_at([row.pk for row in shown], resource.kind, reach)
    return cast(
        "BaseModel",
        page.model_construct(
            data=resource.show(shown, Reading(caller, reach, changed)) if shown else [],
            next=address(request, shown[-1].pk, asked) if len(rows) > len(shown) else None,
            as_of=as_of,
        ),
    )


def _reader(resource: Resource) -> View:
    def read(request: HttpRequest, id: Id) -> HttpResponse:
        _known_only(request)
        caller = _caller(request)
        with district_scope(caller.district, reads_only=True):
            row, reading = _one(caller, resource, id)
            said = resource.show([row], reading)[0]
        return answer(request, said)

    return read


def _one(caller: Caller, resource: Resource, pk: int) -> tuple[Any, Reading]:
    reach = caller.access.reach(NEEDS[resource.scope])
    row = resource.rows(reach).filter(pk=pk).first()
    if row is None:
        raise not_found()
    return row, Reading(caller, reach, changed_at([pk], resource.kind, reach))


def _wrong(*more: int) -> dict[int, Any]:
    return dict.fromkeys(sorted((*EVERYWHERE_WRONG, *more)), ProblemDetails)


def _serve(resource: Resource) -> None:
    word = resource.kind.replace("-", "_")
    page = create_model(
        f"{resource.record.__name__.removesuffix('Record')}Page",
        __base__=Page[resource.record],  # type: ignore[name-defined]
    )
    door = Token(resource.scope)
    api.get(
        f"/{resource.kind}",
        auth=door,
        response={200: page, 304: None, **_wrong(400)},
        operation_id=f"list_{word}",
        summary=f"List {resource.title.lower()}",
        description=f"{resource.means} Scope: `{resource.scope}`.",
        tags=[resource.title],
        by_alias=True,
        url_name=f"{resource.kind}-list",
    )(_lister(resource, page))
    api.get(
        f"/{resource.kind}/{{int:id}}",
        auth=door,
        response={200: resource.record, 304: None, **_wrong(404)},
        operation_id=f"read_{word}",
        summary=f"Read one of {resource.title.lower()}",
        description=f"By its id. Scope: `{resource.scope}`.",
        tags=[resource.title],
        by_alias=True,
        url_name=f"{resource.kind}-detail",
    )(_reader(resource))


for each in RESOURCES:
    _serve(each)


@api.get(
    "/windows/{int:id}/results",
    auth=Token(Scope.RESULTS),
    response={200: windows.WindowResults, 304: None, **_wrong(404)},
    operation_id="read_window_results",
    summary="Read the results of a checklist window",
    description="What groups of three people or more were rated, once the window has closed."
    " Scope: `results`.",
    tags=[windows.WINDOWS.title],
    by_alias=True,
    url_name="window-results",
)
def window_results(request: HttpRequest, id: Id) -> HttpResponse:
    _known_only(request)
    caller = _caller(request)
    with district_scope(caller.district, reads_only=True):
        said = windows.results(*_one(caller, windows.WINDOWS, id))
    return answer(request, said)


DeletionPage = create_model("DeletionPage", __base__=Page[Deletion])


@api.get(
    "/deletions",
    auth=Token(None),
    response={200: DeletionPage, 304: None, **_wrong(400)},
    operation_id="list_deletions",
    summary="List deletions",
    description=DELETIONS_MEAN + " Any scope.",
    tags=["Deletions"],
    by_alias=True,
    url_name="deletions-list",
)
def list_deletions(
    request: HttpRequest,
    cursor: Cursor = None,
    updated_since: Since = None,
    limit: Limit = USUAL,
) -> HttpResponse:
    _known_only(request, *PARAMETERS)
    asked = Asked.read(cursor, updated_since, limit)
    caller = _caller(request)
    open_ = [each for each in RESOURCES if each.scope in caller.scopes]
    with district_scope(caller.district, reads_only=True):
        as_of = told_until()
        reach = caller.access.reach(NEEDS[open_[0].scope]) if open_ else None
        kinds = [each.kind for each in open_]
        found = gone.deletions(reach, kinds, asked)[: limit + 1] if reach else []
        rows = list(found)
    shown = rows[:limit]
    said = DeletionPage.model_construct(
        data=[gone.shown(row) for row in shown],
        next=address(request, shown[-1].pk, asked) if len(rows) > len(shown) else None,
        as_of=as_of,
    )
    return answer(request, said, leave_out="as_of")
