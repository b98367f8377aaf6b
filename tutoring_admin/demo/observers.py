"""The demo's second raters: chosen by the project manager, or drawn with a seed that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checklists import drawing
from checklists.models import Checklist, FormState, Observation, ObserverDraw, RaterKind, Window
from roles.models import Position, User
from tutoring_admin.demo import season as seasons
from tutoring_admin.demo.season import Season
from tutoring_admin.demo.world import ONE_DAY

OBSERVED_BY = {
    "PROGRAM_LEAD": "EXEC_CHAMPION",
    "PROJECT_MANAGER": "PROGRAM_LEAD",
    "COACH_LEAD": "PROGRAM_LEAD",
    "PRINCIPAL": "INSTR_SUPERVISOR",
    "SITE_LEAD": "PRINCIPAL",
    "TUTOR_COACH": "COACH_LEAD",
}
NOT_BEGUN, BEGUN, SUBMITTED = FormState.NOT_BEGUN, FormState.BEGUN, FormState.SUBMITTED
# Whom the project manager chose to have observed in each window, and in the open one how far the
# observer is. Two holders who have not submitted must not see that the observer has.
EACH_TIME = (
    ("PROJECT_MANAGER", None),
    ("COACH_LEAD", None),
    ("SITE_LEAD", "Cedar Hill ES"),
    ("PRINCIPAL", "Cedar Hill ES"),
    ("SITE_LEAD", "Oak Ridge ES"),
    ("PRINCIPAL", "Westbrook K-8"),
)
NOW = {
    ("PROJECT_MANAGER", None): SUBMITTED,
    ("SITE_LEAD", "Cedar Hill ES"): SUBMITTED,
    ("SITE_LEAD", "Garfield ES"): SUBMITTED,
    ("PROGRAM_LEAD", None): SUBMITTED,
    ("COACH_LEAD", None): NOT_BEGUN,
    ("PRINCIPAL", "Cedar Hill ES"): BEGUN,
    ("PRINCIPAL", "Lincoln ES"): NOT_BEGUN,
    ("SITE_LEAD", "Prairie Creek ES"): NOT_BEGUN,
}


@dataclass(frozen=True)
class _Named:
    position: Position
    observer: User
    draw: ObserverDraw | None


def build(season: Season, window: Window) -> list[Checklist]:
    """The observers of a window and their forms; needs the self forms. Returns the forms."""
    named = {each.position.pk: each for each in _drawn(season, window)}
    named |= {each.position.pk: each for each in _chosen(season, window)}
    by = season.world.holder("PROJECT_MANAGER")
    Observation.objects.bulk_create(
        (
            Observation(
                district_id=window.district_id,
                window=window,
                position=each.position,
                observer=each.observer,
                draw=each.draw,
                by=by,
                at=seasons.at(season.world, window.opens_on - 2 * ONE_DAY, 10),
            )
            for each in named.values()
        ),
        batch_size=2_000,
    )
    forms = (_form(season, window, each) for each in named.values())
    return [form for form in forms if form]


def _chosen(season: Season, window: Window) -> Iterator[_Named]:
    wanted = NOW if window.closed_at is None else EACH_TIME
    for key, school in wanted:
        position = season.world.positions.get((key, school, 1))
        observer = _observer(season, key, school) if position else None
        if position and observer:
            yield _Named(position, observer, None)


def _drawn(season: Season, window: Window) -> Iterator[_Named]:
    """Every observed position of the schools that the lot fell on."""
    world, percent = season.world, season.plans[window.pk].drawn
    if not percent:
        return
    own = (key for key in season.forms if key[0] == window.pk and key[2] == RaterKind.SELF)
    at_schools = {season.seats[position][1] for _, position, _ in own}
    pool = sorted(world.schools[school].pk for school in at_schools if school)
    seed = f"{window.opens_on:%Y-%m}-{world.district.slug}"[:20]
    draw = ObserverDraw.objects.create(
        district=world.district,
        window=window,
        seed=seed,
        percent=percent,
        pool=pool,
        drawn=drawing.draw(pool, seed, percent),
        by=world.holder("PROJECT_MANAGER"),
        at=seasons.at(world, window.opens_on - 2 * ONE_DAY, 10),
    )
    drawn = set(draw.drawn)
    for (key, school, _), position in world.positions.items():
        observer = _observer(season, key, school) if position.school_id in drawn else None
        if observer and season.form(window, position, RaterKind.SELF):
            yield _Named(position, observer, draw)


def _observer(season: Season, key: str, school: str | None) -> User | None:
    """Who holds the observing role at the school, else in the central office."""
    world, role = season.world, OBSERVED_BY.get(key, "")
    seat = world.positions.get((role, school, 1)) or world.positions.get((role, None, 1))
    return world.holders.get(seat.pk) if seat else None


def _form(season: Season, window: Window, named: _Named) -> Checklist | None:
    """Their form: in, in a window that is over; in the open one as far as the story says."""
    own = season.form(window, named.position, RaterKind.SELF)
    if own is None or own.holder == named.observer:
        return None
    people = own.holder, named.observer
    form = seasons.new_form(season, window, named.position, RaterKind.OBSERVER, people)
    place = season.seats[named.position.pk][:2]
    state = NOW.get(place, NOT_BEGUN) if window.closed_at is None else SUBMITTED
    if form and state != NOT_BEGUN:
        seasons.date(season, form, submitted=state == SUBMITTED)
    return form
