"""Actions: what a cycle or a window is followed by, with an owner and a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from checklists.models import Action, Checklist, ChecklistItem, RaterKind, Window
from checklists.services import action_letters
from roles.access import Reach
from roles.capabilities import CATALOGUE, Capability
from roles.models import LeadershipRole, Membership, User
from roles.services import audit
from roles.services.refusal import Refused

if TYPE_CHECKING:
    from roles.models import District

TEXT = 300  # characters of an action, and of what came of it
ENDED = "This action has ended already. Reload the page to see how."
NOT_YOURS = (
    "Only its owner, the person who planned it and those who run the program can change an action."
)


@dataclass(frozen=True, slots=True)
class NewAction:
    """One action to be: what, whose, by when, and the item of the checklist it grew from."""

    text: str
    owner: User
    due_on: dt.date
    item: ChecklistItem | None = None


def possible_owners(district: District, school_id: int | None) -> QuerySet[User]:
    """Who can own an action at a school, or (None) one of the whole district: people whose account
    is open and who have access there with which they can work on it.
    """
    works = [key for key, spec in CATALOGUE.items() if Capability.CHECKLIST_WORK in spec.grants]
    found = Membership.objects.filter(district=district, level__in=works)
    if school_id is not None:
        found = found.filter(Q(school=None) | Q(school=school_id))
    return User.objects.filter(is_active=True, pk__in=found.values("user"))


def last_day(district: District) -> dt.date:
    """The latest day on which a new action may be due: 12 months from today."""
    today = district.today()
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + 1, day=28 if leap_day else today.day)


@transaction.atomic
def plan(agreed: Checklist, lines: Sequence[NewAction], by: Reach) -> list[Action]:
    """Plan what follows from an agreed form. Owners who did not plan it themselves are told.

    Raises Refused, and plans none, if the form would have fewer than one or more than three
    actions, or a line has no text, an owner who cannot see it, a day that is past or more than 12
    months off, or an item of another checklist.
    """
    held = Checklist.objects.select_for_update(of=("self",)).select_related("window")
    form = held.get(pk=agreed.pk)
    if form.rater_kind != RaterKind.AGREED:
        raise Refused("Actions are planned with the agreed rating.")
    total = form.actions.count() + len(lines)
    if not 1 <= total <= Action.MOST:
        raise Refused(f"A cycle closes with one to {Action.MOST} actions; these would be {total}.")
    for line in lines:
        _check(line, form.school_id, form.template_id, by)
    planned = [_plan(form.window, line, by, form) for line in lines]
    count = "one action" if len(planned) == 1 else f"{len(planned)} actions"
    audit.record(by, "checklist_action.planned", form, window=form.window.label, actions=count)
    return planned


@transaction.atomic
def plan_for_role(
    window: Window, role: LeadershipRole | None, line: NewAction, *, by: Reach
) -> Action:
    """Plan an action for everyone of a leadership role; without a role, for the departments.

    Raises Refused as `plan` does.
    """
    _check(line, None, line.item.template_id if line.item else None, by)
    action = _plan(window, line, by, None, role)
    title = role.title if role else "departments"
    audit.record(
        by,
        "checklist_action.planned_for_role",
        action,
        role=title,
        text=action.text,
        due=action.due_on.isoformat(),
    )
    return action


def _check(line: NewAction, school_id: int | None, template_id: int | None, by: Reach) -> None:
    if not line.text.strip():
        raise Refused("Say in a sentence what will be done.")
    if len(line.text.strip()) > TEXT:
        raise Refused(f"An action has at most {TEXT} characters.")
    if not possible_owners(by.district, school_id).filter(pk=line.owner.pk).exists():
        raise Refused(f"{line.owner} has no access there, and could not see the action.")
    if line.item is not None and line.item.template_id != template_id:
        raise Refused("This item is not on this checklist.")
    _check_day(line.due_on, by.district)


def _check_day(day: dt.date, district: District) -> None:
    if day < district.today():
        raise Refused("An action is due today or later.")
    if day > last_day(district):
        raise Refused("An action is due within 12 months.")


def _plan(
    window: Window,
    line: NewAction,
    by: Reach,
    form: Checklist | None,
    role: LeadershipRole | None = None,
) -> Action:
    action = Action.objects.create(
        district=by.district,
        window=window,
        checklist=form,
        role=role,
        school_id=form.school_id if form else None,
        item=line.item,
        text=line.text.strip(),
        owner=line.owner,
        due_on=line.due_on,
        made_by_id=by.user.pk,
    )
    if line.owner.pk != by.user.pk:
        action_letters.tell(action, by=by)
    return action


@transaction.atomic
def finish(action: Action, outcome: str, *, by: Reach) -> Action:
    """Mark an action as done, with what came of it. Its letters that wait are taken back."""
    held = _hold(action, by)
    held.done_at = timezone.now()
    return _end(held, "checklist_action.done", outcome, by)


@transaction.atomic
def drop(action: Action, reason: str, *, by: Reach) -> Action:
    """Drop an action, with the reason. Refuses without one."""
    held = _hold(action, by)
    if not reason.strip():
        raise Refused("Say why it is dropped.")
    held.dropped_at = timezone.now()
    return _end(held, "checklist_action.dropped", reason, by)


@transaction.atomic
def move(action: Action, day: dt.date, reason: str, *, by: Reach) -> Action:
    """Give an open action another day, with the reason. Refuses without one."""
    held = _hold(action, by)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the date moves.")
    if len(reason) > TEXT:
        raise Refused(f"The reason has at most {TEXT} characters.")
    _check_day(day, by.district)
    if day == held.due_on:
        raise Refused("That is the day it is due already.")
    old, held.due_on = held.due_on, day
    held.save(update_fields=["due_on"])
    audit.record(
        by,
        "checklist_action.moved",
        held,
        window=held.window.label,
        old=old.isoformat(),
        new=day.isoformat(),
        reason=reason,
    )
    return held


def may_change(action: Action, by: Reach) -> bool:
    """Its owner, who planned it, and whoever manages checklists there."""
    manages = by.capability == Capability.CHECKLIST_MANAGE and by.covers(action.school_id)
    return manages or by.user.pk in {action.owner_id, action.made_by_id}


def _hold(action: Action, by: Reach) -> Action:
    """The action as it stands, held against another change at the same moment."""
    rows = Action.objects.select_related("window").select_for_update(of=("self",))
    held: Action = rows.get(pk=action.pk)
    if not may_change(held, by):
        raise Refused(NOT_YOURS)
    if not held.is_open:
        raise Refused(ENDED)
    return held


def _end(action: Action, verb: str, words: str, by: Reach) -> Action:
    words = words.strip()
    if len(words) > TEXT:
        raise Refused(f"At most {TEXT} characters, please.")
    action.outcome, action.ended_by_id = words, by.user.pk
    action.save(update_fields=["outcome", "ended_by", "done_at", "dropped_at"])
    action_letters.take_back(action)
    audit.record(by, verb, action, window=action.window.label)
    return action
