"""The facts of leadership roles: what is written for them, and their positions counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Concat, JSONObject, RowNumber
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from checklists.models import ChecklistTemplate
from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    JobDescriptionVersion,
    LeadershipRole,
    OwedStatus,
    Position,
    Rendering,
    Responsibility,
    User,
)
from selfassessment.checks import MOST_NAMED
from selfassessment.facts import LONGEST_VACANCY, Holder, Outline, PublishedChecklist, Role, Seat

TOLD_ONE_BY_ONE = ("PROGRAM_LEAD", "PROJECT_MANAGER")  # the `leaders` of the library
PUBLISHED = JobDescriptionVersion.Status.PUBLISHED
NONE = 0  # the key of no row: an empty list would leave out the positions, too
IDLE, VACANT, UNREAD = "idle", "vacant", "unread"


def roles_of(reach: Reach, today: dt.date, written: Sequence[dict[str, Any]]) -> Iterator[Role]:
    """Every role of the district with its positions counted: one query. `written`: the rows of
    `written_for`.
    """
    published = [row["now__pk"] for row in written if row["now__pk"]]
    counted = {row["role"]: row for row in _figures(reach, today, published)}
    for row in written:
        figures = counted.get(row["pk"], {})
        read_at = figures.get("last_read")
        twice = figures.get("rows_read", 0) - figures.get("acknowledged", 0)
        yield Role(
            pk=row["pk"],
            key=row["key"],
            title=row["title"],
            level=row["level"],
            positions=figures.get("rows", 0) - twice,
            filled=figures.get("rows_filled", 0) - twice,
            acknowledged=figures.get("acknowledged", 0),
            idle=figures.get("idle", 0),
            read_on=timezone.localdate(read_at) if read_at else None,
            holders=tuple(
                Holder(each["name"].strip() or each["email"], _day(each["read_at"]))
                for each in figures.get("holders") or ()
            ),
            drafted=row["drafted"],
            outline=_outline(row) if row["now__pk"] else None,
            checklist=PublishedChecklist(**row["form"]) if row["form"] else None,
        )


def written_for(reach: Reach) -> Sequence[dict[str, Any]]:
    """What is written for each role, whoever holds its positions. One query."""
    versions = JobDescriptionVersion.objects.filter(job_description__role=OuterRef("pk"))
    ready = Rendering.objects.filter(version=OuterRef("now__pk"), status=OwedStatus.DONE)
    duties = Responsibility.objects.filter(version=OuterRef("now__pk")).order_by()
    rows: Any = (
        LeadershipRole.objects.reachable(reach)
        .annotate(
            now=FilteredRelation(
                "job_descriptions__versions",
                condition=Q(job_descriptions__versions__status=PUBLISHED),
            ),
            drafted=Exists(versions.open()),
            has_pdf=Exists(ready),
            listed=Subquery(duties.values("version").annotate(n=Count("pk")).values("n")),
            form=Subquery(_forms()),
        )
        .order_by("order", "pk")
        .values(
            "pk", "key", "title", "level", "drafted", "has_pdf", "listed", "form",
            "now__pk", "now__title", "now__number", "now__published_at", "now__caseload",
            "now__observation_rhythm", "now__published_by__first_name",
            "now__published_by__last_name", "now__published_by__email",
        )
    )  # fmt: skip
    return tuple(rows)


def _forms() -> QuerySet[ChecklistTemplate, Any]:
    """The checklist that is in force for a role (the outer query): key, title, number."""
    found = ChecklistTemplate.objects.filter(role=OuterRef("pk")).published().order_by("key")
    return found.values_list(JSONObject(pk="pk", title="title", number="number"))[:1]


def _figures(reach: Reach, today: dt.date, published: Sequence[int]) -> Any:
    """Active positions counted by role, in one pass: joins, where a look at each position would
    take as long as there are positions. `published` are the versions that an acknowledgement
    counts for.
    """
    lasting = Q(now__acknowledgements__lapses_on=None) | Q(
        now__acknowledgements__lapses_on__gt=timezone.now().date()
    )
    held, read = Q(now__isnull=False), Q(read__isnull=False)
    holder = User.objects.filter(pk=OuterRef("now__holder"))
    told = JSONObject(
        name=Subquery(holder.values_list(Concat("first_name", Value(" "), "last_name"))),
        email=Subquery(holder.values("email")),
        read_at="read__at",
    )
    return (
        Position.objects.reachable(reach)
        .active(today)
        .annotate(
            now=FilteredRelation("assignments", condition=_in_force(today)),
            read=FilteredRelation(
                "now__acknowledgements",
                condition=Q(now__acknowledgements__version__in=published or [NONE]) & lasting,
            ),
            left_on=_left_on(today),
        )
        .order_by()
        .values("role")
        .annotate(
            # Nobody shares a position, but somebody may have acknowledged twice: to count apart
            # what is joined once only would take as long again as all of it.
            rows=Count("pk"),
            rows_filled=Count("now"),
            rows_read=Count("read"),
            acknowledged=Count("now", filter=read, distinct=True),
            idle=Count("pk", filter=_is_idle(today)),
            last_read=Max("read__at"),
            holders=ArrayAgg(told, filter=held & Q(role__key__in=TOLD_ONE_BY_ONE)),
        )
    )


def _in_force(today: dt.date) -> Q:
    return Q(assignments__starts_on__lte=today) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today)
    )


def _left_on(today: dt.date) -> Subquery:
    left = Assignment.objects.filter(position=OuterRef("pk"), ends_on__lt=today).order_by()
    return Subquery(left.values("position").annotate(n=Max("ends_on")).values("n"))


def _seats(reach: Reach, today: dt.date) -> QuerySet[Position]:
    """Active positions with `now` (who holds them), `left_on` and `read_at`."""
    read = Acknowledgement.objects.filter(
        assignment=OuterRef("now"),
        version__status=PUBLISHED,
        version__job_description__role=OuterRef("role"),
    )
    return (
        Position.objects.reachable(reach)
        .active(today)
        .annotate(
            now=FilteredRelation("assignments", condition=_in_force(today)),
            left_on=_left_on(today),
            read_at=Subquery(read.values("at")[:1]),
        )
    )


def _is_idle(today: dt.date) -> Q:
    since = Coalesce(F("left_on"), F("opened_on"))
    return Q(now__isnull=True) & Q(LessThan(since, today - LONGEST_VACANCY))


def examples_of(reach: Reach, today: dt.date) -> Iterator[Seat]:
    """The first few positions of each role that are vacant for long, vacant, or held by someone
    who has not acknowledged the job description. One query.
    """
    since = Coalesce(F("left_on"), F("opened_on"))
    lacks = Case(
        When(_is_idle(today), then=Value(IDLE)),
        When(now__isnull=True, then=Value(VACANT)),
        When(read_at=None, then=Value(UNREAD)),
        output_field=CharField(),
    )
    place = ("school__name", "pk")
    rank = Window(RowNumber(), partition_by=["role", "lacks"], order_by=place)
    found = (
        _seats(reach, today)
        .annotate(since=since, lacks=lacks)
        .exclude(lacks=None)
        .annotate(rank=rank)
        .filter(rank__lte=MOST_NAMED)
        .order_by("role__order", "lacks", "rank")
        .values(
            "pk", "role__key", "role__title", "school__name", "department__name", "since", "lacks",
            "now__holder__first_name", "now__holder__last_name", "now__holder__email",
        )
    )  # fmt: skip
    for row in found:
        name = f"{row['now__holder__first_name'] or ''} {row['now__holder__last_name'] or ''}"
        is_held = row["lacks"] == UNREAD
        yield Seat(
            pk=row["pk"],
            role_key=row["role__key"],
            role=row["role__title"],
            place=row["school__name"] or row["department__name"] or "district",
            holder=(name.strip() or row["now__holder__email"]) if is_held else "",
            vacant_since=None if is_held else row["since"],
        )


def _outline(row: dict[str, Any]) -> Outline:
    name = f"{row['now__published_by__first_name']} {row['now__published_by__last_name']}"
    return Outline(
        pk=row["now__pk"],
        title=row["now__title"],
        number=row["now__number"],
        published_on=timezone.localdate(row["now__published_at"]),
        published_by=name.strip() or row["now__published_by__email"],
        caseload=row["now__caseload"],
        observation_rhythm=row["now__observation_rhythm"],
        duties=row["listed"] or 0,
        has_pdf=row["has_pdf"],
    )


def _day(moment: str | None) -> dt.date | None:
    """The day of a moment that JSON holds as text."""
    at = parse_datetime(moment) if moment else None
    return timezone.localdate(at) if at else None
