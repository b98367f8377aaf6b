"""Who is in and who is missing in one window. States and counts, never a rating."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet

from checklists.models import Checklist, ChecklistTemplate, FormState, RaterKind, Window
from checklists.models.forms import ChecklistQuerySet
from checklists.reports.progress import vacant_positions
from checklists.suppression import FEW
from roles.access import Everywhere, Reach
from roles.models import Level, Position


class Median(Aggregate):
    """The middle of the values; of two middle ones, the point half way between."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Turnout:
    """Beside the self forms: the observers' forms, and how long filling in took.

    `median_minutes` is None while fewer than three have submitted.
    """

    observers: int
    observers_in: int
    median_minutes: int | None


def turnout_of(window: Window, reach: Reach) -> Turnout:
    """One query. At schools, of the schools' own positions: see `followed_by`."""
    forms = Checklist.objects.reachable(reach).current().filter(window=window)
    if not isinstance(reach.schools, Everywhere):
        forms = forms.filter(school__isnull=False)
    observing, own = Q(rater_kind=RaterKind.OBSERVER), Q(rater_kind=RaterKind.SELF)
    is_in = Q(submitted_at__isnull=False)
    found: dict[str, Any] = forms.aggregate(
        observers=Count("pk", filter=observing),
        observers_in=Count("pk", filter=observing & is_in),
        timed=Count("pk", filter=own & is_in & Q(started_at__isnull=False)),
        took=Median(F("submitted_at") - F("started_at"), filter=own & is_in),
    )
    took: dt.timedelta | None = found["took"]
    enough = took is not None and found["timed"] >= FEW
    minutes = max(1, round(took.total_seconds() / 60)) if took is not None and enough else None
    return Turnout(found["observers"], found["observers_in"], minutes)


def vacant_in(window: Window, reach: Reach) -> QuerySet[Position]:
    """The vacant positions that the window would ask if somebody held them. Two queries."""
    vacant = vacant_positions(reach)
    if not window.only:
        return vacant
    published = ChecklistTemplate.objects.reachable(reach).published()
    roles_with_one = published.exclude(role=None).values("role")
    asked = published.filter(key__in=window.only)
    wanted = Q(role__in=asked.exclude(role=None).values("role"))
    if asked.filter(role=None).exists():
        wanted |= Q(role__level=Level.DEPARTMENT) & ~Q(role__in=roles_with_one)
    return vacant.filter(wanted)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many self forms of a role are in which state."""

    role: int
    title: str
    not_begun: int
    begun: int
    submitted: int


def counts_of(window: Window, reach: Reach, q: str = "", school: int | None = None) -> list[Counts]:
    """The states by leadership role, of the forms that match. One query."""
    rows = (
        forms_of(window, reach, q=q, school=school)
        .order_by("position__role__order", "position__role__title")
        .values("position__role", "position__role__title")
        .annotate(
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            begun=Count("pk", filter=Q(submitted_at=None, started_at__isnull=False)),
            not_begun=Count("pk", filter=Q(submitted_at=None, started_at=None)),
        )
    )
    return [
        Counts(
            row["position__role"],
            row["position__role__title"],
            row["not_begun"],
            row["begun"],
            row["submitted"],
        )
        for row in rows
    ]


def forms_of(
    window: Window,
    reach: Reach,
    *,
    q: str = "",
    role: int | None = None,
    school: int | None = None,
    state: str = "",
) -> ChecklistQuerySet:
    """The self forms of a window whose progress this reach follows.

    `q` is a part of the holder's name or address, or of the school's name.
    """
    forms = Checklist.objects.reachable(reach).followed_by(reach).filter(window=window)
    if state in FormState.values:
        forms = forms.in_state(FormState(state))
    if role is not None:
        forms = forms.filter(position__role=role)
    if school is not None:
        forms = forms.filter(school=school)
    for word in q.split():
        forms = forms.filter(
            Q(holder__first_name__icontains=word)
            | Q(holder__last_name__icontains=word)
            | Q(holder__email__icontains=word)
            | Q(school__name__icontains=word)
        )
    return forms


def vacant_of(
    window: Window,
    reach: Reach,
    *,
    q: str = "",
    role: int | None = None,
    school: int | None = None,
) -> QuerySet[Position]:
    """The vacant ones under the same filter; nobody's name is among them."""
    vacant = vacant_in(window, reach)
    if role is not None:
        vacant = vacant.filter(role=role)
    if school is not None:
        vacant = vacant.filter(school=school)
    for word in q.split():
        vacant = vacant.filter(school__name__icontains=word)
    return vacant
