"""Figures about a window, for dashboards and the window page. Aggregates only, no ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Q, QuerySet

from checklists.models import Checklist, ChecklistTemplate, Window
from checklists.reports.audience import closed, known_people, standing_in_groups
from checklists.reports.groups import Group, Results, read_groups, suppress
from roles.access import Everywhere, Reach
from roles.models import Assignment, District, Level, Position


@dataclass(frozen=True, slots=True)
class RoleProgress:
    """The self forms of one leadership role.

    `at_standard`: of those submitted, how many are on track by the rating that stands. None while
    the window is open and where it would point at someone (checklists.suppression).
    """

    role: str
    level: str
    expected: int
    submitted: int
    begun: int
    at_standard: int | None

    @property
    def not_begun(self) -> int:
        return self.expected - self.submitted - self.begun


@dataclass(frozen=True, slots=True)
class WindowProgress:
    """A window as a whole and by leadership role, as far as the asking person's reach goes.

    `at_standard` of `rated`: those submitted, less who is left out of results.
    """

    window: Window
    expected: int
    submitted: int
    begun: int
    at_standard: int | None
    rated: int
    roles: tuple[RoleProgress, ...]

    @property
    def not_begun(self) -> int:
        return self.expected - self.submitted - self.begun

    @property
    def percent_submitted(self) -> int:
        """Whole percent, rounded down: 100 only when all are in."""
        return self.submitted * 100 // self.expected if self.expected else 0

    @property
    def percent_at_standard(self) -> int | None:
        """Whole percent, rounded down; None where there are too few to say."""
        return None if self.at_standard is None else self.at_standard * 100 // self.rated


def window_progress(district: District, reach: Reach) -> WindowProgress | None:
    """The window that is open today (of several, the one that closes first), or None. 2 queries."""
    open_now = Window.objects.reachable(reach).open_on(district.today())
    window = open_now.order_by("closes_on", "pk").first()
    return progress_of([window], reach)[0] if window else None


def progress_of(windows: Sequence[Window], reach: Reach) -> list[WindowProgress]:
    """The progress of each window, in the given order. One query for all of them.

    Three if one of them is closed and the reach goes over the district: then how many are at
    standard is told too, of all together and of roles that have their checklist to themselves.
    """
    rows = (
        Checklist.objects.reachable(reach)
        .followed_by(reach)
        .filter(window__in=windows)
        .order_by("position__role__order", "position__role__title")
        .values("window", "position__role", "position__role__title", "position__role__level")
        .annotate(
            expected=Count("pk"),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            begun=Count("pk", filter=Q(submitted_at=None, started_at__isnull=False)),
        )
    )
    by_window: dict[int, list[dict[str, Any]]] = {window.pk: [] for window in windows}
    for row in rows:
        by_window[row["window"]].append(dict(row))
    results = _results(windows, reach)
    return [_whole(window, by_window[window.pk], results) for window in windows]


def _results(windows: Sequence[Window], reach: Reach) -> Results:
    """The results of the closed ones, in the groups that everyone over the district may know."""
    over = closed(windows, reach) if isinstance(reach.schools, Everywhere) else []
    if not over:
        return Results({}, {})
    found = read_groups(standing_in_groups(over, reach), over, reach)
    return suppress(found, known_people(over, reach))


def _whole(window: Window, rows: list[dict[str, Any]], results: Results) -> WindowProgress:
    whole = results.wholes.get(window.pk)
    at_standard = _by_role(results.groups.get(window.pk, ()))
    roles = tuple(
        RoleProgress(
            role=row["position__role__title"],
            level=row["position__role__level"],
            expected=row["expected"],
            submitted=row["submitted"],
            begun=row["begun"],
            at_standard=at_standard.get(row["position__role"]),
        )
        for row in rows
    )
    return WindowProgress(
        window=window,
        expected=sum(role.expected for role in roles),
        submitted=sum(role.submitted for role in roles),
        begun=sum(role.begun for role in roles),
        at_standard=whole.on_track if whole else None,
        rated=whole.forms if whole else 0,
        roles=roles,
    )


def _by_role(groups: Sequence[Group]) -> dict[int, int]:
    """How many are on track in each role that makes up a group of its own, and may be told of."""
    several = Counter(role for group in groups for role in group.roles)
    return {
        role: group.on_track
        for group in groups
        for role in group.roles
        if group.is_shown and len(group.roles) == 1 and several[role] == 1
    }


def vacant_positions(reach: Reach) -> QuerySet[Position]:
    """Active positions that would have a form if somebody held them today. One query."""
    today = reach.district.today()
    held = Assignment.objects.reachable(reach).in_force(today).values("position")
    with_form = ChecklistTemplate.objects.reachable(reach).published()
    any_department = with_form.filter(role=None).values("pk")
    wanted = Q(role__in=with_form.exclude(role=None).values("role"))
    for_departments = Q(role__level=Level.DEPARTMENT) & Exists(any_department)
    vacant = Position.objects.reachable(reach).active(today).exclude(pk__in=held)
    return vacant.filter(wanted | for_departments).select_related("role", "school", "department")
