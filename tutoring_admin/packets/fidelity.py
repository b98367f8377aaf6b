"""How well checklists say the work is carried out, in groups that may be told to anyone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from checklists.models import Checklist, RaterKind, Window
from checklists.reports.audience import standing_in_groups
from checklists.reports.groups import Group, Results, read_groups, suppress
from checklists.scoring import Band
from checklists.suppression import FEW
from roles.access import Reach
from tutoring_admin.packets.content import FEWER, NOT_TOLD, Cell, day

NONE_CLOSED = "No checklist window has closed yet."
WHY = (
    "Results of fewer than three people are left out, and out of the figures over all too where the"
    " rest would give them away. Checklists are for support; they evaluate nobody."
)
TWO = 2  # windows: the last one that closed, and the one before it
Row = tuple[str, Cell, tuple[Cell, ...], Cell, Cell]


@dataclass(frozen=True)
class Fidelity:
    """The last closed window. A row: position, people rated, how many in each band, the percent on
    track, and that of the window before.
    """

    says: str
    label: str = ""
    asked: int | None = None
    submitted: int | None = None
    percent: int | None = None
    rows: tuple[Row, ...] = ()
    whole: Row | None = None
    why: str = WHY

    @property
    def told(self) -> tuple[Row, ...]:
        """The rows of groups that may be told of."""
        return tuple(row for row in self.rows if row[1] != FEWER)

    @property
    def left_out(self) -> str:
        hidden = len(self.rows) - len(self.told)
        if not hidden:
            return ""
        what = "One position is" if hidden == 1 else f"{hidden} positions are"
        return f"{what} left out: fewer than three people were rated in each."


def fidelity_of(reach: Reach, on: dt.date) -> Fidelity:
    """Four queries; two without a closed window."""
    windows = _closed_by(reach, on)
    if not windows:
        return Fidelity(NONE_CLOSED)
    found = suppress(read_groups(standing_in_groups(windows, reach), windows, reach), {})
    last = windows[0]
    asked, submitted = _turnout(reach, last)
    whole = found.wholes.get(last.pk)
    before = found.wholes.get(windows[1].pk) if len(windows) > 1 else None
    return Fidelity(
        says=_says(windows),
        label=f"{last.label}, closed {day(last.closes_on)}",
        asked=asked,
        submitted=submitted,
        percent=whole.percent_on_track if whole else None,
        rows=tuple(_row(group, found, windows) for group in found.groups.get(last.pk, ())),
        whole=_told(whole, before) if whole else None,
    )


def _closed_by(reach: Reach, on: dt.date) -> list[Window]:
    """The last two that had closed by a day, the newest first."""
    night = dt.datetime.combine(on, dt.time.max, reach.district.zone)
    early = Q(closed_at__isnull=False, closed_at__lte=night)
    found = Window.objects.reachable(reach).closed_on(reach.district.today())
    return list(found.filter(Q(closes_on__lt=on) | early).order_by("-closes_on", "-pk")[:TWO])


def _turnout(reach: Reach, window: Window) -> tuple[int | None, int | None]:
    """Own forms asked for and in; neither is told of fewer than three people."""
    forms = Checklist.objects.reachable(reach).current().filter(window=window)
    counted = forms.filter(rater_kind=RaterKind.SELF).aggregate(
        people=Count("holder", distinct=True),
        asked=Count("pk"),
        sent=Count("pk", filter=Q(submitted_at__isnull=False)),
    )
    if counted["people"] < FEW:
        return None, None
    return counted["asked"], counted["sent"]


def _says(windows: list[Window]) -> str:
    last = windows[0]
    said = f"From the checklists of {last.label}, closed {day(last.closes_on)}."
    return f"{said} Before: {windows[1].label}." if len(windows) > 1 else said


def _row(group: Group, found: Results, windows: list[Window]) -> Row:
    before = found.of(windows[1], group.key) if len(windows) > 1 else None
    return _told(group, before)


def _told(group: Group, before: Group | None) -> Row:
    if not group.is_shown:
        return group.title, FEWER, (NOT_TOLD,) * len(Band), NOT_TOLD, _percent(before)
    bands = tuple(group.bands.get(band, 0) for band in Band)
    return group.title, group.forms, bands, _percent(group), _percent(before)


def _percent(group: Group | None) -> Cell:
    if group is None:
        return None
    percent = group.percent_on_track
    return NOT_TOLD if percent is None else percent
