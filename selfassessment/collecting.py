"""Read the facts from the records, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
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
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from checklists import suppression
from checklists.models import Checklist, ChecklistTemplate, RaterKind, Rating, Window
from checklists.reports.audience import known_people
from roadmap.learning_reports.changes import changes_of
from roadmap.learning_reports.plan import plan_of
from roadmap.learning_reports.sessions import with_counts
from roadmap.learning_reports.standings import standings
from roadmap.learning_reports.topics import learned
from roadmap.models import Attendance, LearningLine, LearningSession, Milestone, SessionState, State
from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    JobDescriptionVersion,
    OwedStatus,
    Position,
    Rendering,
    SchoolYear,
    User,
)
from selfassessment.facts import (
    YEAR,
    ClosedWindow,
    DoneMilestone,
    Facts,
    HeldSession,
    Learning,
    LevelLearning,
    Note,
    Outline,
    PublishedChecklist,
    Seat,
)
from selfassessment.models import EvidenceNote

NOT_APPLICABLE = -1  # among the values of a scale, which begin at 0


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
        windows=tuple(_windows(reach, today)),
        milestones=tuple(_milestones(reach, today)),
        notes=tuple(_notes(reach)),
        learning=_learning(reach, today),
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


def _windows(reach: Reach, today: dt.date) -> Iterator[ClosedWindow]:
    """Those of the school year that holds the day, earliest first."""
    current = Q(checklists__withdrawn_at=None)
    sent = Q(checklists__submitted_at__isnull=False)
    own = current & Q(checklists__rater_kind=RaterKind.SELF)
    second = current & Q(checklists__rater_kind=RaterKind.OBSERVER)
    windows = (
        Window.objects.reachable(reach)
        .closed_on(today)
        .filter(school_year__starts_on__lte=today, school_year__ends_on__gte=today)
        .annotate(
            asked=Count("checklists", filter=own),
            sent=Count("checklists", filter=own & sent),
            twice=Count("checklists", filter=second & sent),
        )
        .order_by("closes_on", "pk")
    )
    found = list(windows)
    agreement = _agreement(found, reach)
    for window in found:
        early = window.closed_at and timezone.localdate(window.closed_at)
        yield ClosedWindow(
            pk=window.pk,
            label=window.label,
            closed_on=min(early or window.closes_on, window.closes_on),
            asked=window.asked,
            submitted=window.sent,
            second_rated=window.twice,
            agreement=agreement.get(window.pk),
        )


def _agreement(windows: Sequence[Window], reach: Reach) -> dict[int, int]:
    """Per window, the whole percent of items that two raters rated alike.

    A rating against "not applicable" counts as a difference; two of these are left out. Pairs
    count that were submitted without knowing of each other, and groups of them as in
    checklists.reports.accuracy: two figures about the same pairs must not tell of one of them.
    """
    observers = Checklist.objects.current().submitted()
    counted = (
        Rating.objects.given()
        .filter(
            checklist__in=observers.filter(
                window__in=windows, rater_kind=RaterKind.OBSERVER, is_blind=True
            )
        )
        .order_by()
        .annotate(mark=_mark(), partner=Subquery(_partner()))
        .exclude(mark=NOT_APPLICABLE, partner=NOT_APPLICABLE)
        .filter(partner__isnull=False)
        .values("checklist__window", "checklist__template__key")
        .annotate(
            both=Count("pk"),
            equal=Count("pk", filter=Q(mark=F("partner"))),
            people=ArrayAgg("checklist__holder", distinct=True),
        )
    )
    by_window: dict[int, dict[str, Any]] = {}
    for row in counted:
        by_window.setdefault(row["checklist__window"], {})[row["checklist__template__key"]] = row
    known = known_people([w for w in windows if w.pk in by_window], reach)
    found = {window: _alike(rows, known[window]) for window, rows in by_window.items()}
    return {window: percent for window, percent in found.items() if percent is not None}


def _alike(rows: Mapping[str, Any], known: frozenset[int]) -> int | None:
    """The percent over those groups of pairs that may be told together."""
    sizes = [suppression.Group(key, frozenset(row["people"])) for key, row in rows.items()]
    told = [rows[key] for key in suppression.whole(sizes, known)]
    both = sum(row["both"] for row in told)
    return sum(row["equal"] for row in told) * 100 // both if both else None


def _partner() -> QuerySet:
    """The mark that the holder gave to the item which a second rater rated (the outer query).

    A value, not a condition: it is looked up by index for each rating of a second rater, where the
    planner would rather join all ratings of the district with each other.
    """
    own = Rating.objects.given().filter(
        item=OuterRef("item"),
        checklist__window=OuterRef("checklist__window"),
        checklist__position=OuterRef("checklist__position"),
        checklist__holder=OuterRef("checklist__holder"),
        checklist__rater_kind=RaterKind.SELF,
        checklist__submitted_at__isnull=False,
        checklist__withdrawn_at=None,
        checklist__is_blind=True,
    )
    return own.order_by().values(mark=_mark())


def _mark() -> Coalesce:
    return Coalesce("value", Value(NOT_APPLICABLE))


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


def _learning(reach: Reach, today: dt.date) -> Learning | None:
    """The plan of the school year that holds the day; None where it has no line."""
    planned = LearningLine.objects.reachable(reach).filter(
        ended_at=None, school_year__starts_on__lte=today, school_year__ends_on__gte=today
    )
    line = planned.select_related("school_year").first()
    if line is None:
        return None
    year = line.school_year
    plan = plan_of(reach, year, today)
    people = standings(reach, year, today)
    sessions = tuple(_sessions(reach, year))
    came, marked = _came_by_level(reach, year)
    changes = changes_of(year)
    first = dt.datetime.combine(year.first_student_day, dt.time(), tzinfo=reach.district.zone)
    return Learning(
        year=year.label,
        changed_on=timezone.localdate(max(changes)) if changes else year.starts_on,
        levels=tuple(
            LevelLearning(
                label=level.label,
                lines=len(level.lines),
                planned=level.planned,
                held=level.held,
                came=came.get(level.key, 0),
                marked=marked.get(level.key, 0),
                last_on=level.last_on,
                quiet=level.quiet,
                has_seats=level.seats > 0,
            )
            for level in plan.levels
        ),
        sessions=sessions,
        people=len(people),
        on_pace=sum(row.is_on_pace for row in people),
        from_checklists=len(learned(reach, year)),
        changed_mid_year=any(at >= first for at in changes_of(year, lines=True)),
    )


def _sessions(reach: Reach, year: SchoolYear) -> Iterator[HeldSession]:
    """Held ones with their attendance, newest first."""
    held = LearningSession.objects.reachable(reach).filter(
        line__school_year=year, state=SessionState.HELD
    )
    for each in with_counts(held).select_related("line").order_by("-on", "-pk"):
        came, marked = getattr(each, "came", 0), getattr(each, "marked", 0)
        yield HeldSession(each.pk, each.name, each.on, came, marked)


def _came_by_level(reach: Reach, year: SchoolYear) -> tuple[dict[str, int], dict[str, int]]:
    marks = Attendance.objects.reachable(reach).filter(
        session__line__school_year=year, session__state=SessionState.HELD
    )
    rows = (
        marks.order_by()
        .values("session__line__level")
        .annotate(came=Count("pk", filter=Q(present=True)), marked=Count("pk"))
        .values_list("session__line__level", "came", "marked")
    )
    found = list(rows)
    return {level: n for level, n, _ in found}, {level: n for level, _, n in found}


def _notes(reach: Reach) -> Iterator[Note]:
    for note in EvidenceNote.objects.reachable(reach).select_related("added_by"):
        yield Note(
            pk=note.pk,
            code=note.code,
            kind=note.kind,
            label=note.label,
            text=note.text,
            link=note.link,
            dated_on=note.dated_on,
            added_by=name_of(note.added_by),
        )
