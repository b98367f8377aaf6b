"""The project manager's home: what is late, whom to chase, what waits, what changed, what runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from checklists.models import RaterKind, Window
from roles.access import Access
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Approval, Review, SchoolYear
from tutoring_admin.dashboards import chasing
from tutoring_admin.dashboards.chasing import Line, Row
from tutoring_admin.dashboards.guide import Progress, of_a_new_district
from tutoring_admin.dashboards.news import News, news_of
from tutoring_admin.dashboards.owing import Open, Thing, who_owes
from tutoring_admin.dashboards.waits import Waits, waits_of

FEW_LATE, FEW_PEOPLE, FEW_ROUTES = 5, 8, 6


@dataclass(frozen=True)
class LateLine:
    """A late milestone; `owner` is the seat that owes it, with the name of who holds it."""

    line: Line
    owner: str
    due_on: dt.date


@dataclass(frozen=True)
class RunningWindow:
    """A checklist window that is open: how many own forms it asks for, and how many are in."""

    label: str
    closes_on: dt.date
    expected: int
    submitted: int
    address: str
    submitted_address: str


@dataclass(frozen=True)
class RunningRoute:
    """A job description on its route, and the role it waits for."""

    title: str
    number: int
    role: str
    since: dt.datetime
    address: str


@dataclass(frozen=True)
class Home:
    """Numbers come with the address of what they count: `late_address`, `chase_address`. `guide`
    leads a new district through its first steps, as long as nothing else stands here.
    """

    waits: Waits
    late: Sequence[LateLine]
    late_count: int
    late_address: str
    may_chase: bool
    rows: Sequence[Row]
    people_count: int
    chase_address: str
    vacant_count: int
    news: News
    windows: Sequence[RunningWindow]
    routes: Sequence[RunningRoute]
    routes_count: int
    guide: Progress | None = None


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Eight queries at most; five while nothing changes in the district. A home with nothing late
    and nothing running asks one more, and five more where the district is new.
    """
    reach, district = access.reach(Capability.HOME_VIEW), access.district
    kept = Keep.of(access.reach(Capability.DASHBOARD_VIEW) or reach, today)
    may_chase = bool(access.reach(Capability.ROADMAP_MANAGE))
    owed = kept_open(kept, access, year, today)
    late = owed.late_milestones[:FEW_LATE]
    others = owed.but(access.user.pk)
    rows = _people(list(others)[:FEW_PEOPLE], late, owed, access)
    slug = district.slug
    routes = kept.get("manager.routes", lambda: _routes(access))
    windows = kept.get("manager.windows", lambda: _windows(access, today))
    plan = access.reach(Capability.ROADMAP_MANAGE)
    is_still = not (owed.by_person or owed.late_milestones or windows or routes)
    return Home(
        waits=waits_of(access, today, kept),
        late=[_late(thing, rows, access, today) for thing in late],
        late_count=len(owed.late_milestones),
        late_address=f"{reverse('roadmap:index', args=[slug])}?{_late_query(year)}",
        may_chase=may_chase,
        rows=[rows[pk] for pk in list(others)[:FEW_PEOPLE] if pk in rows],
        people_count=len(others),
        chase_address=reverse("dashboards:chase", args=[slug]),
        vacant_count=len(owed.nobodys),
        news=news_of(access),
        windows=windows,
        routes=routes[:FEW_ROUTES],
        routes_count=len(routes),
        guide=of_a_new_district(plan, year, today, kept) if is_still else None,
    )


def kept_open(kept: Keep, access: Access, year: SchoolYear | None, today: dt.date) -> Open:
    """What everyone owes: the same for all who run the program."""
    manages = bool(access.reach(Capability.ROADMAP_MANAGE))
    name = f"chasing.{manages}.{year.pk if year else 0}"
    return kept.get(name, lambda: who_owes(access, year, today))


def _late_query(year: SchoolYear | None) -> str:
    return urlencode({"view": "overdue"} | ({"year": year.label} if year else {}))


def _people(
    first: Sequence[int], late: Sequence[Thing], owed: Open, access: Access
) -> dict[int, Row]:
    """Those on show: the first of the list, and who is late with a milestone. One query."""
    pks = dict.fromkeys([*first, *(each.person for each in late if each.person)])
    shown = chasing.rows(list(pks), owed, access.district, access.district.today())
    return {row.person.pk: row for row in shown}


def _late(thing: Thing, rows: dict[int, Row], access: Access, today: dt.date) -> LateLine:
    row = rows.get(thing.person or 0)
    owner = row.person.seat_of(thing.position) if row else "Nobody holds the seat that owns it"
    return LateLine(chasing.line(thing, access.district, today), owner, thing.due_on)


def _windows(access: Access, today: dt.date) -> tuple[RunningWindow, ...]:
    """One query."""
    reach, slug = access.reach(Capability.CHECKLIST_VIEW), access.district.slug
    if not reach:
        return ()
    own = Q(checklists__rater_kind=RaterKind.SELF, checklists__withdrawn_at=None)
    is_in = own & Q(checklists__submitted_at__isnull=False)
    found = Window.objects.reachable(reach).open_on(today).order_by("closes_on", "pk")
    counted = found.annotate(
        expected=Count("checklists", filter=own), submitted=Count("checklists", filter=is_in)
    )
    rows = counted.values_list("pk", "label", "closes_on", "expected", "submitted")
    return tuple(_window(slug, *row) for row in rows)


def _window(slug: str, pk: int, label: str, closes_on: dt.date, *counts: int) -> RunningWindow:
    page, (expected, submitted) = reverse("checklists:window-detail", args=[slug, pk]), counts
    is_in = f"{page}?{urlencode({'state': 'submitted'})}"
    return RunningWindow(label, closes_on, expected, submitted, page, is_in)


def _routes(access: Access) -> tuple[RunningRoute, ...]:
    """Those that wait longest first. One query."""
    reach, slug = access.reach(Capability.ROLES_VIEW), access.district.slug
    decided = Approval.objects.filter(review=OuterRef("review"), at__isnull=False)
    last = decided.order_by("-at").values("at")[:1]
    waiting = (
        Approval.objects.reachable(reach)
        .filter(decision=Approval.Decision.WAITING, review__outcome=Review.Outcome.RUNNING)
        .order_by("review_id", "order")
        .distinct("review_id")
        .annotate(since=Coalesce(Subquery(last), F("review__sent_at")))
    )
    rows = waiting.values_list(
        "review__version", "review__version__title", "review__version__number", "role__title",
        "since",
    )  # fmt: skip
    found = [_route(slug, *row) for row in rows]
    return tuple(sorted(found, key=lambda route: (route.since, route.title)))


def _route(slug: str, pk: int, title: str, number: int, role: str, since: Any) -> RunningRoute:
    page = reverse("roles:version-review", args=[slug, pk])
    return RunningRoute(title, number, role, since, page)
