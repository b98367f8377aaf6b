"""What is in a board packet, built from the records as they stood on a day.

Aggregates only. Results of checklists are told of groups, by the rules of checklists.suppression
with nobody known to the reader: a packet is read by anyone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from roadmap.decision_reports import OpenDecision
from roles import reports as role_reports
from roles.models import Position, School
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.asked import Asked
from tutoring_admin.packets.content import Cell, Part
from tutoring_admin.packets.decided import (
    ASKED,
    TAKEN,
    Taken,
    asked_rows,
    decisions,
    taken_in,
    taken_rows,
    waiting_in,
)
from tutoring_admin.packets.fidelity import Fidelity, Row, fidelity_of
from tutoring_admin.packets.learning import pace_on
from tutoring_admin.packets.plan import PhaseRow, all_of, coming, milestones, phases_of
from tutoring_admin.packets.readiness import Readiness, readiness_of

MOST_SCHOOLS = 100  # in the appendix
FEW_LINES = 6  # on the first two pages; all of them stand in the appendix
BANDS = ("On track", "Developing", "Needs support", "Not enough ratings")
PERCENTS = ("On track, %", "Before, %")


@dataclass(frozen=True)
class Records:
    """All that the records say for a day. `schools`: name, positions, and how many are filled."""

    ready: Readiness
    results: Fidelity
    phases: list[PhaseRow]
    schools: list[tuple[str, int, int]]
    waiting: tuple[OpenDecision, ...]
    taken: list[Taken]


def board(asked: Asked) -> tuple[list[Part], list[Part]]:
    """The sections of the two pages, and those of the appendix."""
    found = Records(
        readiness_of(asked.reach, asked.day),
        fidelity_of(asked.reach, asked.day),
        phases_of(asked),
        _schools(asked),
        waiting_in(asked),
        taken_in(asked),
    )
    pages = [
        shape.section("purpose", "Purpose", [asked.typed.purpose]),
        shape.section("glance", "At a glance", figures=_glance(asked, found)),
        _readiness(found.ready),
        milestones(asked, found.phases),
        _fidelity(found.results),
        shape.section("money", "Money", [asked.typed.money or "No line was given by finance."]),
        decisions(asked, found.waiting, found.taken),
        coming(asked),
    ]
    if asked.typed.note:
        pages.append(shape.section("note", "To add", [asked.typed.note]))
    return pages, _appendix(found)


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


def _glance(asked: Asked, found: Records) -> list[Part]:
    held = role_reports.coverage(asked.reach, asked.day)
    people, on_pace = pace_on(asked.reach, asked.year, asked.day)
    plan = all_of(found.phases)
    return [
        shape.figure("schools", "Schools with tutoring", len(found.schools)),
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
            found.ready.enough,
            found.ready.total,
            says="Ratings of the team of the district; not a score of NSSA.",
        ),
        shape.figure("milestones", "Milestones done", plan.done, plan.total),
        shape.figure("late", "Milestones late", plan.late),
        shape.figure(
            "submitted",
            "Checklists in, last closed window",
            found.results.submitted,
            found.results.asked,
            says=found.results.label,
        ),
        shape.figure(
            "on_track",
            "Checklists on track, last closed window",
            found.results.percent,
            unit="%",
            says=found.results.label,
        ),
        shape.figure("pace", "People on pace with their learning", on_pace, people),
        shape.figure("asked", "Decisions asked", len(found.waiting)),
        shape.figure("taken", "Decisions taken", len(found.taken)),
    ]


def _readiness(ready: Readiness) -> Part:
    columns = ("Indicator", "What it asks", "Rating", "Rating before", "Trend")
    says = ready.round or "No round of the self-assessment has been closed yet."
    note = f"{ready.scale}. Rated by the team of the district; it is not a score of NSSA."
    rows = shape.table("readiness", "Readiness", columns, ready.rows, note)
    return shape.section("readiness", "Readiness: 6b and 6c", [says], tables=[rows])


def _fidelity(results: Fidelity) -> Part:
    rows = [_short(row) for row in (*results.told[:FEW_LINES], *_whole(results))]
    more = len(results.told) - FEW_LINES
    says = [
        results.says,
        results.left_out,
        f"{more} more positions stand in the appendix." if more > 0 else "",
    ]
    columns = ("Position", "Rated", *BANDS[:3], *PERCENTS)
    tables = [shape.table("bands", "Fidelity by position", columns, rows)] if rows else []
    return shape.section("fidelity", "How well the work is carried out", says, tables=tables)


def _whole(results: Fidelity) -> tuple[Row, ...]:
    return (results.whole,) if results.whole else ()


def _short(row: Row) -> tuple[Cell, ...]:
    """Without those who have not enough ratings; they stand in the appendix."""
    title, rated, bands, percent, before = row
    return title, rated, *bands[:3], percent, before


def _long(row: Row) -> tuple[Cell, ...]:
    title, rated, bands, percent, before = row
    return title, rated, *bands, percent, before


def _appendix(found: Records) -> list[Part]:
    ready, results = found.ready, found.results
    every = [_long(row) for row in (*results.rows, *_whole(results))]
    bands = ("Position", "Rated", *BANDS, *PERCENTS)
    seats = ("School", "Positions", "Filled")
    parts = [
        shape.listed("rounds", "Ratings by round", ready.history_columns, ready.history),
        shape.listed(
            "every_position", "Fidelity of every position", bands, every, note=results.why
        ),
        shape.listed("asked_all", "Decisions asked, in full", ASKED, asked_rows(found.waiting)),
        shape.listed("taken_all", "Decisions taken, in full", TAKEN, taken_rows(found.taken)),
        shape.listed("every_school", "Schools", seats, found.schools, most=MOST_SCHOOLS),
    ]
    return [part for part in parts if part["tables"]]
