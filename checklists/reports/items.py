"""Results item by item: how many gave which answer, in each checklist and window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from checklists.models import ChecklistItem, Rating, Window
from checklists.reports.audience import Audience
from checklists.reports.groups import Results
from checklists.reports.topics import passes
from checklists.suppression import FEW


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item in one group. Every answer of the group is in one of the first four numbers.

    `best` gave the best answer of the scale, `lowest` the lowest, `between` one between them, and
    `not_applicable` had no occasion; `low` of all are in the lower half of the scale. `key`
    outlives new wordings; `text` is the newest of them.
    """

    window: int
    group: str
    key: str
    text: str
    critical: bool
    order: int
    best: int
    between: int
    lowest: int
    not_applicable: int
    low: int

    @property
    def applies_to(self) -> int:
        return self.best + self.between + self.lowest

    @property
    def percent_in_place(self) -> int | None:
        """Of those it applies to, rounded down; None if it applies to nobody."""
        return self.best * 100 // self.applies_to if self.applies_to else None

    @property
    def is_topic(self) -> bool:
        """Whether so many rated it low that it is a topic (checklists.reports.topics)."""
        return passes(self.low, self.applies_to + self.not_applicable)


@dataclass(frozen=True, slots=True)
class _Words:
    item: ChecklistItem
    best: int


def item_results(
    windows: Sequence[Window], audience: Audience, results: Results, *, group: str = ""
) -> list[ItemResult]:
    """The items of the groups that may be shown; of one group if it is named. 2 queries.

    In the order of the checklist, the windows as given.
    """
    told = audience.told_of(windows)
    standing = audience.standing(told)
    if group:
        standing = standing.filter(template__key=group)
    counted = (
        Rating.objects.reachable(audience.reach)
        .given()
        .filter(checklist__in=standing.values("pk"))
        .order_by()
        .values_list("checklist__window", "item", "value", "not_applicable")
        .annotate(n=Count("pk"))
    )
    rows = list(counted) if told else []
    words = _words({row[1] for row in rows}, audience)
    shown = {window.pk: results.shown_keys(window.pk) for window in told}
    tallies: dict[tuple[int, str, str], Counter[str]] = {}
    for window, item, value, not_applicable, number in rows:
        known = words[item]
        if known.item.template.key in shown[window]:
            tally = tallies.setdefault((window, known.item.template.key, known.item.key), Counter())
            tally["na" if not_applicable else _kind(value, known.best)] += number
            tally["low"] += number if value is not None and value * 2 <= known.best else 0
    return _in_order(tallies, windows, _newest(words.values()))


def _kind(value: int, best: int) -> str:
    return "best" if value == best else "lowest" if value == 0 else "between"


def _words(items: Iterable[int], audience: Audience) -> dict[int, _Words]:
    """The items that were rated, of whichever version, with the best answer of each."""
    found = ChecklistItem.objects.reachable(audience.reach).filter(pk__in=items)
    return {item.pk: _Words(item, item.on_scale.max) for item in found.select_related("template")}


def _newest(words: Iterable[_Words]) -> dict[tuple[str, str], ChecklistItem]:
    """By checklist and item key: the item as the newest of its versions words it."""
    oldest_first = sorted((each.item for each in words), key=lambda item: item.template.number)
    return {(item.template.key, item.key): item for item in oldest_first}


def _in_order(
    tallies: Mapping[tuple[int, str, str], Counter[str]],
    windows: Sequence[Window],
    newest: Mapping[tuple[str, str], ChecklistItem],
) -> list[ItemResult]:
    place = {window.pk: n for n, window in enumerate(windows)}
    found = [
        ItemResult(
            window=window,
            group=group,
            key=key,
            text=newest[group, key].text,
            critical=newest[group, key].critical,
            order=newest[group, key].order,
            best=tally["best"],
            between=tally["between"],
            lowest=tally["lowest"],
            not_applicable=tally["na"],
            low=tally["low"],
        )
        for (window, group, key), tally in tallies.items()
    ]
    return sorted(found, key=lambda row: (place[row.window], row.group, row.order, row.key))


def lowest(items: Iterable[ItemResult], most: int) -> list[ItemResult]:
    """The items least often in place first.

    Those in place with everyone are no finding, and those of one or two people no pattern.
    """
    found = [item for item in items if item.best < item.applies_to >= FEW]
    return sorted(found, key=lambda item: (item.percent_in_place or 0, -item.lowest, item.key))[
        :most
    ]
