"""The demo's self-assessment: two signed rounds to compare, a third in the middle of its votes, and
a first one just opened in the other district.
"""

from __future__ import annotations

from roles.access import Reach
from roles.capabilities import Capability
from selfassessment.models import Mode, Round
from selfassessment.services import evidence, voting
from selfassessment.services.rounds import open_round
from tutoring_admin.demo import assessment_gaps, assessment_past
from tutoring_admin.demo.assessment_past import DAY, Said, team_of
from tutoring_admin.demo.world import World

NOW = (
    ("6b.1", 2, "The job description was published this fall, and the lead has acknowledged it."),
    ("6b.2", 2, "Every seat has a published outline. One seat stays vacant, so not routine yet."),
    ("6c.2", 2, "Windows close on time, with second raters. Not every action of them is done."),
)
VOTES = {"6b.1": (2, 2, 2, 3, 2, 2), "6b.2": (2, 1, 2, 2, 2, 2), "6c.2": (2, 2, 2, 1, 2, 3)}
DISSENT = {
    "6c.2": "One of six saw a 1: at one school the second rater came too late twice.",
}
CAST_ALREADY = (("lead", 2), ("supervisor", 1), ("coach", 2))


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        _first_take(world)
    else:
        _maple_valley(world)


def rating_reach(world: World) -> Reach:
    """The program lead, who rates for the team."""
    return world.reach(world.holder("PROGRAM_LEAD"), Capability.ASSESSMENT_RATE)


def _first_take(world: World) -> None:
    """A small team at one table: it types in how many said what."""
    first_day = world.today - 2 * DAY
    team = [world.users[f"{who}@{world.district.slug}.example"] for who in ("lead", "champion")]
    open_round(
        "First take", first_day, first_day + 42 * DAY, mode=Mode.ROOM, team=team,
        by=rating_reach(world),
    )  # fmt: skip


def _maple_valley(world: World) -> None:
    _by_hand(world)
    assessment_past.baseline(world)
    assessment_gaps.explained(world)
    middle = assessment_past.middle(world)
    assessment_gaps.in_work(world)
    _under_way(world, middle)


def _under_way(world: World, middle: Round) -> None:
    """The round of these days: three agreed on, one being voted on, one still to come."""
    first_day = world.today - 8 * DAY
    manager = world.reach(world.holder("PROJECT_MANAGER"), Capability.ASSESSMENT_RATE)
    opened = open_round(
        f"{first_day:%B} check", first_day, first_day + 42 * DAY,
        team=team_of(world), facilitator=manager.user, by=manager,
    )  # fmt: skip
    for code, value, why in NOW:
        said = Said(code, value, VOTES[code], why, dissent=DISSENT.get(code, ""))
        assessment_past.agreed(opened, said, by=manager, on=world.today - 2 * DAY, after=middle)
    voting.open_voting(opened, "6b.3", turn=0, by=manager)
    rating = opened.ratings.get(code="6b.3")
    for who, value in CAST_ALREADY:
        user = world.users[f"{who}@{world.district.slug}.example"]
        voter = world.reach(user, Capability.ASSESSMENT_WORK)
        voting.cast(rating, value, "", turn=1, by=voter)


def _by_hand(world: World) -> None:
    """Two papers that speak for themselves; one of them counts for three more weeks only."""
    by = rating_reach(world)
    evidence.add(
        {"6b.2": "org_chart"},
        {
            "label": "Organization chart of the program",
            "text": "One page, with the lines from each site lead to the program lead.",
            "link": "",
            "dated_on": world.today - 75 * DAY,
        },
        by=by,
    )
    evidence.add(
        {"6b.1": "board_or_hr_approval"},
        {
            "label": "Board minutes, item 7",
            "text": "The board took note of the program lead's job description.",
            "link": "https://maple-valley.example/board/minutes",
            "dated_on": world.today - 330 * DAY,
            "expires_on": world.today + 21 * DAY,
        },
        by=by,
    )
