"""Where all open gaps stand, for a page that knows ratings and facts already: one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, OuterRef, Subquery, Value
from django.db.models.functions import JSONObject

from roadmap.models import Milestone
from roles.access import Reach
from selfassessment.causes import key_of
from selfassessment.facts import Facts
from selfassessment.gaps import Work, work_of
from selfassessment.library import Indicator
from selfassessment.models import EvidenceSnapshot, Gap, GapMilestone, IndicatorRating
from selfassessment.reports.comparing import piece

Rated = tuple[Indicator, IndicatorRating]


def glance(reach: Reach, facts: Facts, rated: Mapping[str, Rated]) -> dict[str, Work]:
    """By code, where its open gap stands. `rated`: each indicator with its newest agreed rating,
    whose round is loaded. The milestones of `steps` know their state and when they were done, no
    more.
    """
    found = {}
    for gap in _gaps(reach):
        if gap.code in rated:
            indicator, last = rated[gap.code]
            last.district = reach.district
            gap._prefetched_objects_cache = {"steps": _steps(gap)}
            found[gap.code] = work_of(gap, indicator, last, facts, _frozen(gap, last))
    return found


def _gaps(reach: Reach) -> Iterable[Any]:
    given = IndicatorRating.objects.reachable(reach).rated()
    newest = given.filter(code=OuterRef("code")).order_by("-round_id").values("round")[:1]
    part = Func(
        F("content"), OuterRef("code"), Value("evidence"),
        function="jsonb_extract_path", output_field=JSONField(),
    )  # fmt: skip
    snapshots = EvidenceSnapshot.objects.reachable(reach).filter(round=OuterRef("last_round"))
    step = JSONObject(
        milestone="milestone_id",
        state="milestone__state",
        done_at="milestone__done_at",
        added_at="added_at",
    )
    steps = GapMilestone.objects.reachable(reach).filter(gap=OuterRef("pk"))
    return (
        Gap.objects.reachable(reach)
        .open()
        .select_related("rating")
        .annotate(last_round=Subquery(newest))
        .annotate(
            frozen=Subquery(snapshots.annotate(part=part).values("part")[:1]),
            planned=ArraySubquery(steps.values(told=step)),
        )
    )


def _frozen(gap: Any, last: IndicatorRating) -> dict[tuple[int, str], set[str]]:
    """What had been frozen with the last rating; nothing where its round froze none."""
    if gap.frozen is None:
        return {}
    return {(last.round_id, gap.code): {key_of(piece(each)) for each in gap.frozen}}


def _steps(gap: Any) -> list[GapMilestone]:
    return [
        GapMilestone(
            gap=gap,
            milestone=Milestone(
                pk=told["milestone"],
                state=told["state"],
                done_at=dt.datetime.fromisoformat(told["done_at"]) if told["done_at"] else None,
            ),
            added_at=dt.datetime.fromisoformat(told["added_at"]),
        )
        for told in gap.planned
    ]
