"""The home of a coach: who is due for a talk, and a talk noted in half a minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Cast

from roadmap.forms.coaching import ShortTalkForm
from roadmap.models import CoachingEntry
from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Assignment, SchoolYear
from roles.waits import Wait, chip, position_in, short
from tutoring_admin.dashboards.about.person import within_reach_at
from tutoring_admin.dashboards.waits import Seat, Waits, waits_of

SHOWN, LATELY = 12, 3
SOON = dt.timedelta(days=7)
NO_TALK = {
    "last_on": Cast(Value(None), DateField()),
    "next_on": Cast(Value(None), DateField()),
    "step": Value(""),
}
TALK = "coaching"  # the kind of what waits: a talk that was agreed on
PLACE = {
    "role": "position__role__title",
    "level": "position__role__level",
    "school": "position__school__name",
    "department": "position__department__name",
}


@dataclass(frozen=True)
class Due:
    """Someone to talk with: whom this person coached, or who reports to a position of theirs. `pk`
    is theirs; `opens`: whether the reader may open their page.
    """

    position: int
    pk: int
    opens: bool
    person: str
    seat: str
    last_on: dt.date | None
    next_on: dt.date | None
    step: str
    chip: str
    label: str
    is_due: bool


@dataclass(frozen=True)
class Home:
    """`people` are the first of those to talk with, whose talk is due first; `more` says how many
    others there are. `lately`: the last talks, each with whether the other one's page opens.
    """

    waits: Waits
    people: Sequence[Due]
    more: int
    lately: Sequence[tuple[CoachingEntry, bool]]
    form: ShortTalkForm | None

    @property
    def due(self) -> Sequence[Due]:
        return [each for each in self.people if each.is_due]

    @property
    def others(self) -> Sequence[Wait]:
        """What waits besides the talks that this person leads."""
        return [row for row in self.waits.asked if not (row.kind == TALK and row.more["mine"])]


def home(
    access: Access, year: SchoolYear | None, today: dt.date, *, form: ShortTalkForm | None = None
) -> Home:
    """Four queries while nothing changes. `form` is one that was sent and came back."""
    reach, view = access.reach(Capability.ROADMAP_WORK), access.reach(Capability.ROADMAP_VIEW)
    kept = Keep.of(view, today) if view else None
    waits = waits_of(access, today, kept)

    def ask() -> tuple[Sequence[dict[str, Any]], int]:
        return _people(access, view, waits.held, today)

    rows, many = kept.get(f"talks of {access.user.pk}", ask) if kept else ((), 0)
    people = [_due(row, access, today) for row in rows]
    if form is None and reach:
        form = ShortTalkForm(reach=reach, year=year, user=access.user)
    if form:
        form.name_first([(each.position, f"{each.person}, {each.seat}") for each in people])
    mine = CoachingEntry.objects.reachable(view).filter(coach=access.user.pk)
    lately = mine.select_related("coached_person", "coached")
    talks = [(each, within_reach_at(access, each.coached.school_id)) for each in lately[:LATELY]]
    return Home(waits, people, many - len(people), talks, form)


def _people(
    access: Access, reach: Reach, held: Sequence[Seat], today: dt.date
) -> tuple[Sequence[dict[str, Any]], int]:
    """The first of them, and how many there are. Those with a talk, which stand by its day, are
    asked for apart from those without one, which stand by nothing: they may be thousands.
    """
    talks = CoachingEntry.objects.filter(district=access.district.pk, coach=access.user.pk)
    last = talks.filter(coached_person=OuterRef("holder")).order_by("-on", "-pk")
    now = Assignment.objects.reachable(reach).in_force(today).exclude(holder=access.user.pk)
    coached = Q(holder__in=talks.order_by().values("coached_person"))
    talked = now.filter(coached).annotate(
        last_on=Subquery(last.values("on")[:1]),
        next_on=Subquery(last.values("next_on")[:1]),
        step=Subquery(last.values("next_step")[:1]),
    )
    silent = now.filter(_reports_to(held)).exclude(coached).annotate(**NO_TALK)
    rows, more = list(_told(talked)), list(_told(silent.order_by("pk"))[:SHOWN])
    many = len(rows) + (more[0]["many"] if more else 0)
    rows.extend(more)
    rows.sort(key=lambda row: (row["next_on"] or today + SOON, row["pk"]))
    return rows[:SHOWN], many


def _reports_to(held: Sequence[Seat]) -> Q:
    """The role above is one that this person holds at the same school, or for all schools."""
    found = Q(pk__in=[])
    for seat in held:
        led = Q(position__role__reports_to__key=seat.key)
        found |= led & Q(position__school=seat.school_id) if seat.school_id else led
    return found


def _told(found: QuerySet) -> QuerySet:
    rows: QuerySet = found.annotate(many=Window(Count("*"))).values(
        "many", "pk", "position", "position__school_id", "holder_id",
        "holder__first_name", "holder__last_name", "holder__email",
        "last_on", "next_on", "step", **{name: F(path) for name, path in PLACE.items()},
    )  # fmt: skip
    return rows


def _due(row: dict[str, Any], access: Access, today: dt.date) -> Due:
    name = f"{row['holder__first_name']} {row['holder__last_name']}".strip()
    next_on: dt.date | None = row["next_on"]
    if next_on is None:
        shape, label, is_due = "not-started", "No talk yet", True
    else:
        days = (next_on - today).days
        shape, label = chip(days) if days <= SOON.days else ("upcoming", short(next_on))
        is_due = days <= SOON.days
    return Due(
        row["position"], row["holder_id"], within_reach_at(access, row["position__school_id"]),
        name or row["holder__email"], position_in(row), row["last_on"], next_on,
        row["step"] or "", shape, label, is_due,
    )  # fmt: skip
