"""Letters to the owner of an action: when it is planned, and the ladder of reminders."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format

from checklists.models import Action
from checklists.models.actions import ActionQuerySet
from roles.access import Reach
from roles.ladder import LADDER, Rung
from roles.models import District, Letter, Membership, OwedStatus
from roles.services import letters
from roles.services.calendar import rungs_of
from roles.services.rounds import in_every_district

WORTH = 2  # days for which a reminder says what is so


def owe_everywhere() -> int:
    """Beat's round through all districts; returns letters newly owed."""
    return in_every_district(
        lambda district: owe_reminders(district, district.today()),
        trouble="Reminders of actions in %s were not owed",
    )


@transaction.atomic
def owe_reminders(district: District, today: dt.date) -> int:
    """Owe today's reminder of each open action to its owner, if they can still open it.

    Asks what the day's rungs are, not what happened since the last round: running it again owes
    nothing more, and an action long overdue is not mailed about rungs that have passed. Returns
    how many letters this call added.
    """
    rungs = rungs_of(district, today)
    due = _open_to_their_owner(district).filter(due_on__in=rungs)
    wanted = {reminder_key(action, rungs[action.due_on]): action for action in due}
    had = Letter.objects.filter(district=district, key__in=wanted).values_list("key", flat=True)
    missing = wanted.keys() - set(had)
    for key in sorted(missing):
        _write(district, wanted[key], key, "action_reminder")
    return len(missing)


def _open_to_their_owner(district: District) -> ActionQuerySet:
    """Open actions of people who can still sign in and see them."""
    inside = Membership.objects.filter(district=district, user=OuterRef("owner"))
    there = inside.filter(Q(school=None) | Q(school=OuterRef("school")))
    seen = Exists(there) | Q(Exists(inside), school=None)
    rows = Action.objects.filter(seen, district=district, owner__is_active=True).open()
    return rows.select_related("owner", "window", "made_by", "role", "school")


def tell(action: Action, *, by: Reach) -> None:
    """Tell an owner that an action was planned for them, once."""
    _write(by.district, action, f"action:{action.pk}:planned", "action_planned")


def reminder_key(action: Action, rung: Rung, due_on: dt.date | None = None) -> str:
    return f"action:{action.pk}:{due_on or action.due_on}:{rung}"


def take_back(action: Action) -> int:
    """Drop all letters about an action that no worker has begun to send; returns how many."""
    return _drop([f"action:{action.pk}:planned", *_reminder_keys(action, action.due_on)], action)


def take_back_reminders(action: Action, *, due_on: dt.date) -> int:
    """The same for reminders of a day on which it is no longer due."""
    return _drop(_reminder_keys(action, due_on), action)


def _reminder_keys(action: Action, due_on: dt.date) -> list[str]:
    return [reminder_key(action, rung, due_on) for rung in LADDER]


def _drop(keys: list[str], action: Action) -> int:
    waiting = Letter.objects.filter(
        district=action.district_id, key__in=keys, status=OwedStatus.WAITING
    )
    return waiting.delete()[0]


def _write(district: District, action: Action, key: str, template: str) -> None:
    today = district.today()
    path = reverse("checklists:action", kwargs={"district": district.slug, "pk": action.pk})
    is_reminder = template == "action_reminder"
    letters.write(
        district=district,
        key=key,
        to=action.owner.email,
        subject=f"{_call(action, today)}: {action.text}",
        template=f"checklists/{template}",
        words={
            "district": district,
            "action": action,
            "days": (action.due_on - today).days,
            "url": settings.SITE_URL.rstrip("/") + path,
        },
        expires_at=_end_of_next_day(today, district) if is_reminder else None,
    )


def _call(action: Action, today: dt.date) -> str:
    """The action and the date, as a subject begins."""
    if action.due_on == today:
        return f"Finish today, {date_format(today, 'M j')}"
    day = date_format(action.due_on, "D, M j")
    if action.due_on > today:
        return f"Finish by {day}"
    return f"Finish or ask for a new date, was due {day}"


def _end_of_next_day(today: dt.date, district: District) -> dt.datetime:
    return dt.datetime.combine(today + dt.timedelta(days=WORTH), dt.time.min, tzinfo=district.zone)
