"""Minutes of a meeting: written by its people while they talk, then closed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from roadmap.agenda_sources import COME_ALONG
from roadmap.meeting_notices import is_often
from roadmap.meeting_story import seats_of as story_seats
from roadmap.models import AgendaItem, AgendaSource, Meeting, MeetingState, Presence
from roadmap.services import meetings
from roadmap.services.minutes_files import owe_file
from roles.access import Reach
from roles.models import Assignment, AuditEvent
from roles.services import audit, notices
from roles.services.refusal import Refused

LOCKED = "The minutes of this meeting are closed. Whoever manages the roadmap can open them again."
CANCELLED = "This meeting was cancelled. It has no minutes."
SITTING = dt.timedelta(minutes=30)
NAME = re.compile(r"(said|settled|present)-(\d{1,10})")
MOST = {"said": 4000, "notes": 20000}
OPEN_ENDED = (
    *COME_ALONG,
    AgendaSource.MILESTONE,
    AgendaSource.UNDECIDED,
    AgendaSource.DECISION,
)


@dataclass
class Saved:
    """What came of a save. `clashes`: fields that someone else wrote meanwhile, with their words;
    `problems`: fields that were refused, with why; `marks`: those whose words can be kept all the
    same, with what says so. Everything else is kept.
    """

    clashes: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

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
    held, done = hold_open(meeting), Saved()
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
    held = hold_open(meeting)
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


def hold_open(meeting: Meeting) -> Meeting:
    """The meeting, held, if its minutes can still be written; else Refused."""
    held = meetings.hold(meeting)
    if held.state == MeetingState.HELD:
        raise Refused(LOCKED)
    if held.state == MeetingState.CANCELLED:
        raise Refused(CANCELLED)
    return held


def _record_sitting(meeting: Meeting, by: Reach) -> None:
    """One audit row for a stretch of saves, not one for each pause in typing."""
    verb, label = "meeting.minutes_written", meeting._meta.label_lower
    recent = AuditEvent.objects.filter(
        district_id=meeting.district_id, at__gt=timezone.now() - SITTING
    )
    last = recent.filter(subject=label, subject_pk=str(meeting.pk)).order_by("-at").first()
    if last is None or (last.verb, last.actor_id) != (verb, by.user.pk):
        audit.record(by, verb, meeting, title=meeting.series.title, on=str(meeting.on))
