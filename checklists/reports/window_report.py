"""The report of one window: the same content for the page, the workbook and the PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.utils import timezone

from checklists import suppression
from checklists.models import Action, Checklist, Window, WindowState
from checklists.models.templates import SUPPORT_NOT_EVALUATION
from checklists.reports import progress
from checklists.reports.accuracy import WindowAccuracy, window_accuracy
from checklists.reports.audience import Audience
from checklists.reports.consistency import SchoolCompletion, completion, schools_with_forms
from checklists.reports.groups import Group, Results, results_of
from checklists.reports.items import ItemResult, item_results, lowest
from checklists.reports.progress import WindowProgress
from roles.access import Access

LOWEST = 10
ONE_MINUTE = dt.timedelta(minutes=1)
SCHOOLS_ONLY = (
    "Results of others are told to people with a view over the whole district. You see how far"
    " the forms at your school are, and your own results on the page Checklists."
)
HOW = (
    "Each item counts the same; not applicable leaves. Of a position, the agreed rating stands,"
    " else the observer's, else its own.",
    "In place: the best answer of the item's scale, as a part of those it applies to. Low: the"
    " lower half of the scale.",
    "Agreement: equal ratings among the items that both rated, of pairs who did not know of each"
    " other's rating; not applicable against a rating is a difference. Target: 80%.",
    "AC1 (Gwet) is agreement beyond chance, told from ten pairs on; its 95% interval leaves out"
    " one pair at a time, since the ratings of one pair hang together.",
    "Minutes: from the first answer to submitting, the middle one of all forms; breaks are in it.",
)
FOR_GROUPS = (
    "The ratings are those that stood when the window closed, of positions whose own rating is in."
)


@dataclass(frozen=True, slots=True)
class ActionCount:
    """The actions that came of the window; `open` are neither done nor dropped."""

    planned: int
    done: int
    open: int


@dataclass(frozen=True)
class WindowReport:
    """Everything its reader may see of one window, and nothing else.

    `minutes` by checklist key: the median minutes to complete, where it may be told. `left_out`
    are the sentences on what is not told, and why.
    """

    window: Window
    state: WindowState
    made_at: dt.datetime
    made_for: str
    progress: WindowProgress
    schools: tuple[SchoolCompletion, ...]
    groups: tuple[Group, ...]
    whole: Group | None
    minutes: dict[str, int]
    accuracy: WindowAccuracy
    lowest: tuple[ItemResult, ...]
    items: tuple[ItemResult, ...]
    actions: ActionCount
    left_out: tuple[str, ...]
    how: tuple[str, ...]
    manages: bool
    tells_results: bool
    support: str = SUPPORT_NOT_EVALUATION

    @property
    def titles(self) -> dict[str, str]:
        """What the groups are called, by key."""
        return {group.key: group.title for group in self.groups}

    @property
    def provenance(self) -> str:
        return f"From {self.window.label}, {self.progress.submitted} of {self.progress.expected} in"


def window_report(window: Window, access: Access) -> WindowReport:
    """Read the report for one person. A constant number of queries, whatever the district."""
    audience = Audience(access)
    reach = audience.reach
    results = results_of([window], audience)
    items = item_results([window], audience, results)
    accuracy = window_accuracy(window, audience)
    schools = list(schools_with_forms([window], reach))
    return WindowReport(
        window=window,
        state=window.state(reach.district.today()),
        made_at=timezone.localtime(timezone.now(), reach.district.zone),
        made_for=str(access.user),
        progress=progress.progress_of([window], reach)[0],
        schools=tuple(completion(schools, [window], reach)),
        groups=results.groups.get(window.pk, ()),
        whole=results.wholes.get(window.pk),
        minutes=_minutes(window, audience, results),
        accuracy=accuracy,
        lowest=tuple(lowest(items, LOWEST)),
        items=tuple(items),
        actions=_actions(window, audience),
        left_out=tuple(_left_out(window, audience, results, accuracy)),
        how=HOW if audience.manages else (*HOW, FOR_GROUPS),
        manages=audience.manages,
        tells_results=bool(audience.told_of([window])),
    )


def _left_out(
    window: Window, audience: Audience, results: Results, accuracy: WindowAccuracy
) -> Sequence[str]:
    if audience.manages:
        return ("Positions that you hold, or still have to observe, are left out of results.",)
    if not audience.sees_groups:
        return (SCHOOLS_ONLY,)
    if not audience.told_of([window]):
        return (suppression.CLOSED_ONLY,)
    hides = results.hides(window) or accuracy.hides
    return (suppression.WHY, suppression.SINGLES) if hides else (suppression.SINGLES,)


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _minutes(window: Window, audience: Audience, results: Results) -> dict[str, int]:
    """The median minutes of the own forms of each group that may be shown. One query."""
    shown = results.shown_keys(window.pk)
    if not shown:
        return {}
    taken = ExpressionWrapper(F("submitted_at") - F("started_at"), output_field=DurationField())
    rows = (
        Checklist.objects.reachable(audience.reach)
        .self_rated()
        .submitted()
        .filter(window=window, started_at__isnull=False, template__key__in=shown)
        .order_by()
        .values_list("template__key")
        .annotate(middle=_Median(taken))
    )
    return {key: round(middle / ONE_MINUTE) for key, middle in rows}


def _actions(window: Window, audience: Audience) -> ActionCount:
    """How many actions there are; what they are about is for those who may read them."""
    rows = Action.objects.reachable(audience.reach).filter(window=window)
    if not audience.sees_groups:
        rows = rows.readable_by(audience.access)
    return ActionCount(
        **rows.aggregate(
            planned=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            open=Count("pk", filter=Q(done_at=None, dropped_at=None)),
        )
    )
