"""The rows of the table of gaps, see `sheet_rows`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from roadmap.spreadsheets import Column, Value
from roles.access import Reach
from selfassessment import gaps
from selfassessment.collecting import collect
from selfassessment.gaps import Work
from selfassessment.models import GapMilestone

GAPS = (
    Column("Indicator", "Its code.", 11),
    Column("Opened on", "The day.", 12),
    Column("Rated", "What opened it.", 8),
    Column("Target", "0 to 3.", 8),
    Column("Stands", "In words.", 40),
    Column("Cause", "Why it is so.", 50),
    Column("Owner", "The position.", 34),
    Column("Milestone", "That is to close it.", 50),
    Column("Due", "The day.", 12),
    Column("Milestone state", "How far it is.", 16),
    Column("Done on", "The day its proof is of.", 12),
    Column("Proof", "What shows it.", 50),
    Column("Closed on", "By a new rating.", 12),
    Column("Closed by", "That rating.", 30),
    Column("Dropped because", "What the district wrote.", 40),
)


def gap_rows(reach: Reach, state: str) -> list[list[Value]]:
    """Rows of `GAPS`: of those open the ones in this state, and all that is settled."""
    facts = collect(reach, reach.district.today())
    work = gaps.standing(reach, gaps.rows(reach), facts)
    return list(rows_of([each for each in work if not each.gap.is_open or each.state == state]))


def rows_of(work: Sequence[Work]) -> Iterator[list[Value]]:
    """A row for each milestone of a gap; one for a gap that has none."""
    for each in work:
        steps: Sequence[GapMilestone | None] = each.steps or [None]
        for step in steps:
            yield [*_gap(each), *_milestone(step), *_end(each)]


def _gap(work: Work) -> list[Value]:
    gap = work.gap
    return [
        gap.code,
        day_of(gap.opened_at),
        gap.rating.value,
        gap.target,
        work.words,
        gap.cause,
        str(gap.owner or ""),
    ]


def _milestone(step: GapMilestone | None) -> list[Value]:
    if step is None:
        return [""] * 5
    milestone = step.milestone
    proof = milestone.proof_text or milestone.proof_link or milestone.proof_file_name
    return [
        milestone.title,
        milestone.due_on,
        milestone.get_state_display(),
        milestone.done_on,
        proof,
    ]


def _end(work: Work) -> list[Value]:
    gap = work.gap
    closing = gap.closing_rating
    return [
        day_of(gap.closed_at),
        f"{closing.value}, {closing.round.label}" if closing else "",
        gap.dropped_why,
    ]


def day_of(at: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(at) if at else None
