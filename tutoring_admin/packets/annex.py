"""What is in a grant annex: what pays for roles, hours learned, cycles held, evidence, changes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, F, Prefetch, Q, Sum

from checklists.models import Checklist, RaterKind, Window
from checklists.suppression import FEW
from roadmap.models import (
    Attendance,
    DateChange,
    LearningLevel,
    LearningLine,
    LearningSession,
    Milestone,
    SessionState,
    State,
)
from roles.models import JobDescriptionVersion, Position
from roles.models.reviews import Approval, Review
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.asked import NO_YEAR, Asked
from tutoring_admin.packets.content import FEWER, NOT_TOLD, Cell, Part

MINUTES = 60


TABLES: dict[str, tuple[str, tuple[str, ...], str]] = {  # title, columns, and what says "none"
    "roles": (
        "Roles, what pays for them, and when they were approved",
        ("Job description", "Positions", "Filled", "Paid from", "Approved", "In force since"),
        "No job description is in force.",
    ),
    "learning": (
        "Learning by level",
        ("Level", "Sessions planned", "Held", "Hours held", "People", "Hours attended"),
        "There is no plan of learning for this school year.",
    ),
    "cycles": (
        "Fidelity cycles",
        ("Window", "From", "To", "Checklists asked", "Checklists in", "With a second rater"),
        "No checklist window of this school year has closed yet.",
    ),
    "evidence": (
        "Evidence of the roadmap",
        ("Milestone", "Done on", "Proof", "Serves"),
        "No milestone has been done with a proof yet.",
    ),
    "changes": (
        "Changes of the plan, and why",
        ("Milestone", "Was due", "Is due", "Why", "Changed on"),
        "No due date was changed by hand.",
    ),
}
Rows = dict[str, list[tuple[Cell, ...]]]


def grant(asked: Asked) -> tuple[list[Part], list[Part]]:
    """The sections in their order; an annex has no appendix of its own."""
    rows: Rows = {
        "roles": _roles(asked),
        "learning": _learning(asked),
        "cycles": _windows(asked),
        "evidence": _evidence(asked),
        "changes": _changes(asked),
    }
    typed = asked.typed
    parts = [
        shape.section("purpose", "Purpose", [typed.purpose]),
        shape.section("glance", "At a glance", figures=_figures(rows)),
        *(_table(key, rows[key], asked) for key in TABLES),
        shape.section("money", "Money", [typed.money]) if typed.money else None,
        shape.section("note", "To add", [typed.note]) if typed.note else None,
    ]
    return [part for part in parts if part], []


def _figures(rows: Rows) -> list[Part]:
    hours = sum(row[3] for row in rows["learning"] if isinstance(row[3], int))
    return [
        shape.figure("texts", "Job descriptions in force", len(rows["roles"])),
        shape.figure("hours", "Hours of learning held", hours),
        shape.figure("windows", "Fidelity cycles held", len(rows["cycles"])),
        shape.figure("evidence", "Milestones done with proof", len(rows["evidence"])),
        shape.figure("changes", "Due dates changed", len(rows["changes"])),
    ]


def _table(key: str, rows: list[tuple[Cell, ...]], asked: Asked) -> Part:
    title, columns, none = TABLES[key]
    if key == "learning" and not asked.year:
        none = NO_YEAR
    return shape.listed(key, title, columns, rows, none=none)


def _roles(asked: Asked) -> list[tuple[Cell, ...]]:
    said = Approval.objects.filter(decision=Approval.Decision.APPROVED).select_related("role", "by")
    trips = Review.objects.filter(outcome=Review.Outcome.APPROVED).defer("content")
    texts = (
        JobDescriptionVersion.objects.reachable(asked.reach)
        .published()
        .select_related("job_description__role")
        .prefetch_related(
            Prefetch("reviews", trips, to_attr="passed"),
            Prefetch("passed__approvals", said, to_attr="said"),
        )
        .order_by("job_description__role__order", "title", "pk")
    )
    seats = _seats(asked)
    return [_role(each, seats, asked) for each in texts]


def _seats(asked: Asked) -> dict[int, tuple[int, int]]:
    counted = (
        Position.objects.reachable(asked.reach)
        .active(asked.day)
        .with_filled(asked.day)
        .order_by()
        .values("role")
        .annotate(seats=Count("pk"), full=Count("pk", filter=Q(filled=True)))
    )
    return {row["role"]: (row["seats"], row["full"]) for row in counted}


def _role(text: Any, seats: dict[int, tuple[int, int]], asked: Asked) -> tuple[Cell, ...]:
    zone = asked.reach.district.zone
    paid = text.funding_source or "not given"
    if text.funding_source and text.funding_ends_on:
        paid = f"{paid}, to {shape.day(text.funding_ends_on)}"
    stops = [
        f"{stop.role}{f' ({stop.by})' if asked.typed.with_names else ''},"
        f" {shape.day(stop.at.astimezone(zone).date())}"
        for trip in text.passed[:1]
        for stop in trip.said
    ]
    since = shape.day(text.published_at.astimezone(zone).date())
    return (
        f"{text.title}, version {text.number}",
        *seats.get(text.job_description.role_id, (0, 0)),
        paid,
        "; ".join(stops) or "without a route",
        since,
    )


def _learning(asked: Asked) -> list[tuple[Cell, ...]]:
    """By level of the lines; hours attended are told of three people or more."""
    if asked.year is None:
        return []
    lines = LearningLine.objects.reachable(asked.reach).filter(school_year=asked.year)
    planned = lines.order_by().values("level").annotate(n=Sum("sessions"), lines=Count("pk"))
    held = (
        LearningSession.objects.reachable(asked.reach)
        .filter(line__school_year=asked.year, state=SessionState.HELD, on__lte=asked.day)
        .order_by()
        .values("line__level")
        .annotate(n=Count("pk"), minutes=Sum("minutes_long"))
    )
    by_level = {row["level"]: row["n"] for row in planned}
    met = {row["line__level"]: (row["n"], row["minutes"] // MINUTES) for row in held}
    there = _attended(asked)
    return [
        (str(label), by_level[level], *met.get(level, (0, 0)), *there.get(level, (0, 0)))
        for level, label in LearningLevel.choices
        if level in by_level
    ]


def _attended(asked: Asked) -> dict[str, tuple[Cell, Cell]]:
    """By level: people who were at a session, and their hours together."""
    once = (
        Attendance.objects.reachable(asked.reach)
        .filter(
            present=True,
            session__line__school_year=asked.year,
            session__state=SessionState.HELD,
            session__on__lte=asked.day,
        )
        .order_by()
        .values("attendee", "session", level=F("session__line__level"))
        .annotate(minutes=F("session__minutes_long"))
        .distinct()
    )
    people: dict[str, set[int]] = defaultdict(set)
    minutes: dict[str, int] = defaultdict(int)
    for mark in once:
        people[mark["level"]].add(mark["attendee"])
        minutes[mark["level"]] += mark["minutes"]
    return {
        level: (len(who), minutes[level] // MINUTES) if len(who) >= FEW else (FEWER, NOT_TOLD)
        for level, who in people.items()
    }


def _windows(asked: Asked) -> list[tuple[Cell, ...]]:
    """Those that closed in the school year. Counts of fewer than three people are not told."""
    if asked.year is None:
        return []
    closed = Window.objects.reachable(asked.reach).filter(
        school_year=asked.year, closes_on__lt=asked.day
    )
    windows = list(closed.order_by("closes_on", "pk"))
    sent = Q(submitted_at__isnull=False)
    own, second = Q(rater_kind=RaterKind.SELF), Q(rater_kind=RaterKind.OBSERVER)
    forms = Checklist.objects.reachable(asked.reach).current().filter(window__in=windows)
    counted = (
        forms.order_by()
        .values("window")
        .annotate(
            people=Count("holder", distinct=True, filter=own),
            asked=Count("pk", filter=own),
            sent=Count("pk", filter=own & sent),
            twice=Count("pk", filter=second & sent),
        )
    )
    by_window = {row["window"]: row for row in counted}
    return [_window(each, by_window.get(each.pk)) for each in windows]


def _window(window: Window, counted: Any) -> tuple[Cell, ...]:
    told: tuple[Cell, ...] = (0, 0, 0)
    if counted:
        told = (counted["asked"], counted["sent"], counted["twice"])
        told = told if counted["people"] >= FEW else (FEWER, NOT_TOLD, NOT_TOLD)
    return window.label, shape.day(window.opens_on), shape.day(window.closes_on), *told


def _evidence(asked: Asked) -> list[tuple[Cell, ...]]:
    done = (
        Milestone.objects.reachable(asked.reach)
        .filter(school_year=asked.year, state=State.DONE, done_on__lte=asked.day)
        .exclude(proof_text="", proof_link="", proof_file_name="")
        .order_by("-done_on", "-pk")
    )
    return [
        (
            each.title,
            shape.day(each.done_on),
            each.proof_text or each.proof_link or f"File: {each.proof_file_name}",
            ", ".join(sorted(each.supports)) or None,
        )
        for each in done
        if each.done_on
    ]


def _changes(asked: Asked) -> list[tuple[Cell, ...]]:
    zone = asked.reach.district.zone
    made = (
        DateChange.objects.reachable(asked.reach)
        .filter(milestone__school_year=asked.year)
        .select_related("milestone")
    )
    rows = [(each, each.at.astimezone(zone).date()) for each in made]
    return [
        (each.milestone.title, shape.day(each.old), shape.day(each.new), each.reason, shape.day(on))
        for each, on in rows
        if on <= asked.day
    ]
