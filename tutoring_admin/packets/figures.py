"""What is in a board packet, built from the records as they stood on a day.

Aggregates only. Results of checklists are told of groups, by the rules of checklists.suppression
with nobody known to the reader: a packet is read by anyone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from checklists.models import Window
from roadmap.decision_reports import OpenDecision, open_for_packet
from roadmap.models import DecisionRequest, DecisionState, Milestone, State
from roadmap.models.decisions import ANSWERED
from roles import reports as role_reports
from roles.access import Reach
from roles.models import Position, School, SchoolYear
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.content import Part
from tutoring_admin.packets.fidelity import Fidelity, fidelity_of
from tutoring_admin.packets.learning import pace_on
from tutoring_admin.packets.readiness import Readiness, readiness_of

FEW_LINES = 6  # on the first two pages; all of them stand in the appendix
BANDS = ("On track", "Developing", "Needs support", "Not enough ratings")
NO_YEAR = "No school year holds this day, so the roadmap tells nothing."


@dataclass(frozen=True)
class Typed:
    """What people type into a packet, and whether staff may be named in it."""

    purpose: str = ""
    money: str = ""
    note: str = ""
    with_names: bool = False


@dataclass(frozen=True)
class Asked:
    """What a packet is built of: who reads the records, for which day, and the lines typed."""

    reach: Reach
    day: dt.date
    typed: Typed
    year: SchoolYear | None
    answered_since: dt.date


def board(asked: Asked) -> tuple[list[Part], list[Part]]:
    """The sections of the two pages, and those of the appendix."""
    ready = readiness_of(asked.reach, asked.day)
    results = fidelity_of(asked.reach, asked.day)
    phases = _phases(asked)
    schools = _schools(asked)
    decided = _taken(asked)
    waiting = open_for_packet(asked.reach)
    pages = [
        shape.section("purpose", "Purpose", [asked.typed.purpose]),
        shape.section(
            "glance", "At a glance", figures=_glance(asked, ready, results, phases, schools)
        ),
        _readiness(ready),
        _milestones(asked, phases),
        _fidelity(results),
        shape.section("money", "Money", [asked.typed.money or "No line was given by finance."]),
        _decisions(waiting, decided),
        _next(asked),
    ]
    if asked.typed.note:
        pages.append(shape.section("note", "To add", [asked.typed.note]))
    return pages, _appendix(ready, results, schools, decided, asked)


def _schools(asked: Asked) -> list[tuple[str, int, int]]:
    """Schools with positions: name, positions, and how many are filled."""
    rows = (
        Position.objects.reachable(asked.reach)
        .active(asked.day)
        .filter(school__isnull=False)
        .with_filled(asked.day)
        .order_by()
        .values("school")
        .annotate(positions=Count("pk"), full=Count("pk", filter=Q(filled=True)))
    )
    found = {row["school"]: (row["positions"], row["full"]) for row in rows}
    named = School.objects.reachable(asked.reach).filter(pk__in=found).order_by("name", "pk")
    return [(name, *found[pk]) for pk, name in named.values_list("pk", "name")]


def _glance(
    asked: Asked,
    ready: Readiness,
    results: Fidelity,
    phases: list[tuple[str, int, int, int]],
    schools: list[tuple[str, int, int]],
) -> list[Part]:
    held = role_reports.coverage(asked.reach, asked.day)
    people, on_pace = pace_on(asked.reach, asked.year, asked.day)
    total, done, late = (sum(row[n] for row in phases) for n in (1, 2, 3))
    return [
        shape.figure("schools", "Schools with tutoring", len(schools)),
        shape.figure("filled", "Leadership positions filled", held.filled, held.positions),
        shape.figure(
            "described",
            "Positions with a published job description",
            held.described,
            held.positions,
        ),
        shape.figure(
            "ready",
            "Indicators of 6b and 6c rated 2 or 3",
            ready.enough,
            ready.total,
            says="Ratings of the team of the district; not a score of NSSA.",
        ),
        shape.figure("milestones", "Milestones done", done, total),
        shape.figure("late", "Milestones late", late),
        shape.figure(
            "submitted",
            "Checklists in, last closed window",
            results.submitted,
            results.asked,
            says=results.label,
        ),
        shape.figure(
            "on_track",
            "Checklists on track, last closed window",
            results.percent,
            unit="%",
            says=results.label,
        ),
        shape.figure("pace", "People on pace with their learning", on_pace, people),
    ]


def _readiness(ready: Readiness) -> Part:
    columns = ("Indicator", "What it asks", "Rating", "Rating before", "Trend")
    says = ready.round or "No round of the self-assessment has been closed yet."
    note = "0 to 3, by the team of the district. It is not a score of NSSA."
    rows = shape.table("readiness", "Readiness", columns, ready.rows, note)
    return shape.section("readiness", "Readiness: 6b and 6c", [says], tables=[rows])


def _phases(asked: Asked) -> list[tuple[str, int, int, int]]:
    """By phase: title, milestones that apply, done by the day, late on the day."""
    if asked.year is None:
        return []
    done = Q(state=State.DONE, done_on__lte=asked.day)
    applies = ~Q(state=State.NOT_APPLICABLE)
    rows = (
        Milestone.objects.reachable(asked.reach)
        .filter(school_year=asked.year)
        .order_by()
        .values("phase__order", "phase__title")
        .annotate(
            total=Count("pk", filter=applies),
            done=Count("pk", filter=done),
            late=Count("pk", filter=applies & ~done & Q(due_on__lt=asked.day)),
        )
        .order_by("phase__order")
    )
    return [(row["phase__title"], row["total"], row["done"], row["late"]) for row in rows]


def _milestones(asked: Asked, phases: list[tuple[str, int, int, int]]) -> Part:
    columns = ("Phase", "Milestones", "Done", "Late")
    total, done, late = (sum(row[n] for row in phases) for n in (1, 2, 3))
    rows = [*phases, ("All phases", total, done, late)] if phases else []
    says = NO_YEAR if asked.year is None else ""
    tables = [shape.table("phases", "Milestones by phase", columns, rows)] if rows else []
    return shape.section("roadmap", "Milestones by phase", [says], tables=tables)


def _fidelity(results: Fidelity) -> Part:
    columns = ("Position", "Rated", *BANDS[:3], "On track", "Before")
    rows = [
        (title, rated, *bands[:3], percent, before)
        for title, rated, bands, percent, before in results.rows[:FEW_LINES]
    ]
    if results.whole:
        title, rated, bands, percent, before = results.whole
        rows.append((title, rated, *bands[:3], percent, before))
    more = len(results.rows) - FEW_LINES
    says = [results.says, f"{more} more positions stand in the appendix." if more > 0 else ""]
    tables = [shape.table("bands", "Fidelity by position", columns, rows)] if rows else []
    return shape.section("fidelity", "How well the work is carried out", says, tables=tables)


def _decisions(waiting: tuple[OpenDecision, ...], decided: list[tuple[str, ...]]) -> Part:
    asked = [
        (each.question, each.cost or "no cost given", each.decider, shape.day(each.due_on))
        for each in waiting[:FEW_LINES]
    ]
    columns = ("Question", "Cost", "Asked of", "Needed by")
    told = ("Question", "Answer", "On")
    tables = [
        shape.table("asked", "Asked", columns, asked),
        shape.table("taken", "Taken", told, [row[:3] for row in decided[:FEW_LINES]]),
    ]
    says = [
        "" if waiting else "No decision is asked for.",
        "" if decided else "None has been taken since the last packet.",
    ]
    figures = [
        shape.figure("asked", "Decisions asked", len(waiting)),
        shape.figure("taken", "Decisions taken", len(decided)),
    ]
    kept = [part for part in tables if part["rows"]]
    return shape.section("decisions", "Decisions", says, figures=figures, tables=kept)


def _taken(asked: Asked) -> list[tuple[str, ...]]:
    """Question, answer, day, and what was said to it, the newest first."""
    found = (
        DecisionRequest.objects.reachable(asked.reach)
        .filter(state__in=ANSWERED, answered_at__isnull=False)
        .select_related("chosen", "answered_by")
        .order_by("-answered_at", "-pk")
    )
    zone, rows = asked.reach.district.zone, []
    for each in found:
        on = each.answered_at.astimezone(zone).date()
        if asked.answered_since <= on <= asked.day:
            answer = str(each.get_state_display())
            if each.state == DecisionState.APPROVED and each.chosen:
                answer = f"{answer}: {each.chosen.text}"
            if asked.typed.with_names:
                answer = f"{answer} ({each.answered_by})"
            rows.append((each.question, answer, shape.day(on), each.answer))
    return rows


def _next(asked: Asked) -> Part:
    columns = ("What", "Due", "Who")
    found = (
        Milestone.objects.reachable(asked.reach)
        .filter(school_year=asked.year, due_on__gte=asked.day)
        .exclude(state__in=(State.DONE, State.NOT_APPLICABLE))
        .with_owner(asked.day)
        .order_by("due_on", "pk")[:FEW_LINES]
    )
    rows = [
        (each.title, shape.day(each.due_on), _who(each, named=asked.typed.with_names))
        for each in found
    ]
    opens = Window.objects.reachable(asked.reach).filter(opens_on__gt=asked.day)
    window = opens.order_by("opens_on", "pk").first()
    says = [
        f"The next checklist window, {window.label}, opens on {shape.day(window.opens_on)}."
        if window
        else "",
        "" if rows else "No milestone is due any more this school year.",
    ]
    tables = [shape.table("next", "Milestones due next", columns, rows)] if rows else []
    return shape.section("next", "What comes next", says, tables=tables)


def _who(milestone: Milestone, *, named: bool) -> str:
    """The position that owns it; with the name of its holder where staff may be named."""
    if milestone.owner is None:
        usual = milestone.usual_owner
        return f"No owner yet, usually {usual}" if usual else shape.NOTHING
    holder = milestone.holder
    return f"{milestone.owner} ({holder})" if named and holder else str(milestone.owner)


def _appendix(
    ready: Readiness,
    results: Fidelity,
    schools: list[tuple[str, int, int]],
    decided: list[tuple[str, ...]],
    asked: Asked,
) -> list[Part]:
    parts = [
        shape.section(
            "rounds",
            "Ratings of the closed rounds",
            ["The last rounds, oldest first."] if ready.history else [],
            tables=[shape.table("rounds", "Ratings by round", ready.history_columns, ready.history)]
            if ready.history
            else [],
        ),
        shape.section(
            "every_position",
            "Fidelity of every position",
            [results.says],
            tables=[
                shape.table(
                    "every_position",
                    "Fidelity of every position",
                    ("Position", "Rated", *BANDS, "On track", "Before"),
                    [
                        (title, rated, *bands, percent, before)
                        for title, rated, bands, percent, before in (
                            *results.rows,
                            *([results.whole] if results.whole else []),
                        )
                    ],
                    results.why,
                )
            ]
            if results.rows
            else [],
        ),
        shape.section(
            "schools",
            "Schools",
            tables=[shape.table("schools", "Schools", ("School", "Positions", "Filled"), schools)],
        ),
    ]
    if decided:
        rows = [(*row[:3], row[3] or None) for row in decided]
        columns = ("Question", "Answer", "On", "What was said")
        tables = [shape.table("decided", "Decisions taken", columns, rows)]
        parts.append(shape.section("decided", "Decisions taken, in full", tables=tables))
    return parts
