"""The reference that people read, made from the same document as machines get. Open to everyone:
it names no district.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tutoring_admin.api.problems import SORTS, as_json
from tutoring_admin.api.routes import DELETIONS_MEAN, RESOURCES, api
from tutoring_admin.api.scopes import Scope

KEPT = {"Cache-Control": "public, max-age=300"}


@dataclass(frozen=True)
class Line:
    """One field of a record, or one parameter."""

    name: str
    type: str
    says: str
    needed: bool = True


@dataclass(frozen=True)
class Part:
    """A record inside a record."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Chapter:
    """One kind of record: where it is read, and what it holds."""

    key: str
    title: str
    means: str
    scope: str
    addresses: tuple[str, ...]
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """For machines: OpenAPI 3.1."""
    return HttpResponse(_document(), content_type="application/json", headers=KEPT)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """For people."""
    problems = [(status, *words) for status, words in SORTS.items()]
    context = {
        "chapters": _chapters(),
        "problems": problems,
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "parameters": _parameters(),
        "root": settings.SITE_URL.rstrip("/") + "/api/v1",
    }
    response = render(request, "systems/token_reference.html", context)
    response["Cache-Control"] = KEPT["Cache-Control"]
    return response


@cache
def _document() -> bytes:
    return as_json(api.get_openapi_schema())


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = api.get_openapi_schema()
    return found


@cache
def _chapters() -> tuple[Chapter, ...]:
    chapters = [
        _chapter(
            resource.kind,
            resource.title,
            resource.means,
            resource.scope,
            _addresses(resource.title),
            resource.record.__name__,
        )
        for resource in RESOURCES
    ]
    results = _chapter(
        "window-results",
        "Results of a window",
        "What groups of three people or more were rated, once the window has closed.",
        Scope.RESULTS,
        ("/windows/{id}/results",),
        "WindowResults",
    )
    deletions = _chapter(
        "deletions", "Deletions", DELETIONS_MEAN, "any", ("/deletions",), "Deletion"
    )
    return (*chapters, results, deletions)


def _addresses(tag: str) -> tuple[str, ...]:
    return tuple(
        path.removeprefix("/api/v1")
        for path, operations in _schema()["paths"].items()
        if tag in operations["get"]["tags"] and not path.endswith("/results")
    )


def _chapter(
    key: str, title: str, means: str, scope: str, addresses: tuple[str, ...], record: str
) -> Chapter:
    said = _record(record)
    nested = [name for part in said["properties"].values() for name in _names(part)]
    parts = tuple(Part(name, _lines(_record(name))) for name in nested if _is_record(name))
    return Chapter(key, title, means, scope, addresses, _lines(said), parts)


def _record(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _schema()["components"]["schemas"][name]
    return found


def _is_record(name: str) -> bool:
    return "properties" in _record(name)


def _names(part: dict[str, Any]) -> list[str]:
    """The schemas that a field points to."""
    found = [part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else []
    inner = [*part.get("anyOf", []), *part.get("allOf", [])]
    if isinstance(part.get("items"), dict):
        inner.append(part["items"])
    return found + [name for each in inner for name in _names(each)]


def _lines(said: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(name, _type(part), part.get("description", ""))
        for name, part in said["properties"].items()
    )


def _parameters() -> tuple[Line, ...]:
    found = _schema()["paths"]["/api/v1/milestones"]["get"]["parameters"]
    return tuple(Line(each["name"], _type(each["schema"]), each["description"]) for each in found)


def _type(part: dict[str, Any]) -> str:
    """In words: "text or null", "list of Duty", one of some words."""
    if "anyOf" in part:
        return " or ".join(_type(each) for each in part["anyOf"])
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[1]
        choices = _record(name).get("enum")
        return _among(choices) if choices else name
    if "enum" in part:
        return _among(part["enum"])
    if "const" in part:
        return str(part["const"])
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}"
    formats = {"date": "date", "date-time": "time"}
    words = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}
    return formats.get(part.get("format", ""), words.get(part.get("type", ""), "any"))


def _among(choices: list[str]) -> str:
    return "one of " + ", ".join(choices)
