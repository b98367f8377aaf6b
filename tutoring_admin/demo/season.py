"""What the builders of the demo's checklists hand to each other."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from checklists.models import (
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    ItemEvidence,
    RaterKind,
    Rating,
    Window,
)
from roles.models import Level, Position, User
from roles.schooltime import next_school_day, previous_school_day
from tutoring_admin.demo.world import ONE_DAY, World

LONGEST_BREAK = 16  # days, weekends included
A_WHILE = dt.timedelta(minutes=10)


Seat = tuple[str, str | None, int]


@dataclass(frozen=True)
class Plan:
    """One window, its days counted from today.

    `sure`: how much likelier than usual an item is in place; `share` of the forms are in;
    observers are drawn at `drawn` percent of the schools.
    """

    opens: int
    closes: int
    sure: float
    share: float
    drawn: int = 0


@dataclass
class Season:
    """The windows of one district while they are filled; rows wait for bulk inserts.

    `templates` are the versions in use by role, oldest first; under None those of any department.
    `given` are the ratings of a form by the key of the item. `lots`: each form draws from its own,
    so that one form more changes nothing about the others.
    """

    world: World
    windows: list[Window] = field(default_factory=list)
    plans: dict[int, Plan] = field(default_factory=dict)
    templates: dict[int | None, list[ChecklistTemplate]] = field(default_factory=dict)
    items: dict[int, list[ChecklistItem]] = field(default_factory=dict)
    forms: dict[tuple[int, int, RaterKind], Checklist] = field(default_factory=dict)
    aside: list[Checklist] = field(default_factory=list)
    seats: dict[int, Seat] = field(default_factory=dict)
    lots: dict[int, random.Random] = field(default_factory=dict)
    given: dict[int, dict[str, Rating]] = field(default_factory=dict)
    evidence: list[ItemEvidence] = field(default_factory=list)
    finished: list[Checklist] = field(default_factory=list)

    @property
    def closures(self) -> list[tuple[dt.date, dt.date]]:
        return [(closure.first_day, closure.last_day) for closure in self.world.closures]

    @property
    def tells_stories(self) -> bool:
        """Whether single people have a part in it; a large district only has numbers."""
        return self.world.district.slug == "maple-valley"

    def template_of(self, position: Position, window: Window) -> ChecklistTemplate | None:
        """The version that was in use when the window opened."""
        own = self.templates.get(position.role_id)
        if own is None and position.role.level == Level.DEPARTMENT:
            own = self.templates.get(None)
        in_use = [
            each
            for each in own or ()
            if each.published_at is None or each.published_at.date() <= window.opens_on
        ]
        return in_use[-1] if in_use else None

    def months_ago(self, window: Window) -> int:
        """0 for the window that is open, 1 for the one before it, and so on."""
        return len(self.windows) - 1 - self.windows.index(window)

    def luck(self, form: Checklist) -> random.Random:
        return self.lots[id(form)]

    def holder_of(self, position: Position, window: Window) -> User | None:
        """Who held the position when the window closed, or holds it now."""
        former = self.world.predecessors.get(position.pk)
        if former and former[1] >= window.closes_on:
            return former[0]
        return self.world.holders.get(position.pk)

    def form(self, window: Window, position: Position, kind: RaterKind) -> Checklist | None:
        return self.forms.get((window.pk, position.pk, kind))

    def pairs(self, window: Window) -> Iterator[tuple[Checklist, Checklist]]:
        """The self and the observer form of each position that has both, both in."""
        done = {form.pk for form in self.finished}
        for (window_pk, position_pk, kind), other in self.forms.items():
            if window_pk != window.pk or kind != RaterKind.OBSERVER:
                continue
            own = self.forms.get((window_pk, position_pk, RaterKind.SELF))
            if own and own.pk in done and other.pk in done:
                yield own, other


def make_windows(season: Season, plans: list[Plan]) -> None:
    world = season.world
    windows: list[Window] = []
    for plan in plans:
        windows.append(_window(world, plan, {window.label for window in windows}))
    season.windows = Window.objects.bulk_create(windows)
    season.plans = {w.pk: plan for w, plan in zip(season.windows, plans, strict=True)}


def _window(world: World, plan: Plan, taken: set[str]) -> Window:
    first, last = _days(world, plan)
    over = last < world.today
    named_after = world.today + min(plan.closes, 5) * ONE_DAY
    label = f"{named_after:%B} checklist"
    return Window(
        district=world.district,
        school_year=world.year,
        label=f"Late {label}" if label in taken else label,
        kind=Window.Kind.MONTHLY,
        opens_on=min(first, world.today, last),
        closes_on=last if over else max(last, world.today),
        opened_at=at(world, first, 6),
        closed_at=at(world, last + ONE_DAY, 0) if over else None,
    )


def _days(world: World, plan: Plan) -> tuple[dt.date, dt.date]:
    """School days; a window that a break would swallow lies before it."""
    closures = [(closure.first_day, closure.last_day) for closure in world.closures]
    last = previous_school_day(world.today + plan.closes * ONE_DAY, closures)
    opens = max(world.today + plan.opens * ONE_DAY, world.year.first_student_day)
    first = next_school_day(opens, closures)
    if first > last:
        first = next_school_day(last - LONGEST_BREAK * ONE_DAY, closures)
    return first, last


def at(world: World, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=world.district.zone)


def new_form(
    season: Season, window: Window, position: Position, kind: RaterKind, people: tuple[User, User]
) -> Checklist | None:
    """A form that counts and is not begun, of a holder and a rater; None without a checklist."""
    form = make_form(season, window, position, kind, people)
    if form:
        season.forms[window.pk, position.pk, kind] = form
    return form


def make_form(
    season: Season, window: Window, position: Position, kind: RaterKind, people: tuple[User, User]
) -> Checklist | None:
    template = season.template_of(position, window)
    if template is None:
        return None
    form = Checklist(
        district_id=window.district_id,
        window=window,
        template=template,
        position=position,
        school_id=position.school_id,
        holder=people[0],
        rater_kind=kind,
        rater=people[1],
        told_at=window.opened_at,
    )
    slug, months = season.world.district.slug, season.months_ago(window)
    name = f"{slug} {months} {season.seats[position.pk]} {kind.value}"
    season.lots[id(form)] = random.Random(name)  # noqa: S311 -- a story, not a secret
    return form


def date(season: Season, form: Checklist, *, submitted: bool) -> None:
    """When it was begun and last saved: in the working day, in the window, before now."""
    world, window = season.world, form.window
    last = max(window.opens_on, min(window.closes_on, world.today - ONE_DAY))
    luck = season.luck(form)
    day = window.opens_on + luck.randint(0, (last - window.opens_on).days) * ONE_DAY
    begun = at(world, day, luck.randint(7, 15), luck.randint(0, 50))
    form.started_at = min(begun, timezone.now() - A_WHILE)
    form.saved_at = form.started_at + dt.timedelta(minutes=luck.randint(3, 9))
    if submitted:
        season.finished.append(form)
