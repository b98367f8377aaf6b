"""Roles, seats and the state of their job descriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from roles.access import Reach
from roles.models import (
    JobDescriptionVersion,
    LeadershipRole,
    Level,
    Position,
    Rendering,
)
from roles.reports.reviews import Running, running


@dataclass(frozen=True)
class RoleRow:
    """One role on the roles page: seats, how many are filled, and how its text stands.

    `state` is one of published, draft, in_review or none; `version` its primary key. `running` is
    the review of its open version.
    """

    role: LeadershipRole
    seats: int
    filled: int
    interim: int
    state: str
    version: int | None
    running: Running | None = None

    @property
    def vacant(self) -> int:
        return self.seats - self.filled


@dataclass(frozen=True)
class LevelRows:
    level: Level
    rows: Sequence[RoleRow]


@dataclass(frozen=True)
class Coverage:
    """Active positions, how many are filled, and how many stand on a published description."""

    positions: int
    filled: int
    interim: int
    described: int

    @property
    def vacant(self) -> int:
        return self.positions - self.filled


def roles_by_level(reach: Reach, day: dt.date) -> list[LevelRows]:
    """All roles of the district by level, in the library's order."""
    versions = JobDescriptionVersion.objects.reachable(reach).filter(
        job_description__role=OuterRef("pk")
    )
    roles = LeadershipRole.objects.reachable(reach).annotate(
        published_pk=Subquery(versions.published().values("pk")[:1]),
        open_pk=Subquery(versions.open().values("pk")[:1]),
        open_status=Subquery(versions.open().values("status")[:1]),
    )
    seats = _seats_by_role(reach, day)
    under_way = running(reach)
    rows = [_row(role, seats.get(role.pk, {}), under_way) for role in roles]
    by_level = {level: [r for r in rows if r.role.level == level] for level in Level}
    return [LevelRows(level, found) for level, found in by_level.items() if found]


def _seats_by_role(reach: Reach, day: dt.date) -> dict[int, dict[str, Any]]:
    counted = (
        Position.objects.reachable(reach)
        .active(day)
        .with_filled(day)
        .order_by()
        .values("role")
        .annotate(
            seats=Count("pk"),
            full=Count("pk", filter=Q(filled=True)),
            temporary=Count("pk", filter=Q(is_interim=True)),
        )
    )
    return {row["role"]: dict(row) for row in counted}


def _row(role: LeadershipRole, seats: dict[str, Any], under_way: dict[int, Running]) -> RoleRow:
    state = "published" if role.published_pk else role.open_status or "none"  # type: ignore[attr-defined]
    return RoleRow(
        role=role,
        seats=seats.get("seats", 0),
        filled=seats.get("full", 0),
        interim=seats.get("temporary", 0),
        state=state,
        version=role.published_pk or role.open_pk,  # type: ignore[attr-defined]
        running=under_way.get(role.open_pk),  # type: ignore[attr-defined]
    )


def coverage(reach: Reach, day: dt.date) -> Coverage:
    """How many seats there are, filled, and described, in one query."""
    published = JobDescriptionVersion.objects.reachable(reach).published()
    described = published.filter(job_description__role=OuterRef("role"))
    totals = (
        Position.objects.reachable(reach)
        .active(day)
        .with_filled(day)
        .annotate(is_described=Exists(described))
        .aggregate(
            positions=Count("pk"),
            full=Count("pk", filter=Q(filled=True)),
            temporary=Count("pk", filter=Q(is_interim=True)),
            described=Count("pk", filter=Q(is_described=True)),
        )
    )
    return Coverage(totals["positions"], totals["full"], totals["temporary"], totals["described"])


def pdf_of(version: JobDescriptionVersion) -> Rendering | None:
    """The newest rendering of a version, if one is owed."""
    return version.renderings.order_by("-pk").first()


def published_before(version: JobDescriptionVersion) -> JobDescriptionVersion | None:
    """The text in force that this version would replace."""
    others = version.job_description.versions.exclude(pk=version.pk)
    return others.filter(status=JobDescriptionVersion.Status.PUBLISHED).first()
