"""What a meeting comes to: decisions, and actions that a position is given."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from roadmap.models import AgendaItem, Decision, Meeting, MeetingAction
from roadmap.services import meetings
from roadmap.services.minutes import hold_open, next_of
from roles.access import Reach
from roles.models import Position
from roles.services import audit, notices
from roles.services.refusal import Refused


@transaction.atomic
def decide(meeting: Meeting, text: str, *, item: AgendaItem | None = None, by: Reach) -> Decision:
    """Write down a decision. An item that has one is dealt with."""
    held, text = hold_open(meeting), text.strip()
    if not text:
        raise Refused("Say what was decided.")
    _of_meeting(held, item)
    decision = Decision.objects.create(
        district_id=held.district_id, meeting=held, item=item, text=text, by=by.user
    )
    _settle(item)
    _record(by, "meeting.decided", decision, held, text=text)
    return decision


@transaction.atomic
def take_back(decision: Decision, *, by: Reach) -> None:
    """Take a decision out of minutes that are still open; the audit trail keeps its words."""
    held = hold_open(decision.meeting)
    _record(by, "meeting.decision_taken_back", decision, held, text=decision.text)
    decision.delete()


@transaction.atomic
def give(
    meeting: Meeting,
    text: str,
    *,
    owner: Position | None,
    due_on: dt.date,
    item: AgendaItem | None = None,
    by: Reach,
) -> MeetingAction:
    """Give a position something to do by a day. An item that has an action is dealt with."""
    held, text = hold_open(meeting), text.strip()
    if not text:
        raise Refused("Say in a sentence what will be done.")
    if due_on < held.on:
        raise Refused("An action is due on the day of the meeting or later.")
    _of_meeting(held, item)
    action = MeetingAction.objects.create(
        district_id=held.district_id, meeting=held, item=item, text=text, owner=owner,
        due_on=due_on, made_by=by.user,
    )  # fmt: skip
    _settle(item)
    _record(
        by, "meeting.action_given", action, held, text=text, owner=str(owner or "nobody yet"),
        due=str(due_on),
    )  # fmt: skip
    return action


@transaction.atomic
def finish_action(action: MeetingAction, *, outcome: str, by: Reach) -> bool:
    """End an action, with what came of it. True if this call did it."""
    return _end(action, "meeting.action_done", by, outcome=outcome.strip())


@transaction.atomic
def drop_action(action: MeetingAction, *, reason: str, by: Reach) -> bool:
    """Drop an action, with the reason. True if this call did it."""
    if not reason.strip():
        raise Refused("Say why.")
    return _end(action, "meeting.action_dropped", by, outcome=reason.strip(), dropped=True)


def may_end(action: MeetingAction, by: Reach, manages: Reach) -> bool:
    """Who holds its owner position or answers for it, and whoever runs the meeting."""
    if meetings.may_run(action.meeting.series, by, manages):
        return True
    mine = Position.objects.answered_for_by(by.user, by.district.today())
    return bool(by) and action.owner_id is not None and mine.filter(pk=action.owner_id).exists()


def usual_due(meeting: Meeting) -> dt.date:
    """By when an action is usually due: the day of the next meeting, else two weeks on."""
    coming = next_of(meeting)
    return coming.on if coming else meeting.on + dt.timedelta(weeks=2)


def _of_meeting(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None and item.meeting_id != meeting.pk:
        raise Refused("This item is on another agenda.")


def _settle(item: AgendaItem | None) -> None:
    if item is not None:
        AgendaItem.objects.filter(pk=item.pk, settled_at=None).update(settled_at=timezone.now())


def _end(
    action: MeetingAction, verb: str, by: Reach, *, outcome: str, dropped: bool = False
) -> bool:
    if len(outcome) > 300:
        raise Refused("At most 300 characters, please.")
    still = MeetingAction.objects.open().filter(pk=action.pk)
    ended = {"ended_at": timezone.now(), "ended_by": by.user, "dropped": dropped}
    if not still.update(**ended, outcome=outcome):
        return False
    notices.withdraw(by.district, f"meeting_action:{action.pk}")
    _record(by, verb, action, action.meeting, text=action.text, outcome=outcome)
    return True


def _record(
    by: Reach, verb: str, subject: Decision | MeetingAction, meeting: Meeting, **detail: str
) -> None:
    audit.record(by, verb, subject, title=meeting.series.title, on=str(meeting.on), **detail)
