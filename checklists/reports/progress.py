"""Figures about a window, for dashboards and the window page. Aggregates only, no ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, Q, QuerySet

from checklists.models import Checklist, ChecklistTemplate, Window
from checklists.scoring import Band
from roles.access import Everywhere, Reach
from roles.models import Assignment, District, Level, Position

FEW = 3  # under so many people a count of results would point at one of them


@dataclass(frozen=True, slots=True)
class RoleProgress:
    """The self forms of one leadership role. `at_standard` is None where too few to say."""

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
    """A window as a whole and by leadership role, as far as the asking person's reach goes."""

    window: Window
    expected: int
    submitted: int
    begun: int
    at_standard: int | None
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
        """Of the submitted ones; None where there are too few to say."""
        if self.at_standard is None or not self.submitted:
            return None
        return self.at_standard * 100 // self.submitted


def window_progress(district: District, reach: Reach) -> WindowProgress | None:
    """The window that is open today (of several, the one that closes first), or None. 2 queries."""
    open_now = Window.objects.reachable(reach).open_on(district.today())
    window = open_now.order_by("closes_on", "pk").first()
    return progress_of([window], reach)[0] if window else None


def progress_of(windows: Sequence[Window], reach: Reach) -> list[WindowProgress]:
    """The progress of each window, in the given order. One query for all of them."""
    rows = (
        Checklist.objects.reachable(reach)
        .followed_by(reach)
        .filter(window__in=windows)
        .order_by("position__role__order", "position__role__title")
        .values("window", "position__role__title", "position__role__level")
        .annotate(
            expected=Count("pk"),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            begun=Count("pk", filter=Q(submitted_at=None, started_at__isnull=False)),
            at_standard=Count("pk", filter=Q(band=Band.ON_TRACK)),
        )
    )
    by_window: dict[int, list[RoleProgress]] = {window.pk: [] for window in windows}
    for row in rows:
        by_window[row["window"]].append(
            RoleProgress(
                role=row["position__role__title"],
                level=row["position__role__level"],
                expected=row["expected"],
                submitted=row["submitted"],
                begun=row["begun"],
                at_standard=row["at_standard"],
            )
        )
    tells = isinstance(reach.schools, Everywhere)
    return [_whole(window, by_window[window.pk], tells=tells) for window in windows]


def _whole(window: Window, roles: list[RoleProgress], *, tells: bool) -> WindowProgress:
    """`tells`: say how many are at standard. Within one school that would tell who is not."""
    submitted = sum(role.submitted for role in roles)
    enough = tells and submitted >= FEW
    shown = hide_few(roles) if tells else [replace(role, at_standard=None) for role in roles]
    return WindowProgress(
        window=window,
        expected=sum(role.expected for role in roles),
        submitted=submitted,
        begun=sum(role.begun for role in roles),
        at_standard=sum(role.at_standard or 0 for role in roles) if enough else None,
        roles=tuple(shown),
    )


def hide_few(roles: Sequence[RoleProgress]) -> list[RoleProgress]:
    """Leave out `at_standard` where under three people submitted.

    The whole is shown too, and the whole minus what is shown must not point at one or two people:
    then the smallest group that is shown goes as well, until enough are left out together.
    """
    hidden = {n for n, role in enumerate(roles) if 0 < role.submitted < FEW}
    shown = sorted(
        (n for n, role in enumerate(roles) if role.submitted >= FEW),
        key=lambda n: roles[n].submitted,
    )
    while hidden and shown and sum(roles[n].submitted for n in hidden) < FEW:
        hidden.add(shown.pop(0))
    return [
        replace(role, at_standard=None) if n in hidden or not role.submitted else role
        for n, role in enumerate(roles)
    ]


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
