"""What this app itself gives to positions: drafts to finish, and job descriptions to read."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, F, Q
from django.urls import reverse

from roles.access import Reach
from roles.models import Acknowledgement, Assignment, JobDescriptionVersion
from roles.open_work import OpenItem


class Drafts:
    """Versions that whoever holds a position wrote last, and that are not published yet."""

    kind = "Job description drafts"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        open_texts = JobDescriptionVersion.objects.reachable(reach).open()
        held = Assignment.objects.reachable(reach).in_force(reach.district.today())
        by_author: dict[int, list[int]] = {}
        for holder, position in held.filter(position__in=positions).values_list(
            "holder", "position"
        ):
            by_author.setdefault(holder, []).append(position)
        for version in open_texts.filter(edited_by__in=by_author):
            for position in by_author[version.edited_by_id or 0]:
                yield OpenItem(
                    position_id=position,
                    kind="Job description draft",
                    title=f"{version}, {version.get_status_display().lower()}",
                    due_on=None,
                    path=_page(reach, version.pk),
                    after="Stays open. Whoever edits job descriptions can go on with it.",
                )

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        versions = JobDescriptionVersion.objects.reachable(reach).order_by()
        counted = versions.values("job_description__role").annotate(n=Count("pk"))
        return dict(counted.values_list("job_description__role", "n"))


class Unread:
    """Published versions that who holds a position has not acknowledged."""

    kind = "Job descriptions to read"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        held = Assignment.objects.reachable(reach).in_force(reach.district.today())
        published = Q(
            position__role__job_descriptions__versions__status=JobDescriptionVersion.Status.PUBLISHED
        )
        rows = held.filter(published, position__in=positions).annotate(
            version=F("position__role__job_descriptions__versions"),
            title=F("position__role__job_descriptions__versions__title"),
        )
        found = list(rows.values_list("pk", "position", "version", "title"))
        read = Acknowledgement.objects.reachable(reach).filter(
            assignment__in=[row[0] for row in found]
        )
        done = set(read.values_list("assignment", "version"))
        for assignment, position, version, title in found:
            if (assignment, version) not in done:
                yield OpenItem(
                    position_id=position,
                    kind="Job description to read",
                    title=title,
                    due_on=None,
                    path=_page(reach, version),
                    after="Ends with the person. The next holder is asked in turn.",
                )

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        given = Acknowledgement.objects.reachable(reach).order_by()
        counted = given.values("assignment__position__role").annotate(n=Count("pk"))
        return dict(counted.values_list("assignment__position__role", "n"))


def _page(reach: Reach, version: int) -> str:
    return reverse("roles:version", kwargs={"district": reach.district.slug, "pk": version})
