"""Results by checklist and window: how many people, in which bands. The groups all figures share.

A group is everyone with the same checklist in a window: mostly one leadership role; the departments
share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Min, Q

from checklists import suppression
from checklists.models import Checklist, Window
from checklists.models.forms import ChecklistQuerySet
from checklists.reports.audience import Audience
from checklists.scoring import Band
from roles.access import Reach

DEPARTMENTS = "Departments"
NO_BANDS: Mapping[Band, int] = {}


@dataclass(frozen=True, slots=True)
class Group:
    """The forms of one checklist in one window. `bands` is empty where it may not be told.

    `roles` are the leadership roles it is about, `people` the holders. `forms` is how many ratings
    stand; of those told, how many are in which band.
    """

    window: int
    key: str
    title: str
    roles: frozenset[int]
    people: frozenset[int]
    forms: int
    bands: Mapping[Band, int]
    is_shown: bool = True

    @property
    def on_track(self) -> int:
        return self.bands.get(Band.ON_TRACK, 0)

    @property
    def percent_on_track(self) -> int | None:
        """Whole percent, rounded down; None where it may not be told."""
        return self.on_track * 100 // self.forms if self.is_shown and self.forms else None


@dataclass(frozen=True)
class Results:
    """The groups of some windows; `wholes` are those of a window together, None if hidden.

    For people who do not manage a whole may be without the groups that are left out.
    """

    groups: Mapping[int, tuple[Group, ...]]
    wholes: Mapping[int, Group | None]

    def of(self, window: Window, key: str) -> Group | None:
        return next((group for group in self.groups.get(window.pk, ()) if group.key == key), None)

    def shown_keys(self, window: int) -> frozenset[str]:
        return frozenset(group.key for group in self.groups.get(window, ()) if group.is_shown)

    def hides(self, window: Window) -> bool:
        """Whether something is left out of this window's figures."""
        return any(not group.is_shown for group in self.groups.get(window.pk, ()))


def results_of(windows: Sequence[Window], audience: Audience) -> Results:
    """The groups of these windows, as far as this person may know. 2 queries."""
    told = audience.told_of(windows)
    found = read_groups(audience.standing(told), told, audience.reach)
    if audience.manages:
        return Results(found, {window: _whole(groups) for window, groups in found.items()})
    return suppress(found, audience.known_people(told))


def read_groups(
    standing: ChecklistQuerySet, windows: Sequence[Window], reach: Reach
) -> dict[int, tuple[Group, ...]]:
    """Add up standing forms by window and checklist, nothing left out yet. One query."""
    found: dict[int, dict[str, Group]] = {window.pk: {} for window in windows}
    if not windows:
        return {}
    rows = (
        Checklist.objects.reachable(reach)
        .filter(pk__in=standing.values("pk"))
        .order_by()
        .values("window", "template__key", "position__role")
        .annotate(
            title=Min("position__role__title"),
            shared=Count("template", filter=Q(template__role=None)),
            place=Min("position__role__order"),
            people=ArrayAgg("holder", distinct=True),
            forms=Count("pk"),
            **{band.value: Count("pk", filter=Q(band=band)) for band in Band},
        )
        .order_by("place", "title")
    )
    for row in rows:
        groups = found[row["window"]]
        groups[row["template__key"]] = _joined(groups.get(row["template__key"]), dict(row))
    return {window: tuple(groups.values()) for window, groups in found.items()}


def _joined(before: Group | None, row: dict[str, Any]) -> Group:
    """A row of one role, added to the group it belongs to."""
    bands = {band: row[band.value] for band in Band}
    role, people = row["position__role"], frozenset(row["people"])
    if before is None:
        return Group(
            row["window"],
            row["template__key"],
            DEPARTMENTS if row["shared"] else row["title"],
            frozenset({role}),
            people,
            row["forms"],
            bands,
        )
    return replace(
        before,
        roles=before.roles | {role},
        people=before.people | people,
        forms=before.forms + row["forms"],
        bands={band: count + before.bands.get(band, 0) for band, count in bands.items()},
    )


def suppress(
    found: Mapping[int, tuple[Group, ...]], known: Mapping[int, frozenset[int]]
) -> Results:
    """Leave out what would point at one or two people, by the rules of checklists.suppression."""
    shown: dict[int, tuple[Group, ...]] = {}
    wholes: dict[int, Group | None] = {}
    for window, groups in found.items():
        sizes = [suppression.Group(group.key, group.people) for group in groups]
        to_know = known.get(window, frozenset())
        visible = suppression.shown(sizes, to_know)
        shown[window] = tuple(
            group if group.key in visible else replace(group, bands=NO_BANDS, is_shown=False)
            for group in groups
        )
        whole = suppression.whole(sizes, to_know)
        wholes[window] = _whole([group for group in groups if group.key in whole])
    return Results(shown, wholes)


def _whole(groups: Sequence[Group]) -> Group | None:
    if not groups:
        return None
    return Group(
        groups[0].window,
        "",
        "All together",
        frozenset().union(*(group.roles for group in groups)),
        frozenset().union(*(group.people for group in groups)),
        sum(group.forms for group in groups),
        {band: sum(group.bands.get(band, 0) for group in groups) for band in Band},
    )
