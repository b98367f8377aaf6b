"""The demo's checklists: closed windows with ratings worth comparing, and one open window."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from checklists import scoring
from checklists.models import (
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    RaterKind,
    Rating,
    Window,
)
from checklists.services.library import adopt_library
from roles.models import Level, Position, User
from roles.schooltime import next_school_day, previous_school_day
from tutoring_admin.demo.world import World

BATCH = 5_000
UPDATES = 500  # an update of many rows grows with the square of their number
DAY = dt.timedelta(days=1)
# Opens and closes, in days from today; how sure people had become of their work; share submitted.
Plan = tuple[int, int, float, float]
MAPLE_WINDOWS: tuple[Plan, ...] = ((-71, -57, 0.0, 0.95), (-40, -26, 0.12, 0.98), (-9, 8, 0.1, 0.3))
CEDAR_WINDOWS: tuple[Plan, ...] = ((-6, 10, -0.1, 0.1),)
BEGUN = 0.25  # of the forms not submitted in an open window
# Seats whose place in the open window the demo's story needs: True submitted, False not begun.
FIXED = {
    ("SITE_LEAD", "Cedar Hill ES"): False,
    ("PROJECT_MANAGER", None): False,
    ("PRINCIPAL", "Cedar Hill ES"): False,
    ("PROGRAM_LEAD", None): True,
    ("SITE_LEAD", "Garfield ES"): False,
}
SOLID = 0.72  # how likely an item is in place, before school, item and window have their say
WEAK_PLACES = {"Cedar Hill ES": -0.28, "Summit MS": -0.2, "Garfield ES": -0.15}
HARD_ITEMS = {
    "FC_SITE-2": -0.25,
    "FC_SITE-5": -0.3,
    "FC_SITE-7": -0.2,
    "FC_PRIN-7": -0.3,
    "FC_PRIN-9": -0.25,
    "FC_PM-7": -0.35,
    "FC_COACH-4": -0.25,
}
OBSERVED_BY = {
    "PROJECT_MANAGER": "PROGRAM_LEAD",
    "SITE_LEAD": "PRINCIPAL",
    "PRINCIPAL": "INSTR_SUPERVISOR",
}
NOTES = (
    "Two weeks were fine, then the sub shortage began.",
    "Log is kept on paper; moving it to the shared sheet next week.",
    "Done, but later than agreed.",
    "Agreed with the provider to fix this by the next window.",
    "Only for the morning groups so far.",
    "Testing week took the slot.",
)


@dataclass
class Season:
    """The windows of one district while they are filled; rows wait for bulk inserts."""

    world: World
    luck: random.Random
    templates: dict[int | None, ChecklistTemplate]
    items: dict[int, list[ChecklistItem]]
    forms: list[Checklist] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    finished: list[Checklist] = field(default_factory=list)

    def template_of(self, position: Position) -> ChecklistTemplate | None:
        found = self.templates.get(position.role_id)
        if found is None and position.role.level == Level.DEPARTMENT:
            return self.templates.get(None)
        return found


def build(world: World) -> None:
    """Fill the windows of a demo district with seeded answers."""
    fill(world, CEDAR_WINDOWS if world.district.slug == "cedar-falls" else MAPLE_WINDOWS)


def fill(world: World, plan: Sequence[Plan]) -> None:
    """Adopt the checklists, then make each planned window, with the answers given in it."""
    adopt_library(world.district)
    season = _season(world)
    windows = [_window(world, opens, closes) for opens, closes, _, _ in plan]
    Window.objects.bulk_create(windows)
    for window, (_, _, _, share) in zip(windows, plan, strict=True):
        _forms(season, window, share)
        if window.closed_at:
            _observers(season, window)
    Checklist.objects.bulk_create(season.forms, batch_size=BATCH)
    progress_of = {w.pk: p[2] for w, p in zip(windows, plan, strict=True)}
    finished = {form.pk for form in season.finished}
    for form in season.forms:
        if form.started_at:
            _answer(season, form, progress_of[form.window_id], complete=form.pk in finished)
    _store(season)


def _season(world: World) -> Season:
    templates = list(ChecklistTemplate.objects.filter(district=world.district).published())
    items: dict[int, list[ChecklistItem]] = {template.pk: [] for template in templates}
    for item in ChecklistItem.objects.filter(template__in=templates):
        items[item.template_id].append(item)
    ChecklistTemplate.objects.filter(district=world.district).update(frozen_at=timezone.now())
    by_role = {template.role_id: template for template in templates}
    return Season(world, random.Random(world.district.slug), by_role, items)  # noqa: S311 -- a story, not a secret


def _window(world: World, opens: int, closes: int) -> Window:
    closures = [(closure.first_day, closure.last_day) for closure in world.closures]
    first = next_school_day(max(world.today + opens * DAY, world.year.first_student_day), closures)
    last = previous_school_day(world.today + closes * DAY, closures)
    named_after = world.today + min(closes, 5) * DAY
    over = last < world.today
    return Window(
        district=world.district,
        school_year=world.year,
        label=f"{named_after:%B} checklist",
        kind=Window.Kind.MONTHLY,
        opens_on=min(first, world.today, last),
        closes_on=last if over else max(last, world.today),
        opened_at=_at(world, first, 6),
        closed_at=_at(world, last + DAY, 0) if over else None,
    )


def _at(world: World, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=world.district.zone)


def _forms(season: Season, window: Window, share: float) -> None:
    world = season.world
    for (key, school, _), position in world.positions.items():
        template = season.template_of(position)
        holder = world.holders.get(position.pk)
        if template is None or holder is None:
            continue
        form = _form(window, template, position, holder, holder)
        fixed = FIXED.get((key, school)) if window.closed_at is None else None
        submitted = season.luck.random() < share if fixed is None else fixed
        begun = submitted or (
            fixed is None and window.closed_at is None and season.luck.random() < BEGUN
        )
        _date(season, form, begun=begun, submitted=submitted)
        season.forms.append(form)


def _observers(season: Season, window: Window) -> None:
    """A second rater for some of the forms: one window in three schools of five."""
    world = season.world
    for (key, school, _), position in world.positions.items():
        template, holder = season.template_of(position), world.holders.get(position.pk)
        role = OBSERVED_BY.get(key)
        if role is None or template is None or holder is None or season.luck.random() > 0.6:
            continue
        seat = (role, school, 1) if (role, school, 1) in world.positions else (role, None, 1)
        rater = world.holders.get(world.positions[seat].pk)
        if rater is None:
            continue
        form = _form(window, template, position, holder, rater)
        form.rater_kind = RaterKind.OBSERVER
        _date(season, form, begun=True, submitted=True)
        season.forms.append(form)


def _form(
    window: Window, template: ChecklistTemplate, position: Position, holder: User, rater: User
) -> Checklist:
    return Checklist(
        district_id=window.district_id,
        window=window,
        template=template,
        position=position,
        school_id=position.school_id,
        holder=holder,
        rater=rater,
    )


def _date(season: Season, form: Checklist, *, begun: bool, submitted: bool) -> None:
    """When it was filled in: some day of the window, in the working day, before now."""
    if not begun:
        return
    world, window = season.world, form.window
    last = min(window.closes_on, world.today - DAY)
    day = window.opens_on + season.luck.randint(0, max(0, (last - window.opens_on).days)) * DAY
    form.started_at = _at(world, day, season.luck.randint(7, 15), season.luck.randint(0, 50))
    form.saved_at = form.started_at + dt.timedelta(minutes=season.luck.randint(3, 9))
    if submitted:
        season.finished.append(form)


def _answer(season: Season, form: Checklist, progress: float, *, complete: bool) -> None:
    """Rate the items of a begun form: all of them, or some."""
    items = season.items[form.template_id]
    if not complete:
        items = items[: season.luck.randint(1, len(items) - 1)]
    place = form.position.school.name if form.position.school else ""
    ease = SOLID + progress + WEAK_PLACES.get(place, 0)
    if form.rater_kind == RaterKind.OBSERVER:
        ease -= 0.08  # those who watch are a little stricter
    season.ratings += [_rating(season, form, item, ease) for item in items]


def _rating(season: Season, form: Checklist, item: ChecklistItem, ease: float) -> Rating:
    luck = season.luck
    likely = ease + HARD_ITEMS.get(item.key, 0)
    not_applicable = item.frequency == "per_event" and luck.random() < 0.4
    draw = luck.random()
    level = 1.0 if draw < likely else 0.5 if draw < likely + 0.22 else 0.0
    value = round(level * item.on_scale.max + 0.01)
    low = value < item.on_scale.max
    return Rating(
        district_id=form.district_id,
        checklist=form,
        item=item,
        value=None if not_applicable else value,
        not_applicable=not_applicable,
        note=luck.choice(NOTES) if low and not not_applicable and luck.random() < 0.35 else "",
        saved_at=form.saved_at or timezone.now(),
    )


def _store(season: Season) -> None:
    """Ratings first, then what each form came to: a submitted form takes no more ratings."""
    Rating.objects.bulk_create(season.ratings, batch_size=BATCH)
    answers: dict[int, list[scoring.Answer]] = {}
    for rating in season.ratings:
        answers.setdefault(rating.checklist_id, []).append(rating.answer(rating.item))
    for form in season.finished:
        result = scoring.score(answers[form.pk])
        form.submitted_at = form.saved_at
        form.score, form.coverage, form.band = result.score, result.coverage, result.band
    Checklist.objects.bulk_update(
        season.finished, ["submitted_at", "score", "coverage", "band"], batch_size=UPDATES
    )
