"""Which documents there are: the text in force, its PDF, and what is still to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from roles.access import Reach
from roles.models import Archive, JobDescriptionVersion, LeadershipRole, Level, Rendering


@dataclass(frozen=True)
class DocumentRow:
    """A role with the version to take home; `pdf` says how its PDF stands, "" if none is owed.

    `version` is the one in force, else the draft if this reader may see drafts, else None.
    """

    role: LeadershipRole
    version: JobDescriptionVersion | None
    pdf: str


@dataclass(frozen=True)
class LevelDocuments:
    level: Level
    rows: Sequence[DocumentRow]


def documents_by_level(reach: Reach, *, with_drafts: bool) -> list[LevelDocuments]:
    """All roles of the district by level, in the library's order. Two queries."""
    newest = Rendering.objects.reachable(reach).filter(version=OuterRef("pk")).order_by("-pk")
    versions = JobDescriptionVersion.objects.reachable(reach).annotate(
        pdf=Subquery(newest.values("status")[:1])
    )
    shown: dict[int, JobDescriptionVersion] = {}
    for version in versions.select_related("job_description"):
        role = version.job_description.role_id
        if version.status == version.Status.PUBLISHED or (version.is_open and with_drafts):
            held = shown.get(role)
            if held is None or held.is_open:
                shown[role] = version
    rows = [_row(role, shown.get(role.pk)) for role in LeadershipRole.objects.reachable(reach)]
    by_level = {level: [row for row in rows if row.role.level == level] for level in Level}
    return [LevelDocuments(level, found) for level, found in by_level.items() if found]


def _row(role: LeadershipRole, version: JobDescriptionVersion | None) -> DocumentRow:
    return DocumentRow(role, version, getattr(version, "pdf", None) or "")


def newest_archives(reach: Reach) -> tuple[Archive | None, Archive | None]:
    """This person's newest archive, and the newest that is ready if that is an earlier one."""
    mine = list(Archive.objects.reachable(reach).filter(asked_by=reach.user).order_by("-pk")[:20])
    newest = mine[0] if mine else None
    ready = next((archive for archive in mine if archive.file), None)
    return newest, ready if ready != newest else None
