"""The signed rounds of the demo's self-assessment, each as on its day: votes, causes, signatures
and what evidence there was by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from roles.access import Reach
from roles.capabilities import Capability
from roles.models import User
from selfassessment.causes import Cause, causes_of, words
from selfassessment.freezing import digest
from selfassessment.models import (
    EvidenceSnapshot,
    Gap,
    IndicatorRating,
    Round,
    RoundMember,
    SignOff,
    Stage,
    Vote,
)
from selfassessment.services.agreeing import agree
from selfassessment.services.rounds import finish, open_round
from selfassessment.services.signing import sign
from tutoring_admin.demo.world import World

DAY = dt.timedelta(days=1)
TEAM = ("lead", "champion", "supervisor", "principal", "site", "coach")


@dataclass(frozen=True)
class Said:
    """What the team said of one indicator. `votes` in the order of TEAM; `records` are hint,
    documented and practised of that day; `because` finds causes by a part of their label.
    """

    code: str
    value: int
    votes: tuple[int, ...]
    why: str
    records: tuple[int, int, int] = (0, 0, 0)
    dissent: str = ""
    because: tuple[str, ...] = ()


BASELINE = (
    Said("6b.1", 1, (1, 1, 1, 1, 1, 2), "HR approved a text in spring. It is not published, and the"
         " lead has not seen the final wording.", (1, 1, 0)),
    Said("6b.2", 0, (0, 0, 0, 1, 0, 0), "Principals and supervisors work from habit. Nothing is"
         " written for them.", (0, 0, 0)),
    Said("6b.3", 1, (1, 1, 1, 1, 2, 1), "Coaches know their schools. Caseloads are in e-mails, not"
         " in an outline.", (1, 1, 1)),
    Said("6c.1", 1, (1, 1, 0, 1, 1, 1), "The provider trained leaders last August. We have no plan"
         " of our own.", (0, 0, 0)),
    Said("6c.2", 0, (0, 0, 0, 0, 0, 0), "No checklist is in use yet.", (0, 0, 0)),
)  # fmt: skip
MIDDLE = (
    Said("6b.1", 2, (2, 2, 2, 2, 1, 2), "Published, with responsibilities, and the lead has"
         " acknowledged it. Not used in coaching talks yet.", (2, 2, 2),
         because=("job description",)),
    Said("6b.2", 1, (1, 2, 1, 1, 2, 1), "Outlines are published for most. Supervisors and two"
         " schools are still without.", (1, 1, 1),
         dissent="Two of six saw a 2: in their own school and office nothing is missing."),
    Said("6b.3", 1, (1, 1, 1, 1, 1, 1), "Outlines are written, but caseloads still travel by"
         " e-mail.", (1, 2, 1)),
    Said("6c.1", 1, (1, 2, 1, 1, 1, 1), "There is a plan for each level now. Site leads have not"
         " met since September.", (1, 2, 1)),
    Said("6c.2", 1, (1, 1, 1, 1, 1, 1), "Checklists are published for every role and the first"
         " window has closed.", (1, 2, 1), because=("checklist", "closed")),
)  # fmt: skip


def baseline(world: World) -> Round:
    """Taken before students came."""
    return _taken(world, "Baseline", BASELINE, on=world.year.starts_on + 18 * DAY)


def middle(world: World) -> Round:
    """Taken some six weeks ago, in the month that gives it its name."""
    on = world.today - 40 * DAY
    return _taken(world, f"{on:%B} check", MIDDLE, on=on)


def team_of(world: World) -> list[User]:
    return [world.users[f"{who}@{world.district.slug}.example"] for who in TEAM]


def agreed(
    round_: Round, said: Said, *, by: Reach, on: dt.date, after: Round | None = None
) -> IndicatorRating:
    """Votes shown, talked about and agreed on, as of a day. `after` is the round before."""
    at = _afternoon(round_, on)
    rating = round_.ratings.get(code=said.code)
    _vote(rating, said.votes, at)
    differs = after is not None and after.ratings.get(code=said.code).value != said.value
    causes = _causes(rating, said, on, by=by) if differs else ()
    agree(round_, said.code, said.value, said.why, dissent=said.dissent, causes=causes, by=by)
    IndicatorRating.objects.filter(pk=rating.pk).update(rated_at=at, revealed_at=at)
    return rating


def _vote(rating: IndicatorRating, votes: Sequence[int], at: dt.datetime) -> None:
    shown = {"stage": Stage.REVEALED, "turn": 1, "revealed_at": at}
    IndicatorRating.objects.filter(pk=rating.pk).update(**shown)
    members = RoundMember.objects.filter(round=rating.round_id).order_by("pk")
    Vote.objects.bulk_create(
        Vote(
            district_id=rating.district_id, rating=rating, member=member, turn=1, value=value,
            cast_at=at,
        )
        for member, value in zip(members, votes, strict=True)
    )  # fmt: skip


def _causes(rating: IndicatorRating, said: Said, on: dt.date, *, by: Reach) -> Collection[Cause]:
    """What was there on that day and is named so; else the team's own words."""
    there = [each for each in causes_of(rating, by=by) if each.dated_on and each.dated_on <= on]
    named = [
        each for part in said.because for each in there if part in each.label.lower()
    ][:2]  # fmt: skip
    return named or there[:2] or [words(said.why)]


def _taken(world: World, label: str, ratings: Sequence[Said], *, on: dt.date) -> Round:
    """A whole round in the past, signed on a day."""
    manager = world.reach(world.holder("PROJECT_MANAGER"), Capability.ASSESSMENT_RATE)
    before = Round.objects.filter(district=world.district).order_by("-pk").first()
    opened = open_round(label, on - 14 * DAY, on + 14 * DAY, by=manager)
    # Rows, not the service: nobody is to hear today that they were in a team of then.
    Round.objects.filter(pk=opened.pk).update(facilitator=manager.user)
    RoundMember.objects.bulk_create(
        RoundMember(district=world.district, round=opened, user=user) for user in team_of(world)
    )
    opened.refresh_from_db()
    for said in ratings:
        agreed(opened, said, by=manager, on=on - 5 * DAY, after=before)
    _sign(world, finish(opened, by=manager), ratings, on)
    return opened


def _sign(world: World, rated: Round, ratings: Sequence[Said], on: dt.date) -> None:
    kept = _as_of(rated, ratings, on)
    for who, capacity in (("lead", "program_lead"), ("champion", "champion")):
        user = world.users[f"{who}@{world.district.slug}.example"]
        by = world.reach(user, Capability.ASSESSMENT_RATE)
        sign(rated, capacity, seen=kept.digest, by=by)
    then = _afternoon(rated, on)
    Round.objects.filter(pk=rated.pk).update(rated_at=then - 2 * DAY, closed_at=then)
    SignOff.objects.filter(round=rated, capacity="program_lead").update(at=then - DAY)
    SignOff.objects.filter(round=rated, capacity="champion").update(at=then)
    Gap.objects.filter(rating__round=rated).update(opened_at=then - 5 * DAY)
    Gap.objects.filter(closing_rating__round=rated).update(closed_at=then)


def _as_of(rated: Round, ratings: Sequence[Said], on: dt.date) -> EvidenceSnapshot:
    """The frozen evidence with only what was there by that day, and the records of then."""
    kept = EvidenceSnapshot.objects.get(round=rated)
    by_code = {said.code: said for said in ratings}
    for code, told in kept.content.items():
        said = by_code[code]
        told["evidence"] = [each for each in told["evidence"] if _was_there(each, on)]
        told["hint"], told["documented"], told["practised"] = said.records
        told["checks"] = [_check_of_then(check, said) for check in told["checks"]]
        IndicatorRating.objects.filter(round=rated, code=code).update(
            hint=said.records[0], documented=said.records[1], practised=said.records[2]
        )
    kept.digest, kept.taken_at = digest(kept.content), _afternoon(rated, on - 2 * DAY)
    kept.save()
    return kept


def _was_there(item: dict[str, Any], on: dt.date) -> bool:
    return item["dated_on"] is not None and item["dated_on"] <= on.isoformat()


def _check_of_then(check: dict[str, Any], said: Said) -> dict[str, Any]:
    """A check passed up to what the records said on its axis."""
    _, documented, practised = said.records
    reached = documented if check.get("axis") == "documented" else practised
    if check["rung"] <= reached:
        return {**check, "result": "passed", "found": "It was so on that day.", "things": []}
    return {**check, "result": "failed", "found": "Not yet on that day.", "things": []}


def _afternoon(round_: Round, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(15), tzinfo=round_.district.zone)
