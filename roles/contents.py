"""What a version says, as plain data: the thing people approve, compare and put on paper."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from roles.models import JobDescriptionVersion

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
    fields = {name: getattr(version, name) for name in FIELDS}
    ends_on = fields["funding_ends_on"]
    lines = version.responsibilities.select_related("duty")
    return {
        **fields,
        "funding_ends_on": ends_on.isoformat() if ends_on else None,
        "lines": [[line.duty.key if line.duty else "", line.text] for line in lines],
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a content in hex: the same words give the same 64 characters."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
