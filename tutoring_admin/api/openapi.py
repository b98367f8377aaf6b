"""The OpenAPI 3.1 document: what ninja reads off the routes, and what it cannot know."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.conf import settings

from tutoring_admin.api.problems import CONTENT_TYPE, SORTS

SAYS = """\
Read-only access to the records of one district, for the district's own systems.

Every request needs the header `Authorization: Bearer` with a token that the district lead made on
the page Systems, API tokens. A token reads one district, and of it what its scopes name. There are
no students in these records.

Lists come in pages, in the order of ids: follow `next`. To keep a copy, read everything once, keep
`asOf` of the first page, and send it as `updated_since` the next time; ask `/deletions` the same
way. Names are those of Ed-Fi and CEDS where these have one. Errors are problem details (RFC 9457).
"""
ETAG = {
    "ETag": {
        "description": "Send it back as If-None-Match: 304 if nothing changed.",
        "required": True,
        "schema": {"type": "string"},
    }
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETags of answers that you have: 304, without a body, if one is still true.",
    "schema": {"type": "string"},
}
HEADERS_OF: dict[int, dict[str, Any]] = {
    200: ETAG,
    304: ETAG,
    401: {"WWW-Authenticate": {"description": "RFC 6750.", "schema": {"type": "string"}}},
    403: {"WWW-Authenticate": {"description": "Which scope.", "schema": {"type": "string"}}},
    405: {"Allow": {"description": "The methods there are.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}


class Document:
    """Takes ninja's document and finishes it."""

    def __init__(self, drawn: Any) -> None:
        self.drawn: dict[str, Any] = deepcopy(dict(drawn))

    def finished(self) -> dict[str, Any]:
        said = self.drawn
        said["info"]["description"] = SAYS
        said["servers"] = [{"url": settings.SITE_URL.rstrip("/")}]
        for operations in said["paths"].values():
            for operation in operations.values():
                self._finish(operation)
        said["components"]["securitySchemes"] = {
            "Token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Made by the district lead; shown once.",
            }
        }
        return said

    def _finish(self, operation: dict[str, Any]) -> None:
        operation["security"] = [{"Token": []}]
        for parameter in operation.setdefault("parameters", []):
            parameter["schema"] = _given(parameter["schema"])
        operation["parameters"].append(IF_NONE_MATCH)
        answers = operation["responses"]
        for status, said in list(answers.items()):
            number = int(status)
            if number in SORTS:
                said["description"] = SORTS[number][1]
                said["content"] = {CONTENT_TYPE: said["content"].popitem()[1]}
            if number == 304:
                said.pop("content", None)
            if number in HEADERS_OF:
                said["headers"] = HEADERS_OF[number]
        # JSON has no numbers as keys.
        operation["responses"] = {str(status): said for status, said in answers.items()}


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is not there has no type; in an address nothing is null."""
    kinds = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    rest = {key: said for key, said in schema.items() if key not in ("anyOf", "title")}
    return {**rest, **kinds[0]} if kinds else rest
