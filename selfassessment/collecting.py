"""Read the facts from the records, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    Subquery,
)
from django.utils import timezone

from checklists.models import ChecklistTemplate
from roadmap.models import Milestone, State
from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    JobDescriptionVersion,
    OwedStatus,
    Position,
    Rendering,
    User,
)
from selfassessment.collecting_learning import learning_of
from selfassessment.collecting_windows import windows_of
from selfassessment.facts import (
    YEAR,
    DoneMilestone,
    Facts,
    Note,
    Outline,
    PublishedChecklist,
    Seat,
)
from selfassessment.models import EvidenceRevision


def collect(reach: Reach, today: dt.date) -> Facts:
    """What the district's records say on a day, within the reach of who asks."""
    versions = list(_versions(reach))
    published = JobDescriptionVersion.Status.PUBLISHED
    return Facts(
        today=today,
        seats=tuple(_seats(reach, today)),
        outlines={
            version.job_description.role.key: _outline(version)
            for version in versions
            if version.status == published
        },
        drafts=frozenset(v.job_description.role.key for v in versions if v.status != published),
        checklists={each.role_key: each for each in _checklists(reach)},
        windows=tuple(windows_of(reach, today)),
        milestones=tuple(_milestones(reach, today)),
        notes=tuple(_notes(reach)),
        learning=learning_of(reach, today),
    )


def name_of(user: User | None) -> str:
    return str(user) if user else ""


def _seats(reach: Reach, today: dt.date) -> Iterator[Seat]:
    in_force = Q(assignments__starts_on__lte=today) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today)
    )
    read = Acknowledgement.objects.filter(
        assignment=OuterRef("now"),
        version__status=JobDescriptionVersion.Status.PUBLISHED,
        version__job_description__role=OuterRef("role"),
    )
    left = Assignment.objects.filter(position=OuterRef("pk"), ends_on__lt=today).order_by()
    positions = (
        Position.objects.reachable(reach)
        .active(today)
        .annotate(
            now=FilteredRelation("assignments", condition=in_force),
            left_on=Subquery(left.values("position").annotate(n=Max("ends_on")).values("n")),
            read_at=Subquery(read.values("at")[:1]),
        )
        .values(
            "pk", "role__key", "role__title", "school__name", "department__name", "opened_on",
            "left_on", "read_at", "now__holder__first_name", "now__holder__last_name",
            "now__holder__email",
        )
    )  # fmt: skip
    for row in positions:
        holder = f"{row['now__holder__first_name'] or ''} {row['now__holder__last_name'] or ''}"
        email = row["now__holder__email"]
        read_at = row["read_at"]
        yield Seat(
            pk=row["pk"],
            role_key=row["role__key"],
            role=row["role__title"],
            place=row["school__name"] or row["department__name"] or "district",
            vacant_since=None if email else row["left_on"] or row["opened_on"],
            holder=holder.strip() or email or "",
            acknowledged_on=timezone.localdate(read_at) if read_at else None,
        )


def _versions(reach: Reach) -> Iterator[JobDescriptionVersion]:
    ready = Rendering.objects.filter(version=OuterRef("pk"), status=OwedStatus.DONE)
    status = JobDescriptionVersion.Status
    yield from (
        JobDescriptionVersion.objects.reachable(reach)
        .exclude(status=status.SUPERSEDED)
        .select_related("job_description__role", "published_by")
        .annotate(has_pdf=Exists(ready), duties=Count("responsibilities"))
    )


def _outline(version: JobDescriptionVersion) -> Outline:
    assert version.published_at is not None  # noqa: S101 -- a constraint of the table
    return Outline(
        pk=version.pk,
        role_key=version.job_description.role.key,
        title=version.title,
        number=version.number,
        published_on=timezone.localdate(version.published_at),
        published_by=name_of(version.published_by),
        caseload=version.caseload,
        observation_rhythm=version.observation_rhythm,
        duties=getattr(version, "duties", 0),
        has_pdf=getattr(version, "has_pdf", False),
    )


def _checklists(reach: Reach) -> Iterator[PublishedChecklist]:
    templates = ChecklistTemplate.objects.reachable(reach).published().exclude(role=None)
    for key, title, number in templates.values_list("role__key", "title", "number"):
        yield PublishedChecklist(key, title, number)


def _milestones(reach: Reach, today: dt.date) -> Iterator[DoneMilestone]:
    done = Milestone.objects.reachable(reach).filter(state=State.DONE).exclude(supports=[])
    for milestone in done.order_by("-done_at", "pk"):
        if milestone.done_at and today - timezone.localdate(milestone.done_at) <= YEAR:
            yield DoneMilestone(
                pk=milestone.pk,
                key=milestone.key,
                title=milestone.title,
                done_on=timezone.localdate(milestone.done_at),
                proof=milestone.proof_text or milestone.proof_link,
                supports=frozenset(milestone.supports),
            )


def _notes(reach: Reach) -> Iterator[Note]:
    said = EvidenceRevision.objects.reachable(reach).filter(
        is_current=True, evidence__withdrawn_at=None, evidence__uses__isnull=False
    )
    found = said.annotate(code=F("evidence__uses__code"), kind=F("evidence__uses__kind"))
    for says in found.select_related("added_by").order_by("-dated_on", "-evidence"):
        yield Note(
            pk=says.evidence_id,
            code=says.code,
            kind=says.kind,
            label=says.label,
            text=says.text,
            link=says.link,
            dated_on=says.dated_on,
            added_by=name_of(says.added_by),
        )
