"""The seals of the audit trail when a district moves.

Seals name the numbers that events have in one installation. An export says which seal is the newest
and whether the trail matched it; the import writes that down, and the events are sealed anew.
"""

from __future__ import annotations

from typing import Any

from roles.models import AuditSeal


def newest(district_pk: int) -> dict[str, Any]:
    """The newest seal: number, hash and moment; {} where nothing was sealed."""
    last = AuditSeal.objects.filter(district=district_pk).order_by("-number").first()
    if last is None:
        return {}
    return {"number": last.number, "hash": last.hash, "sealed_at": last.sealed_at.isoformat()}
