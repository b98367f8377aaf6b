"""Checklist windows: how far they have come, and, once closed, what groups were rated.

The rules are the product's own (checklists.suppression): a token reads results as someone does who
runs no program, so closed windows only, groups of three people or more, and nothing of one person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from pydantic import Field

from checklists.models import Window, WindowState
from checklists.reports.audience import Audience, closed
from checklists.reports.groups import Group, results_of
from checklists.reports.items import ItemResult, item_results
from checklists.reports.progress import RoleProgress, WindowProgress, progress_of
from checklists.scoring import Band
from roles.access import Reach
from roles.models import Level
from tutoring_admin.api.paging import Record, Shown
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.scopes import Scope


class RoleCounts(Shown):
    """The forms of one leadership role in a window."""

    position_title: str = Field(description="The title of the role.")
    staff_classification: Level = Field(description="Where the role stands in the program.")
    forms_asked: int = Field(description="Forms that holders were asked to fill in.")
    forms_begun: int = Field(description="Begun, not yet submitted.")
    forms_submitted: int = Field(description="Submitted.")


class WindowRecord(Record):
    """A stretch of days in which checklists are filled in, with counts of forms."""

    school_year_id: int = Field(description="Its school year.")
    label: str = Field(description="Its name.")
    kind: Window.Kind = Field(description="Which of the year's windows.")
    begin_date: dt.date = Field(description="First day.")
    end_date: dt.date = Field(description="Last day, included.")
    state: WindowState = Field(description="As of today in the district.")
    forms_asked: int = Field(description="Forms that holders were asked to fill in.")
    forms_begun: int = Field(description="Begun, not yet submitted.")
    forms_submitted: int = Field(description="Submitted.")
    by_role: list[RoleCounts] = Field(description="The same by leadership role.")


class Bands(Shown):
    """How many people stand where."""

    on_track: int = Field(description="On track.")
    developing: int = Field(description="Developing.")
    needs_support: int = Field(description="Needs support.")
    not_enough: int = Field(description="Too little was rated to say.")


class GroupResult(Shown):
    """Everyone with the same checklist in a window."""

    checklist_key: str = Field(description="Key of the checklist, through all its versions.")
    title: str = Field(description="The leadership role it is for.")
    is_told: bool = Field(description="False where the group is smaller than three people.")
    forms: int | None = Field(description="Ratings that stand; null where not told.")
    bands: Bands | None = Field(description="Of those forms; null where not told.")


class ItemCounts(Shown):
    """How one group answered one item."""

    checklist_key: str = Field(description="The checklist.")
    item_key: str = Field(description="Key of the item, through all its wordings.")
    text: str = Field(description="Its newest wording.")
    is_critical: bool = Field(description="Whether the checklist counts it as critical.")
    best: int = Field(description="Gave the best answer of the scale.")
    between: int = Field(description="Gave an answer between best and lowest.")
    lowest: int = Field(description="Gave the lowest answer.")
    not_applicable: int = Field(description="Had no occasion.")


class WindowResults(Record):
    """What was rated in a closed window, by groups. Never about one person."""

    is_told: bool = Field(description="False until the window has closed: then there are no rows.")
    groups: list[GroupResult] = Field(description="By checklist.")
    items: list[ItemCounts] = Field(description="By item, of the groups that are told.")


def _windows(reach: Reach) -> QuerySet:
    return Window.objects.reachable(reach)


def _show(rows: Sequence[Window], reading: Reading) -> list[WindowRecord]:
    for row in rows:
        row.district = reading.reach.district  # known already: spares a query for each
    found = progress_of(rows, reading.reach)
    return [_window(progress, reading) for progress in found]


def _window(progress: WindowProgress, reading: Reading) -> WindowRecord:
    row = progress.window
    return WindowRecord(
        **reading.head(row),
        school_year_id=row.school_year_id,
        label=row.label,
        kind=Window.Kind(row.kind),
        begin_date=row.opens_on,
        end_date=row.closes_on,
        state=row.state(reading.today),
        forms_asked=progress.expected,
        forms_begun=progress.begun,
        forms_submitted=progress.submitted,
        by_role=[_role(role) for role in progress.roles],
    )


def _role(role: RoleProgress) -> RoleCounts:
    return RoleCounts(
        position_title=role.role,
        staff_classification=Level(role.level),
        forms_asked=role.expected,
        forms_begun=role.begun,
        forms_submitted=role.submitted,
    )


def results(window: Window, reading: Reading) -> WindowResults:
    """The results of one window, as far as those who run no program may know them."""
    window.district = reading.reach.district
    audience = Audience(reading.caller.access)
    found = results_of([window], audience)
    items = item_results([window], audience, found)
    return WindowResults(
        **reading.head(window),
        is_told=bool(closed([window], reading.reach)),
        groups=[_group(group) for group in found.groups.get(window.pk, ())],
        items=[_item(item) for item in items],
    )


def _group(group: Group) -> GroupResult:
    bands = {band.value: group.bands.get(band, 0) for band in Band}
    return GroupResult(
        checklist_key=group.key,
        title=group.title,
        is_told=group.is_shown,
        forms=group.forms if group.is_shown else None,
        bands=Bands(**bands) if group.is_shown else None,
    )


def _item(item: ItemResult) -> ItemCounts:
    return ItemCounts(
        checklist_key=item.group,
        item_key=item.key,
        text=item.text,
        is_critical=item.critical,
        best=item.best,
        between=item.between,
        lowest=item.lowest,
        not_applicable=item.not_applicable,
    )


WINDOWS = Resource(
    "windows",
    Scope.WINDOWS,
    "Checklist windows",
    "When checklists are filled in, and how many forms are in. Counts only.",
    WindowRecord,
    _windows,
    _show,
)
