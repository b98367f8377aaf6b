"""The demo's self-assessment: a closed round, one half rated, and a first one just opened."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.access import Reach
from roles.capabilities import Capability
from selfassessment.models import IndicatorRating, Round
from selfassessment.services import add_note, close_round, open_round, rate
from tutoring_admin.demo.world import World

# Code, rating, the hint of that day, and why: as the team saw it in its first take.
BASELINE = (
    ("6b.1", 1, 1, "An old posting exists. Nobody has approved it, and the lead has not seen it."),
    ("6b.2", 0, 0, "Principals and supervisors work from habit. Nothing is written for them."),
    ("6b.3", 1, 1, "Coaches know their schools. Caseloads are in e-mails, not in an outline."),
    ("6c.1", 1, 0, "We trained in August because the provider offered it. There is no plan."),
    ("6c.2", 0, 0, "No checklist before this year."),
)
NOW = (
    ("6b.1", 2, "The job description was published this fall, and the lead has acknowledged it."),
    ("6b.2", 2, "Every seat has a published outline. One seat stays vacant, so not routine yet."),
    ("6c.2", 1, "Two windows are closed, but second raters see many items differently still."),
)


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        _open(world, "First take", starts=-2, ends=40, by=rating_reach(world))
    else:
        _maple_valley(world)


def _maple_valley(world: World) -> None:
    by = rating_reach(world)
    first = _open(world, "Baseline", starts=-80, ends=-60, by=by)
    for code, value, _, why in BASELINE:
        rate(first, code, value, why, by=by)
    close_round(first, by=by)
    _move_back(first, days=62)
    now = _open(world, f"{_season(world.today)} {world.today.year}", starts=-8, ends=34, by=by)
    for code, value, why in NOW:
        rate(now, code, value, why, by=by)
    add_note("6b.2", _organization_chart(world.today), by=by)
    add_note("6b.1", _board_minutes(world.today), by=by)


def rating_reach(world: World) -> Reach:
    """The program lead, who rates for the team."""
    return world.reach(world.holder("PROGRAM_LEAD"), Capability.ASSESSMENT_RATE)


def _open(world: World, label: str, *, starts: int, ends: int, by: Reach) -> Round:
    """Open a round so many days from today."""
    first, last = (world.today + dt.timedelta(days=days) for days in (starts, ends))
    return open_round(label, first, last, by=by)


def _move_back(closed: Round, *, days: int) -> None:
    """Make a round of just now one of weeks ago, with the hints of that day."""
    then = timezone.now() - dt.timedelta(days=days)
    Round.objects.filter(pk=closed.pk).update(closed_at=then)
    for code, _, hint, _ in BASELINE:
        IndicatorRating.objects.filter(round=closed, code=code).update(
            rated_at=then - dt.timedelta(days=3), hint=hint
        )


def _season(day: dt.date) -> str:
    return ("Winter", "Spring", "Summer", "Fall")[day.month % 12 // 3]


def _organization_chart(today: dt.date) -> dict[str, object]:
    return {
        "kind": "org_chart",
        "label": "Organization chart of the program",
        "text": "One page, with the lines from each site lead to the program lead.",
        "link": "",
        "dated_on": today - dt.timedelta(days=75),
    }


def _board_minutes(today: dt.date) -> dict[str, object]:
    return {
        "kind": "board_or_hr_approval",
        "label": "Board minutes, item 7",
        "text": "The board took note of the program lead's job description.",
        "link": "https://maple-valley.example/board/minutes",
        "dated_on": today - dt.timedelta(days=330),
    }
