"""The demo's checklists: closed windows with ratings worth comparing, and one open window."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from checklists import scoring
from checklists.models import (
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    FormState,
    ItemEvidence,
    RaterKind,
    Rating,
    Window,
)
from checklists.services.library import adopt_library
from tutoring_admin.demo import agreements, answers, checklist_library, observers, pictures
from tutoring_admin.demo import season as seasons
from tutoring_admin.demo.season import Plan, Season
from tutoring_admin.demo.world import ONE_DAY, World

BATCH = 5_000
UPDATES = 500  # an update of many rows grows with the square of their number
A_MONTH, TWO_WEEKS = 31, 14  # days
OPEN = Plan(-9, 8, sure=0.1, share=0.3, drawn=25)
CEDAR = (Plan(-6, 10, sure=-0.1, share=0.1),)
# By months ago: how sure people had become, the share of forms in, percent of schools drawn.
CLOSED = {3: (-0.06, 0.92, 25), 2: (0.02, 0.95, 34), 1: (0.08, 0.98, 50)}
BEGUN = 0.25  # of the forms not submitted in an open window
# Seats whose place in the open window the demo's story needs.
FIXED = {
    ("SITE_LEAD", "Cedar Hill ES"): FormState.NOT_BEGUN,
    ("PROJECT_MANAGER", None): FormState.NOT_BEGUN,
    ("PRINCIPAL", "Cedar Hill ES"): FormState.NOT_BEGUN,
    ("PROGRAM_LEAD", None): FormState.SUBMITTED,
    ("COACH_LEAD", None): FormState.SUBMITTED,
    ("SITE_LEAD", "Garfield ES"): FormState.NOT_BEGUN,
    ("SITE_LEAD", "Prairie Creek ES"): FormState.NOT_BEGUN,
    agreements.REOPENED: FormState.SUBMITTED,
}


def build(world: World) -> None:
    """Fill the windows of a demo district with seeded answers."""
    fill(world, CEDAR if world.district.slug == "cedar-falls" else plans_of(world))


def plans_of(world: World) -> list[Plan]:
    """Three closed windows and an open one, a month apart; closer if the year is young."""
    age = (world.today - world.year.first_student_day).days
    step = min(A_MONTH, (age + OPEN.opens) // len(CLOSED))
    return [*(closed_plan(months, step) for months in CLOSED), OPEN]


def closed_plan(months: int, step: int = A_MONTH) -> Plan:
    """The window so many months ago; people grow surer of their work with each."""
    opens = OPEN.opens - step * months
    sure, share, drawn = CLOSED.get(months, (-0.06 - 0.04 * (months - len(CLOSED)), 0.92, 25))
    return Plan(opens, opens + TWO_WEEKS, sure, share, drawn)


def fill(world: World, plans: Sequence[Plan]) -> None:
    """Adopt the checklists, then make each planned window, with the answers given in it."""
    adopt_library(world.district)
    season = Season(world, seats={position.pk: seat for seat, position in world.positions.items()})
    seasons.make_windows(season, list(plans))
    if season.tells_stories:
        checklist_library.build(season)
    _take_templates(season)
    agreements.relax(season)
    for window in season.windows:
        _self_forms(season, window)
        observers.build(season, window)
    forms = [*season.forms.values(), *season.aside]
    Checklist.objects.bulk_create(forms, batch_size=BATCH)
    _answer(season)
    _agree(season)
    _store_ratings(season)
    if season.tells_stories:
        pictures.show(season)
    _lock(season)
    agreements.follow(season)


def _take_templates(season: Season) -> None:
    versions = ChecklistTemplate.objects.filter(district=season.world.district).order_by("number")
    for template in versions.exclude(status=ChecklistTemplate.Status.DRAFT):
        season.templates.setdefault(template.role_id, []).append(template)
        season.items[template.pk] = []
    for item in ChecklistItem.objects.filter(template__in=season.items):
        season.items[item.template_id].append(item)
    versions.filter(pk__in=season.items).update(frozen_at=timezone.now())


def _self_forms(season: Season, window: Window) -> None:
    share = season.plans[window.pk].share
    for (key, school, _), position in season.world.positions.items():
        holder = season.holder_of(position, window)
        if holder is None or agreements.rests(season, position, window):
            continue
        form = seasons.new_form(season, window, position, RaterKind.SELF, (holder, holder))
        if form is None:
            continue
        fixed = FIXED.get((key, school)) if window.closed_at is None else None
        state = fixed or _state(season, form, share)
        if state != FormState.NOT_BEGUN:
            seasons.date(season, form, submitted=state == FormState.SUBMITTED)
    if window.closed_at is None:
        _set_aside(season, window)


def _state(season: Season, form: Checklist, share: float) -> FormState:
    luck, is_open = season.luck(form), form.window.closed_at is None
    reliable = not is_open and season.seats[form.position_id][:2] in observers.EACH_TIME
    if luck.random() < share or reliable:
        return FormState.SUBMITTED
    is_begun = is_open and luck.random() < BEGUN
    return FormState.BEGUN if is_begun else FormState.NOT_BEGUN


def _set_aside(season: Season, window: Window) -> None:
    """What those had begun who held a position when the window opened, and left since."""
    for pk, (person, last_day) in season.world.predecessors.items():
        if last_day < window.opens_on:
            continue
        position = season.world.positions[season.seats[pk]]
        form = seasons.make_form(season, window, position, RaterKind.SELF, (person, person))
        if form:
            form.started_at = form.saved_at = seasons.at(season.world, window.opens_on, 9, 20)
            form.withdrawn_at = seasons.at(season.world, last_day + ONE_DAY, 6)
            season.aside.append(form)


def _answer(season: Season) -> None:
    """Holders first, since those who watch mostly see the same."""
    finished = {form.pk for form in season.finished}
    begun = [*(form for form in season.forms.values() if form.started_at), *season.aside]
    for form in sorted(begun, key=lambda form: form.rater_kind != RaterKind.SELF):
        answers.answer(season, form, complete=form.pk in finished)


def _agree(season: Season) -> None:
    agreed = agreements.agree(season)
    Checklist.objects.bulk_create(agreed, batch_size=BATCH)
    for form in agreed:
        season.given[form.pk] = agreements.rate_agreed(season, form)


def _store_ratings(season: Season) -> None:
    """And what shows them: a submitted form takes no more of either."""
    ratings = (rating for given in season.given.values() for rating in given.values())
    Rating.objects.bulk_create(ratings, batch_size=BATCH)
    ItemEvidence.objects.bulk_create(season.evidence, batch_size=BATCH)


def _lock(season: Season) -> None:
    """What each form came to."""
    for form in season.finished:
        given = season.given[form.pk].values()
        result = scoring.score(
            (rating.answer(rating.item) for rating in given), form.template.thresholds
        )
        form.submitted_at = form.saved_at
        form.score, form.coverage, form.band = result.score, result.coverage, result.band
    Checklist.objects.bulk_update(
        season.finished, ["submitted_at", "score", "coverage", "band"], batch_size=UPDATES
    )
