"""What follows from the demo's ratings: agreed ones, actions, topics, and a calmer rhythm."""

from __future__ import annotations

import datetime as dt

from checklists.models import (
    Action,
    Checklist,
    ChecklistItem,
    FormState,
    LearningTopic,
    RaterKind,
    Rating,
    RelaxedRhythm,
    Reopening,
    Window,
)
from roles.models import Position
from roles.schooltime import next_school_day, previous_school_day
from tutoring_admin.demo import season as seasons
from tutoring_admin.demo.season import Season
from tutoring_admin.demo.world import ONE_DAY

# A form that was opened again and is not back yet, and one that is: role key and school.
REOPENED = ("SITE_LEAD", "Riverbend MS")
RETURNED = ("SITE_LEAD", "Lincoln ES")
WHY_AGAIN = "Two items were rated for last month instead of this one. Please look at them again."
WHY_BACK = "The attendance report was wrong that week; the corrected one came on Friday."
# Both are in, and nobody has written down what they agreed on yet; in the last closed window.
NOT_AGREED = {
    ("SITE_LEAD", "Cedar Hill ES"),
    ("PRINCIPAL", "Harbor View ES"),
    ("SITE_LEAD", "Summit MS"),
    ("COACH_LEAD", None),
}
WAITS_ON = ("SITE_LEAD", "Cedar Hill ES")
HALF_WAY = ("PRINCIPAL", "Cedar Hill ES")  # they have begun to agree
RELAXED = ("PRINCIPAL", "Westbrook K-8")
WHAT_TO_DO = {
    "FC_SITE-2": "Keep a list of three people who can cover, and post it in the front office.",
    "FC_SITE-5": "Check missed sessions each Friday with the attendance sheet, and call that day.",
    "FC_SITE-7": "Put two session visits into the calendar before the month begins.",
    "FC_PRIN-7": "Set the monthly look at data for the first Tuesday, with the site lead.",
    "FC_PRIN-9": "Watch one session before the next window and tell the site lead what was seen.",
    "FC_PM-7": "Return data errors every Wednesday, with the list of schools that owe us one.",
    "FC_COACH-4": "Write strength, next step and date into each debrief before leaving the school.",
}
WENT_WELL = "Tell the others at the next weekly call how this is done here."
OUTCOMES = (
    "Done; it now happens without a reminder.",
    "Done with the principal. The list is in the office.",
    "Tried for three weeks and kept.",
)
DROPPED = "The provider does this since October, so it is no longer ours."
TOPIC = "Missed sessions: from the attendance sheet to the call home"


def relax(season: Season) -> None:
    """The position that is asked in every second window since the last closed one."""
    position = season.world.positions.get((*RELAXED, 1))
    if season.tells_stories and position:
        window = season.windows[-2]
        RelaxedRhythm.objects.create(
            district=season.world.district,
            position=position,
            since=window,
            by=season.world.holder("PROJECT_MANAGER"),
            at=seasons.at(season.world, window.opens_on - 2 * ONE_DAY, 11),
        )


def rests(season: Season, position: Position, window: Window) -> bool:
    """Whether its calmer rhythm leaves this window out."""
    relaxed = season.tells_stories and season.seats[position.pk][:2] == RELAXED
    return relaxed and window.closed_at is None


def agree(season: Season) -> list[Checklist]:
    """The agreed forms of the closed windows, with what was agreed on each item; not yet stored."""
    made = []
    for window in season.windows:
        if window.closed_at is None:
            continue
        for own, other in list(season.pairs(window)):
            place = season.seats[own.position_id][:2]
            if season.months_ago(window) == 1 and place in NOT_AGREED:
                continue
            made.append(_agreed(season, own, other))
    return [form for form in made if form]


def _agreed(season: Season, own: Checklist, other: Checklist) -> Checklist | None:
    people = own.holder, other.rater
    window = own.window
    form = seasons.new_form(season, window, own.position, RaterKind.AGREED, people)
    if form is None:
        return None
    both_in = max(each.saved_at.date() for each in (own, other) if each.saved_at)
    days = season.luck(form).randint(1, 5) * ONE_DAY
    day = next_school_day(both_in + days, season.closures)
    form.started_at = seasons.at(season.world, day, 15, season.luck(form).randint(0, 40))
    form.saved_at = form.started_at + dt.timedelta(minutes=12)
    if not _half_way(season, form):
        season.finished.append(form)
    return form


def _half_way(season: Season, form: Checklist) -> bool:
    place = season.seats[form.position_id][:2]
    return season.months_ago(form.window) == 1 and place == HALF_WAY


def rate_agreed(season: Season, form: Checklist) -> dict[str, Rating]:
    """What the two saw alike; else, once they are through, one of the two or what lies between."""
    own = season.form(form.window, form.position, RaterKind.SELF)
    other = season.form(form.window, form.position, RaterKind.OBSERVER)
    if own is None or other is None:
        return {}
    theirs, half_way = season.given[other.pk], _half_way(season, form)
    return {
        key: _between(season, form, mine, theirs[key])
        for key, mine in season.given[own.pk].items()
        if not half_way or mine.value == theirs[key].value
    }


def _between(season: Season, form: Checklist, mine: Rating, theirs: Rating) -> Rating:
    luck = season.luck(form)
    values = [rating.value for rating in (mine, theirs) if rating.value is not None]
    alike = mine.value == theirs.value
    value = None
    if len(values) == 2:
        low, high = sorted(values)
        value = low if alike else luck.choice((low, low, high, (low + high) // 2))
    elif luck.random() < 0.5 and values:
        value = values[0]
    reason = mine.note if mine.not_applicable else theirs.note
    return Rating(
        district_id=form.district_id,
        checklist=form,
        item=mine.item,
        value=value,
        not_applicable=value is None,
        note="" if value is not None else reason,
        saved_at=form.saved_at or seasons.at(season.world, form.window.closes_on, 15),
    )


def follow(season: Season) -> None:
    """Actions of the closed cycles, a topic taken up, and forms that were opened again."""
    agreed = [form for form in season.finished if form.rater_kind == RaterKind.AGREED]
    actions = [action for form in agreed for action in _actions(season, form)]
    Action.objects.bulk_create(actions, batch_size=2_000)
    if season.tells_stories:
        _topic(season)
        _open_again(season)


def _actions(season: Season, form: Checklist) -> list[Action]:
    """One for each of the two lowest items, or one to pass on what goes well."""
    rated = [rating for rating in season.given[form.pk].values() if rating.value is not None]
    rated.sort(key=lambda rating: (_share(rating), rating.item.order))
    low = [rating.item for rating in rated if _share(rating) < 1][:2]
    wanted: list[tuple[str, ChecklistItem | None]] = [(_to_do(item), item) for item in low]
    return [_action(season, form, n, *each) for n, each in enumerate(wanted or [(WENT_WELL, None)])]


def _share(rating: Rating) -> float:
    return (rating.value or 0) / rating.item.on_scale.max


def _to_do(item: ChecklistItem) -> str:
    own = WHAT_TO_DO.get(item.key)
    return own or f"Show at the next monthly talk: {item.evidence.lower()}."


def _action(
    season: Season, form: Checklist, number: int, text: str, item: ChecklistItem | None
) -> Action:
    world, window, luck = season.world, form.window, season.luck(form)
    made_at = form.saved_at or seasons.at(world, window.closes_on, 16)
    weeks_on = window.closes_on + (26 + 7 * number + luck.randint(0, 9)) * ONE_DAY
    due = next_school_day(weeks_on, season.closures)
    action = Action(
        district=world.district,
        window=window,
        checklist=form,
        school_id=form.school_id,
        item=item,
        text=text,
        owner=form.rater if number == 1 and luck.random() < 0.3 else form.holder,
        due_on=due,
        made_by=form.rater,
        made_at=made_at,
    )
    chance = luck.random()
    if not _is_told_of(season, action, number):
        _end(season, action, chance)
    return action


def _is_told_of(season: Season, action: Action, number: int) -> bool:
    """Those of the demo's site lead: done, but for one overdue and one due in a few days."""
    place = season.seats[action.checklist.position_id][:2] if action.checklist else ()
    if place != WAITS_ON:
        return False
    if season.months_ago(action.window) != 2:
        action.done_at = action.made_at + 20 * ONE_DAY
        action.ended_by, action.outcome = action.owner, OUTCOMES[0]
        return True
    action.owner = season.world.holder(*WAITS_ON)
    days = season.world.today + (4, -3)[number] * ONE_DAY
    nearest = previous_school_day if number else next_school_day
    action.due_on = nearest(days, season.closures)
    return True


def _end(season: Season, action: Action, luck: float) -> None:
    """Older ones are mostly done by now, one in twelve was dropped, some are overdue."""
    today = season.world.today
    if action.due_on > today + 12 * ONE_DAY or luck > 0.78:
        return
    day = min(action.due_on, today - ONE_DAY) - round(luck * 8) * ONE_DAY
    ended = seasons.at(season.world, max(day, action.made_at.date() + ONE_DAY), 14)
    action.ended_by = action.owner
    if luck < 0.08:
        action.dropped_at, action.outcome = ended, DROPPED
    else:
        action.done_at = ended
        action.outcome = OUTCOMES[round(luck * 100) % len(OUTCOMES)]


def _topic(season: Season) -> None:
    """What many site leads rated low in the last closed window became something to learn about."""
    world, window = season.world, season.windows[-2]
    forms = [
        form
        for form in season.finished
        if form.window == window
        and form.rater_kind == RaterKind.SELF
        and season.seats[form.position_id][0] == "SITE_LEAD"
    ]
    ratings = [season.given[form.pk]["FC_SITE-5"] for form in forms]
    item, manager = ratings[0].item, world.holder("PROJECT_MANAGER")
    LearningTopic.objects.create(
        district=world.district,
        window=window,
        role=item.template.role,
        item=item,
        title=TOPIC,
        low=sum(1 for rating in ratings if (rating.value or 0) < item.on_scale.max),
        raters=len(ratings),
        by=manager,
        at=seasons.at(world, window.closes_on + 3 * ONE_DAY, 9),
    )
    Action.objects.create(
        district=world.district,
        window=window,
        role=item.template.role,
        item=item,
        text="Practice the call home with all site leads at the weekly call.",
        owner=manager,
        due_on=next_school_day(world.today + 5 * ONE_DAY, season.closures),
        made_by=manager,
        made_at=seasons.at(world, window.closes_on + 3 * ONE_DAY, 9),
    )


def _open_again(season: Season) -> None:
    """One form is with its holder again, one came back with other ratings."""
    for place, months, reason in ((REOPENED, 0, WHY_AGAIN), (RETURNED, 1, WHY_BACK)):
        window = season.windows[-1 - months]
        form = season.form(window, season.world.at(*place), RaterKind.SELF)
        if form is None or form.state != FormState.SUBMITTED or form.submitted_at is None:
            continue
        first = form.submitted_at - months * dt.timedelta(days=1)
        Reopening.objects.create(
            district=form.district,
            checklist=form,
            by=season.world.holder("PROJECT_MANAGER"),
            at=first + dt.timedelta(hours=5),
            reason=reason,
            submitted_at=first,
            score=form.score,
            band=form.band,
        )
        if not months:
            form.submitted_at = form.score = form.coverage = None
            form.band = ""
            form.save(update_fields=["submitted_at", "score", "coverage", "band"])
