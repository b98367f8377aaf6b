"""The demo's self-assessment: a closed round, one half rated, and a first one just opened."""

from __future__ import annotations

import datetime as dt

from roles.access import Reach
from roles.capabilities import Capability
from selfassessment.models import IndicatorRating, Round, SignOff
from selfassessment.services import evidence
from selfassessment.services.agreeing import rate
from selfassessment.services.rounds import finish, open_round
from selfassessment.services.signing import sign
from tutoring_admin.demo.world import World

DAY = dt.timedelta(days=1)
# Code, rating, the hint of that day, and why: as the team saw it in its first take.
BASELINE = (
    ("6b.1", 1, 1, "An old posting exists. Nobody has approved it, and the lead has not seen it."),
    ("6b.2", 0, 0, "Principals and supervisors work from habit. Nothing is written for them."),
    ("6b.3", 1, 1, "Coaches know their schools. Caseloads are in e-mails, not in an outline."),
    ("6c.1", 1, 0, "The provider trained leaders last August. We have no plan of our own."),
    ("6c.2", 0, 0, "No checklist is in use yet."),
)
NOW = (
    ("6b.1", 2, "The job description was published this fall, and the lead has acknowledged it."),
    ("6b.2", 2, "Every seat has a published outline. One seat stays vacant, so not routine yet."),
    ("6c.2", 1, "Three windows are closed; second raters see some items differently still."),
)


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        _open(world, "First take", world.today - 2 * DAY, by=rating_reach(world))
    else:
        _maple_valley(world)


def _maple_valley(world: World) -> None:
    by = rating_reach(world)
    first = _open(world, "Baseline", world.year.starts_on, by=by)
    for code, value, _, why in BASELINE:
        rate(first, code, value, why, by=by)
    _close(world, first, on=world.year.starts_on + 18 * DAY, by=by)
    label = f"{_season(world.today)} {world.today.year}"
    now = _open(world, label, world.today - 8 * DAY, by=by)
    for code, value, why in NOW:
        rate(now, code, value, why, by=by)
    evidence.add({"6b.2": "org_chart"}, _organization_chart(world.today), by=by)
    evidence.add({"6b.1": "board_or_hr_approval"}, _board_minutes(world.today), by=by)


def rating_reach(world: World) -> Reach:
    """The program lead, who rates for the team."""
    return world.reach(world.holder("PROGRAM_LEAD"), Capability.ASSESSMENT_RATE)


def _open(world: World, label: str, first_day: dt.date, *, by: Reach) -> Round:
    return open_round(label, first_day, first_day + 42 * DAY, by=by)


def _close(world: World, rated: Round, *, on: dt.date, by: Reach) -> None:
    """Finish and sign a round as on an earlier day, with the hints of that day: a closed round's
    ratings do not change any more.
    """
    then = dt.datetime.combine(on, dt.time(15), tzinfo=world.district.zone)
    finish(rated, by=by)
    for code, _, hint, _ in BASELINE:
        IndicatorRating.objects.filter(round=rated, code=code).update(
            rated_at=then - 3 * DAY, hint=hint
        )
    digest = rated.snapshots.get().digest
    champion = world.reach(world.holder("EXEC_CHAMPION"), Capability.ASSESSMENT_WORK)
    sign(rated, "program_lead", seen=digest, by=by)
    sign(rated, "champion", seen=digest, by=champion)
    Round.objects.filter(pk=rated.pk).update(rated_at=then - 2 * DAY, closed_at=then)
    SignOff.objects.filter(round=rated).update(at=then)


def _season(day: dt.date) -> str:
    return ("Winter", "Spring", "Summer", "Fall")[day.month % 12 // 3]


def _organization_chart(today: dt.date) -> dict[str, object]:
    return {
        "label": "Organization chart of the program",
        "text": "One page, with the lines from each site lead to the program lead.",
        "link": "",
        "dated_on": today - dt.timedelta(days=75),
    }


def _board_minutes(today: dt.date) -> dict[str, object]:
    return {
        "label": "Board minutes, item 7",
        "text": "The board took note of the program lead's job description.",
        "link": "https://maple-valley.example/board/minutes",
        "dated_on": today - dt.timedelta(days=330),
    }
