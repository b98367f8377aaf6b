"""What a version says, as plain data: the thing people approve, compare and put on paper."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from roles.models import JobDescriptionVersion, Responsibility

FIELDS = (
    "title",
    "summary",
    "program",
    "reports_to",
    "location",
    "time_share",
    "funding_source",
    "funding_ends_on",
    "caseload",
    "observation_rhythm",
    "required",
    "preferred",
    "performance_review",
)


def content_of(version: JobDescriptionVersion) -> dict[str, Any]:
    """Every word of a version: its fields by name (dates in ISO form) and its lines in order.

    {"title": …, "required": […], "lines": [[duty key or "", text], …]}; JSON as it stands.
    """
    return _content(version, version.responsibilities.select_related("duty"))


def contents_of(versions: QuerySet[JobDescriptionVersion]) -> dict[int, dict[str, Any]]:
    """The same of several versions, by primary key. Two queries."""
    lines: dict[int, list[Responsibility]] = defaultdict(list)
    found = Responsibility.objects.filter(version__in=versions).select_related("duty")
    for line in found:
        lines[line.version_id].append(line)
    return {version.pk: _content(version, lines[version.pk]) for version in versions}


def _content(version: JobDescriptionVersion, lines: Iterable[Responsibility]) -> dict[str, Any]:
    fields = {name: getattr(version, name) for name in FIELDS}
    ends_on = fields["funding_ends_on"]
    return {
        **fields,
        "funding_ends_on": ends_on.isoformat() if ends_on else None,
        "lines": [[line.duty.key if line.duty else "", line.text] for line in lines],
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a content in hex: the same words give the same 64 characters."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
