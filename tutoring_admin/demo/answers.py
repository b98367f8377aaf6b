"""What the people of the demo answer: invented, seeded, and with places and items that are hard."""

from __future__ import annotations

import random

from django.utils import timezone

from checklists.models import Checklist, ChecklistItem, ItemEvidence, RaterKind, Rating
from tutoring_admin.demo.season import Season

SOLID = 0.72  # how likely an item is in place, before school, item and window have their say
WEAK_PLACES = {"Cedar Hill ES": -0.28, "Summit MS": -0.2, "Garfield ES": -0.15}
HARD_ITEMS = {
    "FC_SITE-2": -0.25,
    "FC_SITE-5": -0.34,
    "FC_SITE-7": -0.2,
    "FC_PRIN-7": -0.3,
    "FC_PRIN-9": -0.25,
    "FC_PM-7": -0.35,
    "FC_COACH-4": -0.25,
}
# Items that holders see more kindly than those who watch: how often the two differ there.
SEEN_OTHERWISE = {"FC_SITE-5": 0.7, "FC_SITE-7": 0.55, "FC_PRIN-9": 0.6, "FC_PM-7": 0.6}
DIFFER = 0.14
NOT_APPLICABLE = -1  # among values, which begin at 0
# Positions that are stable: role key and school.
STEADY = {("SITE_LEAD", "Oak Ridge ES"), ("PRINCIPAL", "Westbrook K-8")}
# Two points apart, from all in place to not in place: by role key, school and months ago.
SPLIT = {
    ("SITE_LEAD", "Cedar Hill ES", 1): ("FC_SITE-5", "FC_SITE-7"),
    ("PRINCIPAL", "Cedar Hill ES", 1): ("FC_PRIN-9",),
    ("PROGRAM_LEAD", None, 0): ("FC_LEAD-3",),
    ("PROJECT_MANAGER", None, 1): ("FC_PM-7",),
}
NOTES = (
    "Two weeks were fine, then the sub shortage began.",
    "Log is kept on paper; moving it to the shared sheet next week.",
    "Done, but later than agreed.",
    "Agreed with the provider to fix this by the next window.",
    "Only for the morning groups so far.",
    "Testing week took the slot.",
)
SEEN = (
    "Saw it in two of the three sessions I visited.",
    "I found no trace of it in the shared folder.",
    "Happens, but nobody writes it down.",
    "Asked for it twice before it came.",
)
NOT_HERE = (
    "Nothing of this kind happened in this window.",
    "The date for this comes later in the year.",
    "The provider does this for us.",
)
SHOWN, SHOWN_AT_SCALE = 0.14, 0.01  # of the ratings have something that shows them


def answer(season: Season, form: Checklist, *, complete: bool) -> None:
    """Rate the items of a begun form: all of them, or some."""
    items = season.items[form.template_id]
    if not complete:
        items = items[: season.luck(form).randint(1, len(items) - 1)]
    own = season.form(form.window, form.position, RaterKind.SELF)
    seen = season.given.get(own.pk, {}) if own and own is not form else {}
    ratings = [_rating(season, form, item, seen.get(item.key)) for item in items]
    season.given[form.pk] = {item.key: r for item, r in zip(items, ratings, strict=True)}
    _show(season, form, ratings)


def _rating(season: Season, form: Checklist, item: ChecklistItem, seen: Rating | None) -> Rating:
    value = _forced(season, form, item)
    if value is None and seen is not None:
        value = _second(season.luck(form), item, seen)
    elif value is None:
        value = _first(season, form, item)
    return Rating(
        district_id=form.district_id,
        checklist=form,
        item=item,
        value=value if value != NOT_APPLICABLE else None,
        not_applicable=value == NOT_APPLICABLE,
        note=_note(season, form, item, value),
        saved_at=form.saved_at or timezone.now(),
    )


def _first(season: Season, form: Checklist, item: ChecklistItem) -> int:
    """What a person sees by themselves."""
    luck = season.luck(form)
    place = season.seats[form.position_id][1] or ""
    sure = season.plans[form.window_id].sure
    likely = SOLID + sure + WEAK_PLACES.get(place, 0) + HARD_ITEMS.get(item.key, 0)
    if item.frequency == "per_event" and luck.random() < 0.4:
        return NOT_APPLICABLE
    draw = luck.random()
    level = 1.0 if draw < likely else 0.5 if draw < likely + 0.22 else 0.0
    return round(level * item.on_scale.max + 0.01)


def _second(luck: random.Random, item: ChecklistItem, seen: Rating) -> int:
    """What someone else sees of the same: mostly the same, else mostly a little less."""
    best = item.on_scale.max
    own = NOT_APPLICABLE if seen.value is None else seen.value
    if luck.random() >= SEEN_OTHERWISE.get(item.key, DIFFER):
        return own
    if own == NOT_APPLICABLE:
        return best
    step = luck.choice((-1, -1, -1, -1, -2, 1))
    return max(0, min(best, own + step))


def _forced(season: Season, form: Checklist, item: ChecklistItem) -> int | None:
    """The answers that the demo's stories need."""
    if not season.tells_stories:
        return None
    place = season.seats[form.position_id][:2]
    watched = form.rater_kind == RaterKind.OBSERVER
    best = item.on_scale.max
    if place in STEADY:
        return best - 1 if item.order == 2 or (watched and item.order == 5) else best
    if item.key in SPLIT.get((*place, season.months_ago(form.window)), ()):
        return 0 if watched else best
    return None


def _note(season: Season, form: Checklist, item: ChecklistItem, value: int) -> str:
    """Always why an item does not apply; now and then why it is not in place."""
    luck = season.luck(form)
    if value == NOT_APPLICABLE:
        return luck.choice(NOT_HERE)
    low = value < item.on_scale.max
    if not low or luck.random() >= 0.35:
        return ""
    return luck.choice(SEEN if form.rater_kind == RaterKind.OBSERVER else NOTES)


def _show(season: Season, form: Checklist, ratings: list[Rating]) -> None:
    """Links to what shows a rating."""
    luck = season.luck(form)
    share = SHOWN if season.tells_stories else SHOWN_AT_SCALE
    for rating in ratings:
        if rating.value and rating.item.evidence and luck.random() < share:
            season.evidence.append(
                ItemEvidence(
                    district_id=form.district_id,
                    checklist=form,
                    item=rating.item,
                    url=f"https://drive.example.org/tutoring/{rating.item.key.lower()}",
                    name=rating.item.evidence,
                    added_at=rating.saved_at,
                )
            )
