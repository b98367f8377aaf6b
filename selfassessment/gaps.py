"""Gaps as they stand: what was rated, what is done about it, and what that comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from roadmap.models import Milestone, State
from roles.access import Reach
from roles.models import Assignment
from selfassessment.causes import Frozen, frozen_with, key_of
from selfassessment.collecting import collect
from selfassessment.evidence import Item, evidence
from selfassessment.facts import Facts
from selfassessment.library import Indicator, indicators_of, library
from selfassessment.loop import GapState, Way, next_step, state_of, words
from selfassessment.models import Gap, GapMilestone, IndicatorRating, Round
from selfassessment.readiness import hint

MILESTONE = "roadmap:detail"


@dataclass(frozen=True)
class Work:
    """One gap with all that says where it stands. `last` is the newest rating of its indicator."""

    gap: Gap
    indicator: Indicator
    steps: Sequence[GapMilestone]
    last: IndicatorRating
    way: Way

    @property
    def state(self) -> GapState:
        return state_of(self.way)

    @property
    def words(self) -> str:
        return words(self.way)

    @property
    def next_step(self) -> str:
        return next_step(self.way)

    @property
    def open_steps(self) -> list[GapMilestone]:
        return [step for step in self.steps if step.milestone.is_open]

    @property
    def kind(self) -> str:
        """The kind of its status chip."""
        return {
            GapState.EXPLAIN: "not-started",
            GapState.PLAN: "not-started",
            GapState.WORK: "in-progress",
            GapState.READY: "due-soon",
            GapState.RATED: "in-review",
            GapState.CLOSED: "done",
            GapState.DROPPED: "not-applicable",
        }[self.state]


def rows(reach: Reach) -> Any:
    """Gaps with what names them, and their milestones with owners, in a fixed number of queries."""
    today = reach.district.today()
    milestones = Milestone.objects.reachable(reach).with_owner(today)
    steps = GapMilestone.objects.reachable(reach)
    now = Assignment.objects.in_force(today).select_related("holder")
    return (
        Gap.objects.reachable(reach)
        .select_related(
            "rating__round",
            "rating__rated_by",
            "closing_rating__round",
            "closing_rating__rated_by",
            "owner__role",
            "owner__school",
            "owner__department",
            "opened_by",
            "dropped_by",
        )
        .defer("rating__round__taken", "closing_rating__round__taken")
        .prefetch_related(
            Prefetch("steps", steps.prefetch_related(Prefetch("milestone", milestones))),
            Prefetch("owner__assignments", now, to_attr="in_force"),
        )
    )


def standing(reach: Reach, gaps: Iterable[Gap], facts: Facts | None = None) -> list[Work]:
    """Where these gaps (of `rows`) stand. Without `facts` the records are read once, and only if a
    gap is open.
    """
    found = list(gaps)
    if facts is None and any(gap.is_open for gap in found):
        facts = collect(reach, reach.district.today())
    last = _last_ratings(reach, found)
    frozen = frozen_with(last.values())
    known = _indicators(reach, found, last)
    return [work_of(gap, known[gap.code], last[gap.pk], facts, frozen) for gap in found]


def open_work(reach: Reach, facts: Facts | None = None) -> list[Work]:
    """All open gaps, in the order of their indicators: one for an indicator at most."""
    return standing(reach, rows(reach).open().order_by("code"), facts)


def work_of(
    gap: Gap,
    indicator: Indicator,
    last: IndicatorRating,
    facts: Facts | None,
    frozen: Frozen,
) -> Work:
    """Where one gap stands. Reads its steps with their milestones and the round of `last`."""
    steps = list(gap.steps.all())
    is_open = gap.is_open and facts is not None
    way = Way(
        target=gap.target,
        explained=bool(gap.cause),
        steps=len(steps),
        done=sum(step.milestone.state == State.DONE for step in steps),
        aside=sum(step.milestone.state == State.NOT_APPLICABLE for step in steps),
        value=last.value,
        rated_again=last.pk != gap.rating_id,
        is_final=last.round.is_closed,
        planned_since=any(_after(step.added_at, last) for step in steps),
        is_new=bool(is_open and facts and _is_new(indicator, facts, last, steps, frozen)),
        hint_above=_hint_above(indicator, facts, last) if is_open and facts else None,
        closed=gap.closed_at is not None,
        dropped=gap.dropped_at is not None,
    )
    return Work(gap, indicator, steps, last, way)


def _after(moment: dt.datetime | None, last: IndicatorRating) -> bool:
    return bool(moment and last.rated_at and moment > last.rated_at)


def _is_new(
    indicator: Indicator,
    facts: Facts,
    last: IndicatorRating,
    steps: Sequence[GapMilestone],
    frozen: Frozen,
) -> bool:
    """Whether evidence speaks for the indicator that the last rating did not have."""
    if last.rated_at is None:
        return False
    day = timezone.localdate(last.rated_at, timezone=last.district.zone)
    proved = {s.milestone_id for s in steps if _after(s.milestone.done_at, last)}
    had = frozen.get((last.round_id, last.code))

    def new(item: Item) -> bool:
        return (
            (item.view_name == MILESTONE and item.pk in proved)
            or (item.dated_on is not None and item.dated_on > day)
            or (had is not None and key_of(item) not in had)
        )

    return any(new(item) for item in evidence(indicator, facts))


def _hint_above(indicator: Indicator, facts: Facts, last: IndicatorRating) -> int | None:
    """The hint, if it lies above the rating and above what it was when that round was frozen."""
    if last.hint is None or last.value is None:
        return None
    now = hint(indicator, facts)
    return now.value if now and now.value > max(last.hint, last.value) else None


def _last_ratings(reach: Reach, gaps: Sequence[Gap]) -> dict[int, IndicatorRating]:
    """By gap, the newest agreed rating of its indicator that is not older than its own; its own
    where the team votes on it again. For a settled gap the rating that closed it.
    """
    codes = {gap.code for gap in gaps if gap.is_open}
    given = IndicatorRating.objects.reachable(reach).rated().filter(code__in=codes)
    newest: dict[str, IndicatorRating] = {}
    if codes:
        read = given.select_related("round", "district").order_by("code", "-round_id")
        newest = {each.code: each for each in read.distinct("code")}
    found = {}
    for gap in gaps:
        own = gap.closing_rating or gap.rating
        last = newest.get(gap.code) if gap.is_open else None
        found[gap.pk] = last if last and last.round_id >= gap.rating.round_id else own
    return found


def _indicators(
    reach: Reach, gaps: Sequence[Gap], last: Mapping[int, IndicatorRating]
) -> dict[str, Indicator]:
    """The indicators by code, as the rounds that rated them last had them."""
    shipped = {each.code: each for each in library().indicators}
    missing = {gap.code for gap in gaps} - shipped.keys()
    if missing:
        rounds = Round.objects.reachable(reach).filter(
            pk__in={last[g.pk].round_id for g in gaps if g.code in missing}
        )
        for round_ in rounds:
            shipped |= {i.code: i for i in indicators_of(round_) if i.code in missing}
    return shipped
