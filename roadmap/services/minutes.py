"""What a meeting leaves behind: notes, decisions, actions. Written by its people, then closed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from roadmap.agenda_sources import COME_ALONG
from roadmap.meeting_notices import is_often
from roadmap.meeting_story import seats_of as story_seats
from roadmap.meeting_story import story_of
from roadmap.models import (
    AgendaItem,
    AgendaSource,
    Decision,
    Meeting,
    MeetingAction,
    MeetingState,
    MinutesFile,
    Presence,
)
from roadmap.services import meetings
from roadmap.tasks import make_minutes
from roles.access import Reach
from roles.letterhead import logo_data_uri
from roles.models import Assignment, AuditEvent, Position
from roles.services import audit, notices, renderings
from roles.services.refusal import Refused
from roles.tasks import ring_on_commit
from roles.wall import district_scope

LOCKED = "The minutes of this meeting are closed. Whoever manages the roadmap can open them again."
CANCELLED = "This meeting was cancelled. It has no minutes."
SITTING = dt.timedelta(minutes=30)
NAME = re.compile(r"(said|settled|present)-(\d{1,10})")
MOST = {"said": 4000, "notes": 20000}
OPEN_ENDED = (*COME_ALONG, AgendaSource.MILESTONE, AgendaSource.UNDECIDED)


@dataclass
class Saved:
    """What came of a save. `clashes`: fields that someone else wrote meanwhile, with their words;
    `problems`: fields that were refused, with why. Everything else is kept.
    """

    clashes: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not (self.clashes or self.problems)


@transaction.atomic
def save(meeting: Meeting, typed: Mapping[str, str], *, by: Reach) -> Saved:
    """Keep what was typed: any of "notes", "said-<item>", "settled-<item>" and "present-<position>"
    (the last two "1" or "0").

    A text comes with "was-<name>", what its page showed before. Where something else stands there
    by now that text is not overwritten: it is handed back to choose from.
    """
    held, done = _open(meeting), Saved()
    items = {item.pk: item for item in held.agenda_items.select_for_update(of=("self",))}
    for name, value in typed.items():
        match = NAME.fullmatch(name)
        if name == "notes":
            _write(held, "notes", name, typed, done)
        elif match and match[1] == "present":
            _mark(held, int(match[2]), is_there=value == "1")
        elif match and int(match[2]) in items:
            item = items[int(match[2])]
            if match[1] == "said":
                _write(item, "said", name, typed, done)
            elif (value == "1") != (item.settled_at is not None):
                item.settled_at = timezone.now() if value == "1" else None
                item.save(update_fields=["settled_at"])
    _record_sitting(held, by)
    return done


def _write(
    row: Meeting | AgendaItem, column: str, name: str, typed: Mapping[str, str], done: Saved
) -> None:
    new, was, there = _plain(typed[name]), typed.get(f"was-{name}"), getattr(row, column)
    if new == there:
        return
    if len(new) > MOST[column]:
        done.problems[name] = f"At most {MOST[column]:,} characters fit here."
    elif was is not None and _plain(was) != there:
        done.clashes[name] = there
    else:
        setattr(row, column, new)
        row.save(update_fields=[column])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _mark(meeting: Meeting, position: int, *, is_there: bool) -> None:
    """Note who was there: of a position of the series, with who held it on the day."""
    if not is_there:
        meeting.presences.filter(position=position).delete()
        return
    if position not in meetings.people_of(meeting.series):
        return
    held = Assignment.objects.filter(position=position).in_force(meeting.on)
    Presence.objects.get_or_create(
        district_id=meeting.district_id,
        meeting=meeting,
        position_id=position,
        defaults={"holder_id": held.values_list("holder", flat=True).first()},
    )


@transaction.atomic
def decide(meeting: Meeting, text: str, *, item: AgendaItem | None = None, by: Reach) -> Decision:
    """Write down a decision. An item that has one is dealt with."""
    held, text = _open(meeting), text.strip()
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
    held = _open(decision.meeting)
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
    held, text = _open(meeting), text.strip()
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


def open_ends(meeting: Meeting) -> list[AgendaItem]:
    """Items that nobody has dealt with, of those that could go to the next meeting."""
    found = meeting.agenda_items.filter(dropped_at=None, settled_at=None, source__in=OPEN_ENDED)
    return list(found.exclude(subject="milestones:more"))


def goes_along(item: AgendaItem) -> bool:
    """Whether an open item is proposed for the next meeting; what the records hold comes anew."""
    return item.source in COME_ALONG or bool(item.said)


def next_of(meeting: Meeting) -> Meeting | None:
    """The planned meeting of the series that comes after this one."""
    later = Q(on__gt=meeting.on) | Q(on=meeting.on, at__gt=meeting.at)
    found: Meeting | None = (
        meeting.series.meetings.planned().filter(later).order_by("on", "at").first()
    )
    return found


@transaction.atomic
def close(meeting: Meeting, *, carry: Collection[int] | None = None, by: Reach) -> bool:
    """Say that the meeting was held: its minutes are locked, and become a PDF. True if this call
    did it.

    `carry`: primary keys of open items that go to the next meeting; None takes those proposed. An
    open item of a person's own that is left out counts as dealt with.
    """
    held = meetings.hold(meeting)
    if held.state == MeetingState.HELD:
        return False
    held = _open(meeting)
    if held.on > by.district.today():
        day = date_format(held.on, "M j")
        raise Refused(f"It meets on {day}. Minutes are closed on that day or later.")
    ends = open_ends(held)
    kept = {item.pk for item in ends if goes_along(item)} if carry is None else set(carry)
    going = [item for item in ends if item.pk in kept]
    done_with = [item.pk for item in ends if item.pk not in kept and item.source in COME_ALONG]
    AgendaItem.objects.filter(pk__in=done_with).update(settled_at=timezone.now())
    carry_over(held, going)
    held.state, held.held_at, held.held_by = MeetingState.HELD, timezone.now(), by.user
    held.save(update_fields=["state", "held_at", "held_by"])
    owe_file(held)
    _tell(held, by)
    audit.record(
        by, "meeting.held", held, title=held.series.title, on=str(held.on),
        decisions=held.decisions.count(), actions=held.actions.count(),
    )  # fmt: skip
    return True


@transaction.atomic
def reopen(meeting: Meeting, *, reason: str, by: Reach) -> bool:
    """Open closed minutes again, with the reason. True if this call did it."""
    held = meetings.hold(meeting)
    if not reason.strip():
        raise Refused("Say why.")
    if held.state != MeetingState.HELD:
        return False
    held.state, held.held_at, held.held_by = MeetingState.PLANNED, None, None
    held.save(update_fields=["state", "held_at", "held_by"])
    notices.withdraw(by.district, f"minutes:{held.pk}")
    audit.record(
        by, "meeting.reopened", held, title=held.series.title, on=str(held.on),
        reason=reason.strip(),
    )  # fmt: skip
    return True


def carry_over(meeting: Meeting, items: Collection[AgendaItem]) -> Meeting | None:
    """Put open items on the agenda of the next meeting, each once. None where there is no next."""
    coming = next_of(meeting)
    if coming is None or not items:
        return coming
    there = {item.subject: item for item in coming.agenda_items.all() if item.subject}
    note = f"Left open on {date_format(meeting.on, 'M j')}"
    for n, item in enumerate(items):
        subject = item.subject or f"item:{item.pk}"
        if subject in there:
            AgendaItem.objects.filter(pk=there[subject].pk, carried_from=None).update(
                carried_from=item
            )
            continue
        AgendaItem.objects.create(
            district_id=coming.district_id, meeting=coming, order=n, subject=subject,
            source=AgendaSource.CARRIED, title=item.title, note=note, carried_from=item,
            milestone_id=item.milestone_id,
        )  # fmt: skip
    return coming


def owe_file(meeting: Meeting) -> MinutesFile:
    """Owe the PDF of closed minutes: one for each time they were closed."""
    assert meeting.held_at is not None  # noqa: S101 -- a constraint of the table
    owed, created = MinutesFile.objects.get_or_create(
        district_id=meeting.district_id,
        key=f"minutes:{meeting.pk}:{meeting.held_at:%Y%m%d%H%M%S%f}",
        defaults={"meeting": meeting},
    )
    if created:
        ring_on_commit(make_minutes, owed.district_id, owed.pk)
    return owed


@transaction.atomic
def owe_again(owed: MinutesFile) -> bool:
    """Put a PDF that failed back into the queue. True if it had failed."""
    if not owed.again():
        return False
    ring_on_commit(make_minutes, owed.district_id, owed.pk)
    return True


def make(district_pk: int, file_pk: int) -> bool:
    """Make one owed PDF. True if this call made it.

    Reads in a transaction, sets the pages outside of any, files the result in another.
    """
    with district_scope(district_pk):
        owed: MinutesFile | None = MinutesFile.objects.claim(file_pk)
        html = page_of(owed.meeting) if owed else ""
    if owed is None:
        return False
    stored: renderings.Filed | None = None
    with renderings.excused(owed):
        stored = renderings.filed(district_pk, html, "minutes")
    with district_scope(district_pk):
        if stored is None or not owed.finish(error=stored.note):
            return False
        MinutesFile.objects.filter(pk=owed.pk).update(file=stored.name, made=1)
    return True


def page_of(meeting: Meeting) -> str:
    """The minutes as the HTML of a printed page."""
    with timezone.override(meeting.district.zone):
        context = {
            "meeting": meeting,
            "series": meeting.series,
            "district": meeting.district,
            "logo": logo_data_uri(meeting.district),
            "story": story_of(meeting),
        }
        return render_to_string("print/roadmap/minutes.html", context)


def _tell(meeting: Meeting, by: Reach) -> None:
    """Minutes are news for everyone who sits in the meeting, once; of a meeting that comes every
    week or two they are a line of the weekly brief.
    """
    often = is_often(meeting.series.rhythm)
    for seat in story_seats(meeting):
        if seat.holder is None or seat.holder.pk == by.user.pk:
            continue
        told = notices.tell(
            by.district, seat.holder, "minutes", f"minutes:{meeting.pk}",
            position_id=seat.position.pk,
        )  # fmt: skip
        if told and often and not told.in_brief:
            told.in_brief = True
            told.save(update_fields=["in_brief"])


def _open(meeting: Meeting) -> Meeting:
    held = meetings.hold(meeting)
    if held.state == MeetingState.HELD:
        raise Refused(LOCKED)
    if held.state == MeetingState.CANCELLED:
        raise Refused(CANCELLED)
    return held


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


def _record_sitting(meeting: Meeting, by: Reach) -> None:
    """One audit row for a stretch of saves, not one for each pause in typing."""
    verb, label = "meeting.minutes_written", meeting._meta.label_lower
    recent = AuditEvent.objects.filter(
        district_id=meeting.district_id, at__gt=timezone.now() - SITTING
    )
    last = recent.filter(subject=label, subject_pk=str(meeting.pk)).order_by("-at").first()
    if last is None or (last.verb, last.actor_id) != (verb, by.user.pk):
        audit.record(by, verb, meeting, title=meeting.series.title, on=str(meeting.on))
