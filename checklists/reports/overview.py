"""What the page Results answers: four questions about the windows of a school year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checklists.models import Window
from checklists.reports.accuracy import WindowAccuracy, window_accuracy
from checklists.reports.audience import Audience, closed
from checklists.reports.consistency import (
    Steadiness,
    Swing,
    scores_by_position,
    steadiness,
    widest_swings,
)
from checklists.reports.groups import Group, Results, results_of
from checklists.reports.items import ItemResult, item_results, lowest

MOST_WINDOWS = 6  # beside each other
LOWEST = 8
SWINGS = 5
NOTHING: Mapping[str, ItemResult] = {}


@dataclass(frozen=True, slots=True)
class Trend:
    """Of one checklist: the percent on track in each window, None where untold or unasked."""

    key: str
    title: str
    percents: tuple[int | None, ...]

    @property
    def points(self) -> list[int]:
        return [percent for percent in self.percents if percent is not None]

    @property
    def change(self) -> int | None:
        """From the window before to the last one, in percent points."""
        return self.points[-1] - self.points[-2] if len(self.points) > 1 else None

    @property
    def says(self) -> str:
        return f"{self.title}: from {self.points[0]}% to {self.points[-1]}% on track"


@dataclass(frozen=True, slots=True)
class ItemTrend:
    """One item over the windows; `percents` in place, None where untold or unasked."""

    item: ItemResult
    percents: tuple[int | None, ...]

    @property
    def change(self) -> int | None:
        points = [percent for percent in self.percents if percent is not None]
        return points[-1] - points[-2] if len(points) > 1 else None


@dataclass(frozen=True)
class Overview:
    """`windows` are those told of, earliest first; `chosen` is one of them, None if there is none.

    `group` is the checklist whose items `item_trends` follow, None if there is nothing to follow.
    """

    windows: tuple[Window, ...]
    chosen: Window | None
    results: Results
    lowest: tuple[ItemResult, ...]
    trends: tuple[Trend, ...]
    group: Group | None
    item_trends: tuple[ItemTrend, ...]
    accuracy: WindowAccuracy | None
    steadiness: tuple[Steadiness, ...]
    swings: tuple[Swing, ...]

    @property
    def titles(self) -> dict[str, str]:
        """What the groups are called, by key."""
        return {g.key: g.title for groups in self.results.groups.values() for g in groups}

    @property
    def whole(self) -> Group | None:
        """All that may be told together of the chosen window."""
        return self.results.wholes.get(self.chosen.pk) if self.chosen else None

    @property
    def hides(self) -> bool:
        hidden = self.chosen is not None and self.results.hides(self.chosen)
        return hidden or (self.accuracy is not None and self.accuracy.hides)


def overview(
    windows: Sequence[Window], chosen: Window | None, key: str, audience: Audience
) -> Overview:
    """Read everything for one person; `windows` earliest first. A constant number of queries."""
    over = closed(windows, audience.reach)
    told = _compared(over, chosen) if audience.sees_groups else []
    results = results_of(told, audience)
    group = _group(key, chosen, results)
    scores = scores_by_position(over[-MOST_WINDOWS:], audience)
    items = item_results([chosen], audience, results) if chosen else []
    return Overview(
        windows=tuple(told),
        chosen=chosen,
        results=results,
        lowest=tuple(lowest(items, LOWEST)),
        trends=tuple(_trends(told, results)),
        group=group,
        item_trends=tuple(_item_trends(told, group, audience, results)) if group else (),
        accuracy=window_accuracy(chosen, audience) if chosen else None,
        steadiness=tuple(steadiness(over, audience, scores)),
        swings=tuple(widest_swings(scores, audience.reach, SWINGS)) if scores else (),
    )


def _compared(over: Sequence[Window], chosen: Window | None) -> list[Window]:
    """The last ones that closed, and the chosen one, which may be open to who manages."""
    if chosen in over or chosen is None:
        return list(over[-MOST_WINDOWS:])
    return [*over[1 - MOST_WINDOWS :], chosen]


def _group(key: str, chosen: Window | None, results: Results) -> Group | None:
    """The one asked for, else the largest that may be shown in the chosen window."""
    groups = results.groups.get(chosen.pk, ()) if chosen else ()
    shown = [group for group in groups if group.is_shown]
    asked = next((group for group in shown if group.key == key), None)
    return asked or max(shown, key=lambda group: group.forms, default=None)


def _trends(windows: Sequence[Window], results: Results) -> list[Trend]:
    titles = {g.key: g.title for window in windows for g in results.groups.get(window.pk, ())}
    found = []
    for key, title in titles.items():
        groups = [results.of(window, key) for window in windows]
        percents = tuple(group.percent_on_track if group else None for group in groups)
        found.append(Trend(key, title, percents))
    return [trend for trend in found if trend.points]


def _item_trends(
    windows: Sequence[Window], group: Group, audience: Audience, results: Results
) -> list[ItemTrend]:
    """The items of the last window that has the group, each with its windows by key."""
    found: dict[str, dict[int, ItemResult]] = {}
    for item in item_results(windows, audience, results, group=group.key):
        found.setdefault(item.key, {})[item.window] = item
    rows = []
    for by_window in found.values():
        last = max(by_window.values(), key=lambda item: [w.pk for w in windows].index(item.window))
        percents = [
            by_window[window.pk].percent_in_place if window.pk in by_window else None
            for window in windows
        ]
        rows.append(ItemTrend(last, tuple(percents)))
    return sorted(rows, key=lambda row: row.item.order)
