"""How regularly the work is done: who is in by the last day, in a row, and how steady scores are.

Being in is progress and told to everyone who follows it; the spread of scores is a result, of one
person mostly, and told to people who manage.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from checklists.models import Checklist, Window
from checklists.reports.audience import Audience
from checklists.statistics import Spread, in_a_row, spread
from roles.access import Reach
from roles.models import School


@dataclass(frozen=True, slots=True)
class SchoolCompletion:
    """One school: for each window how many of its forms are in; None where none was asked."""

    school: School
    windows: tuple[tuple[int, int] | None, ...]  # submitted, expected


@dataclass(frozen=True, slots=True)
class Steadiness:
    """The positions of one role over some windows, each asked at least once.

    `expected` forms, of which `on_time` are in by the last day. `always`: positions with every
    form in; `run`: the median number of windows in a row up to the last. `deviation`: the median of
    the standard deviations of their scores, None where untold or under three windows.
    """

    role: str
    positions: int
    expected: int
    on_time: int
    always: int
    run: int
    deviation: float | None = None

    @property
    def percent_on_time(self) -> int:
        """Whole percent, rounded down."""
        return self.on_time * 100 // self.expected


@dataclass(frozen=True, slots=True)
class Swing:
    """One position whose scores went far up or down; `scores` in the order of the windows."""

    role: str
    place: str
    position: int
    scores: tuple[int, ...]
    spread: Spread


def completion(
    schools: Sequence[School], windows: Sequence[Window], reach: Reach
) -> list[SchoolCompletion]:
    """Per school and window, forms in of forms asked for. One query."""
    rows = (
        Checklist.objects.reachable(reach)
        .followed_by(reach)
        .filter(window__in=windows, school__in=schools)
        .order_by()
        .values_list("school", "window")
        .annotate(submitted=Count("pk", filter=Q(submitted_at__isnull=False)), expected=Count("pk"))
    )
    found = {(school, window): (done, asked) for school, window, done, asked in rows}
    return [
        SchoolCompletion(school, tuple(found.get((school.pk, w.pk)) for w in windows))
        for school in schools
    ]


def schools_with_forms(windows: Sequence[Window], reach: Reach) -> QuerySet[School]:
    """The schools that were asked for a form in one of these windows, by name."""
    asked = Checklist.objects.reachable(reach).followed_by(reach).filter(window__in=windows)
    return School.objects.reachable(reach).filter(pk__in=asked.values("school")).order_by("name")


def steadiness(
    windows: Sequence[Window], audience: Audience, scores: Mapping[int, Sequence[int]]
) -> list[Steadiness]:
    """By role, over these windows, earliest first. `scores` by position, if they are told."""
    reach = audience.reach
    rows = (
        Checklist.objects.reachable(reach)
        .followed_by(reach)
        .filter(window__in=windows)
        .order_by("position__role__order", "position__role__title", "window__opens_on")
        .values_list("position__role__title", "position", "submitted_at")
    )
    by_role: dict[str, dict[int, list[bool]]] = {}
    for role, position, submitted_at in rows:
        by_role.setdefault(role, {}).setdefault(position, []).append(submitted_at is not None)
    return [_steadiness(role, positions, scores) for role, positions in by_role.items()]


def _steadiness(
    role: str, positions: Mapping[int, list[bool]], scores: Mapping[int, Sequence[int]]
) -> Steadiness:
    spreads = [found for pk in positions if (found := spread(scores.get(pk, ())))]
    return Steadiness(
        role=role,
        positions=len(positions),
        expected=sum(map(len, positions.values())),
        on_time=sum(map(sum, positions.values())),
        always=sum(map(all, positions.values())),
        run=int(statistics.median(map(in_a_row, positions.values()))),
        deviation=round(statistics.median(s.deviation for s in spreads), 1) if spreads else None,
    )


def scores_by_position(windows: Sequence[Window], audience: Audience) -> dict[int, list[int]]:
    """The standing scores of each position, in the order of the windows; none for others."""
    if not audience.manages or not windows:
        return {}
    rows = audience.standing(windows).values_list("position", "window", "score")
    place = {window.pk: n for n, window in enumerate(windows)}
    found: dict[int, dict[int, int]] = {}
    for position, window, score in rows:
        if score is not None:
            found.setdefault(position, {})[place[window]] = score
    return {pk: [scores[n] for n in sorted(scores)] for pk, scores in found.items()}


def widest_swings(scores: Mapping[int, Sequence[int]], reach: Reach, most: int) -> list[Swing]:
    """The positions whose scores are furthest apart, for people who manage. One query."""
    spreads = {pk: found for pk, row in scores.items() if (found := spread(row))}
    first = sorted(spreads, key=lambda pk: (-spreads[pk].range, pk))[:most]
    rows = Checklist.objects.reachable(reach).self_rated().filter(position__in=first)
    named = {
        form.position_id: form.position
        for form in rows.order_by("position_id", "-pk")
        .distinct("position_id")
        .select_related("position__role", "position__school", "position__department")
    }
    return [
        Swing(named[pk].role.title, named[pk].place, pk, tuple(scores[pk]), spreads[pk])
        for pk in first
        if pk in named and spreads[pk].range
    ]
