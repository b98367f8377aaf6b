"""The tables of windows, of who is in, of what the ratings say together, and of actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.http import QueryDict

from checklists.forms.actions import FilterForm as ActionsForm
from checklists.forms.observers import FilterForm as SeatsForm
from checklists.forms.turnout import VACANT, TurnoutFilter
from checklists.models import Window, WindowState
from checklists.reports import actions, turnout
from checklists.reports.audience import Audience
from checklists.reports.items import ItemResult
from checklists.reports.observing import seats
from checklists.reports.progress import WindowProgress, progress_of
from checklists.reports.window_report import WindowReport, window_report
from checklists.scoring import Band
from checklists.workbook import NOT_TOLD
from roles.capabilities import Capability
from roles.tables.registry import Asked, Column, Rows, Table

C = Capability
BANDS = {
    Band.ON_TRACK: "On track",
    Band.DEVELOPING: "Developing",
    Band.NEEDS_SUPPORT: "Needs support",
    Band.NOT_ENOUGH: "Not enough ratings",
}
VIEW, WORK, MANAGE = C.CHECKLIST_VIEW, C.CHECKLIST_WORK, C.CHECKLIST_MANAGE


def _windows_of(asked: Asked) -> list[Window]:
    """Those of the school year, earliest first; with `?window=` that one."""
    found = Window.objects.reachable(asked.reach(VIEW)).filter(school_year=asked.year)
    if "window" in asked.given:
        found = Window.objects.reachable(asked.reach(VIEW)).filter(pk=asked.number("window"))
    windows = list(found.order_by("opens_on", "pk"))
    for window in windows:
        window.district = asked.district
    return windows


def _windows(asked: Asked) -> Rows:
    windows = _windows_of(asked)
    return progress_of(windows, asked.reach(VIEW)) if windows else []


def _rated(row: WindowProgress) -> int | None:
    return None if row.at_standard is None else row.rated


def _forms(asked: Asked) -> Rows:
    """Who has not begun, begun, submitted in one window, as its page narrows them."""
    reach = asked.reach(VIEW)
    window = Window.objects.reachable(reach).filter(pk=asked.number("window")).first()
    if window is None:
        return []
    window.district = asked.district
    given: QueryDict = asked.given
    said = TurnoutFilter(given, counts=turnout.counts_of(window, reach)).wanted()
    if said.get("state") == VACANT:
        return []
    role, school = said.get("role"), said.get("school")
    forms = turnout.forms_of(
        window,
        reach,
        q=said.get("q", ""),
        role=int(role) if role else None,
        school=int(school) if school else None,
        state=said.get("state", ""),
    )
    return forms.with_progress().select_related(
        "window", "position__role", "position__department", "position__school", "holder", "template"
    )


class Told(NamedTuple):
    """A line of the results of one window."""

    report: WindowReport
    line: Any


def _reports(asked: Asked) -> list[WindowReport]:
    """Of the windows whose results this reader may learn something of."""
    today = asked.today
    begun = [each for each in _windows_of(asked) if each.state(today) != WindowState.PLANNED]
    told = Audience(asked.access).told_of(begun)
    found = [window_report(window, asked.access) for window in told]
    return [report for report in found if report.tells_results]


def _bands(asked: Asked) -> Rows:
    return [
        Told(report, group)
        for report in _reports(asked)
        for group in (*report.groups, *([report.whole] if report.whole else []))
    ]


def _items(asked: Asked) -> Rows:
    """The items of each window told of; with `?role=` those of that checklist where it has some."""
    return [
        Told(report, item)
        for report in _reports(asked)
        for item in _of_group(report.items, asked.given.get("role", ""))
    ]


def _of_group(items: Sequence[ItemResult], key: str) -> Sequence[ItemResult]:
    """As the page does it: a checklist that is not told of is no choice, so all are shown."""
    return [item for item in items if item.group == key] or items


def _band(band: Band) -> Any:
    def value(row: Told) -> Any:
        return row.line.bands.get(band) if row.line.is_shown else NOT_TOLD

    return value


def _item(name: str) -> Any:
    def value(row: Told) -> Any:
        item: ItemResult = row.line
        return getattr(item, name)

    return value


def _actions(asked: Asked) -> Rows:
    form = ActionsForm(asked.given, managed=asked.reach(MANAGE))
    readable = actions.readable(asked.reach(WORK), asked.access)
    if "show" not in asked.given:
        return form.of_school(readable).select_related(*actions.RELATED)
    return form.narrow(readable, asked.today).select_related(*actions.RELATED)


def _with_chips(asked: Asked, rows: list[Any]) -> Iterator[tuple[Any, str]]:
    for action in rows:
        yield action, actions.chip(action, asked.today)[1]


def _observers(asked: Asked) -> Rows:
    window = Window.objects.reachable(asked.reach(MANAGE)).filter(pk=asked.number("window")).first()
    if window is None:
        return []
    window.district = asked.district
    found = seats(window, asked.reach(MANAGE))
    return SeatsForm(asked.given, seats=found).narrow(found)


def _ended(row: Any) -> Any:
    return row[0].done_at or row[0].dropped_at


TABLES = (
    Table(
        "windows",
        "Checklist windows",
        "A window, with how many forms it asked for and how many came.",
        "checklists:index",
        VIEW,
        (
            Column("Window", lambda row: row.window.label, 28),
            Column("Kind", lambda row: row.window.get_kind_display(), 18),
            Column("Opens", lambda row: row.window.opens_on, 14),
            Column("Closes", lambda row: row.window.closes_on, 14),
            Column("Forms expected", lambda row: row.expected, 15),
            Column("Submitted", lambda row: row.submitted, 11),
            Column("Begun", lambda row: row.begun, 9),
            Column("Not begun", lambda row: row.not_begun, 11),
            Column("On track", lambda row: row.at_standard, 10),
            Column(
                "Of those rated", lambda row: row.rated if row.at_standard is not None else None
            ),
        ),
        _windows,
        also=(MANAGE,),
    ),
    Table(
        "window-forms",
        "Forms of a window",
        "A form that a window asks for, with how far it is; never what was answered.",
        "checklists:window-detail",
        VIEW,
        (
            Column("Window", lambda row: row.window.label, 28),
            Column("Role", lambda row: row.position.role.title, 34),
            Column("Place", lambda row: row.position.place, 28),
            Column("Holder", lambda row: row.holder, 28),
            Column("State", lambda row: row.state.label, 14),
            Column("Submitted", lambda row: row.submitted_at, 20),
            Column("Items rated", lambda row: row.items_done, 12),
            Column("Items", lambda row: row.items_total, 8),
        ),
        _forms,
        needs=("window",),
    ),
    Table(
        "checklist-results",
        "Checklist results by role",
        "A role in a window: how many are on track. Small groups are not told.",
        "checklists:results",
        VIEW,
        (
            Column("Window", lambda row: row.report.window.label, 28),
            Column("Closes", lambda row: row.report.window.closes_on, 14),
            Column("Role", lambda row: row.line.title, 34),
            Column("Rated", lambda row: row.line.forms, 9),
            *(Column(words, _band(band), 18) for band, words in BANDS.items()),
        ),
        _bands,
        also=(MANAGE,),
    ),
    Table(
        "checklist-items",
        "Checklist items",
        "An item in a window: how it was answered by all together. Small groups are left out.",
        "checklists:results",
        VIEW,
        (
            Column("Window", lambda row: row.report.window.label, 28),
            Column("Role", lambda row: row.report.titles[row.line.group], 34),
            Column("Item", _item("key"), 12),
            Column("Text", _item("text"), 70),
            Column("Critical", _item("critical"), 9),
            Column("Best answer", _item("best"), 12),
            Column("Between", _item("between"), 10),
            Column("Lowest answer", _item("lowest"), 14),
            Column("Not applicable", _item("not_applicable"), 14),
            Column("In place, %", _item("percent_in_place"), 12),
        ),
        _items,
        also=(MANAGE,),
    ),
    Table(
        "actions",
        "Actions from checklists",
        "One thing to do that came of a checklist, whose it is and by when.",
        "checklists:actions",
        WORK,
        (
            Column("Action", lambda row: row[0].text, 60),
            Column("Owner", lambda row: row[0].owner, 28),
            Column("Due", lambda row: row[0].due_on, 14),
            Column("State", lambda row: row[1], 18),
            Column("From", lambda row: actions.source_of(row[0]), 44),
            Column("School", lambda row: row[0].school, 28),
            Column("Made on", lambda row: row[0].made_at, 20),
            Column("Ended", _ended, 20),
            Column("What came of it", lambda row: row[0].outcome, 50),
        ),
        _actions,
        more=_with_chips,
        also=(VIEW, MANAGE),
    ),
    Table(
        "observers",
        "Observers of a window",
        "A position that may be observed, with who does or who could.",
        "checklists:window-observers",
        MANAGE,
        (
            Column("Role", lambda row: row.position.role.title, 34),
            Column("Place", lambda row: row.position.place, 28),
            Column("Holder", lambda row: row.holder, 28),
            Column(
                "Observer", lambda row: row.observation.observer if row.observation else None, 28
            ),
            Column("Proposed", lambda row: None if row.observation else row.proposal, 28),
            Column("Why nobody", lambda row: row.why_none, 40),
        ),
        _observers,
        needs=("window",),
    ),
)
