"""Who was at a session. Each mark is saved at once; marking twice is marking once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from checklists.models import ChecklistTemplate
from roadmap.learning_notices import attendance_subject
from roadmap.models import Attendance, LearningLine, LearningSession, SessionState
from roadmap.services.archived import refuse_archived
from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import Assignment, District, Position, User
from roles.models.leadership import AssignmentQuerySet
from roles.services import audit, notices
from roles.services.refusal import Refused


@dataclass(frozen=True)
class Guest:
    """Someone on the list of a session. `present` is None until it was marked; `added`: is not of
    the audience, or took the position later.
    """

    position: Position
    person: User
    present: bool | None
    added: bool = False


@dataclass(frozen=True)
class Sheet:
    """The list of a session: who holds a position of its audience on the day, and who was added.

    `vacant` positions have nobody to come.
    """

    guests: tuple[Guest, ...]
    vacant: tuple[Position, ...]

    @property
    def present(self) -> int:
        return sum(guest.present is True for guest in self.guests)

    @property
    def absent(self) -> int:
        return sum(guest.present is False for guest in self.guests)

    @property
    def open(self) -> int:
        return len(self.guests) - self.present - self.absent

    @property
    def marked(self) -> int:
        return self.present + self.absent


def may_take(session: LearningSession, access: Access) -> bool:
    """Whoever runs the roadmap there, and whoever holds the leader's position today."""
    if access.reach(Capability.ROADMAP_MANAGE).covers(session.school_id):
        return True
    if session.leader_id is None:
        return False
    led = Position.objects.filter(pk=session.leader_id)
    return led.answered_for_by(access.user, access.district.today()).exists()


def audience_of(line: LearningLine) -> set[int]:
    """The leadership roles (primary keys) that a line is for."""
    roles = {each.role_id for each in line.audiences.all()}
    return roles | roles_that_rate(line.district_id) if line.for_raters else roles


def roles_that_rate(district_pk: int) -> set[int]:
    """Those with a fidelity checklist in force: their holders rate themselves, and others."""
    published = ChecklistTemplate.objects.filter(district=district_pk).published()
    return set(published.exclude(role=None).values_list("role", flat=True))


def sheet_of(session: LearningSession) -> Sheet:
    """Everyone who is on the list of a session; a constant number of queries.

    Of the whole audience, whatever the reader's schools: whoever leads a session takes it for all.
    """
    seats = Position.objects.filter(
        district=session.district_id, role__in=audience_of(session.line)
    ).active(session.on)
    if session.school_id:
        seats = seats.filter(school=session.school_id)
    seats = seats.select_related("role", "school", "department")
    held = {each.position_id: each.holder for each in _held(session.district_id, session.on)}
    marks = {
        (mark.position_id, mark.attendee_id): mark
        for mark in session.attendance.select_related(
            "attendee", "position__role", "position__school", "position__department"
        )
    }
    guests, vacant = [], []
    for seat in seats:
        person = held.get(seat.pk)
        if person is None:
            vacant.append(seat)
            continue
        mark = marks.pop((seat.pk, person.pk), None)
        guests.append(Guest(seat, person, mark.present if mark else None))
    guests += [Guest(m.position, m.attendee, m.present, added=True) for m in marks.values()]
    return Sheet(tuple(guests), tuple(vacant))


@transaction.atomic
def mark(
    session: LearningSession, position: Position, person: User, *, present: bool, by: Reach
) -> None:
    """Note that the holder of a position was there, or was not; the last word counts.

    Refused before the day, for a cancelled session, and for who is not on the list.
    """
    _check_takes(session, by)
    listed = {(guest.position.pk, guest.person.pk) for guest in sheet_of(session).guests}
    if (position.pk, person.pk) not in listed:
        raise Refused(f"{person} is not on the list. Add them first.")
    if _put(session, position, person, present=present, by=by):
        _settle(session, by)


@transaction.atomic
def mark_rest(session: LearningSession, *, by: Reach) -> int:
    """Everyone who is not marked yet was there. Returns how many that were."""
    _check_takes(session, by)
    unmarked = [guest for guest in sheet_of(session).guests if guest.present is None]
    for guest in unmarked:
        _put(session, guest.position, guest.person, present=True, by=by)
    _settle(session, by)
    return len(unmarked)


@transaction.atomic
def add(session: LearningSession, position: Position, *, by: Reach) -> User:
    """Someone else was there: the holder of a position on that day, else who holds it now."""
    _check_takes(session, by)
    holder = _holder(position, session.on) or _holder(position, by.district.today())
    if holder is None:
        raise Refused("Nobody holds this position.")
    _put(session, position, holder, present=True, by=by)
    _settle(session, by)
    return holder


@transaction.atomic
def take_over(
    session: LearningSession, marks: Iterable[tuple[Position, User, bool]], *, by: Reach
) -> int:
    """All marks of a file in one step; returns how many changed anything."""
    _check_takes(session, by)
    changed = sum(
        _put(session, position, person, present=present, by=by)
        for position, person, present in marks
    )
    _settle(session, by)
    if changed:
        audit.record(by, "learning.attendance_imported", session, topic=session.name, rows=changed)
    return changed


def seat_of(district: District, pk: int) -> Position | None:
    """A position by its key, wherever it is: whoever leads a session takes it for everyone."""
    seats = Position.objects.filter(district=district, pk=pk)
    return seats.select_related("role", "school", "department").first()


def people_of(session: LearningSession) -> dict[str, tuple[Position, User]]:
    """Whom a file may name, by e-mail: those on the list, and all other holders of that day."""
    found: dict[str, tuple[Position, User]] = {}
    for guest in sheet_of(session).guests:
        found.setdefault(guest.person.email.lower(), (guest.position, guest.person))
    for held in _held(session.district_id, session.on).select_related("position"):
        found.setdefault(held.holder.email.lower(), (held.position, held.holder))
    return found


def _held(district_pk: int, day: dt.date) -> AssignmentQuerySet:
    held = Assignment.objects.filter(district=district_pk).in_force(day)
    return held.select_related("holder")


def _holder(position: Position, day: dt.date) -> User | None:
    held = _held(position.district_id, day).filter(position=position).first()
    return held.holder if held else None


def _check_takes(session: LearningSession, by: Reach) -> None:
    refuse_archived(session.line.school_year)
    session.refresh_from_db(fields=["state", "on"])
    if session.state == SessionState.CANCELLED:
        raise Refused("This session was cancelled.")
    if session.on > by.district.today():
        raise Refused(
            f"This session is on {session.on:%B} {session.on.day}. Attendance is taken on the day "
            "or after it."
        )


def _put(
    session: LearningSession, position: Position, person: User, *, present: bool, by: Reach
) -> bool:
    """Write one mark; True if that changed anything."""
    mark, created = Attendance.objects.get_or_create(
        district_id=session.district_id,
        session=session,
        position=position,
        attendee=person,
        defaults={"present": present, "marked_by_id": by.user.pk},
    )
    if created or mark.present == present:
        return created
    mark.present, mark.marked_by_id, mark.marked_at = present, by.user.pk, timezone.now()
    mark.save(update_fields=["present", "marked_by", "marked_at"])
    return True


def _settle(session: LearningSession, by: Reach) -> None:
    """A session whose attendance is taken was held: the first mark says so, with one audit row."""
    planned = LearningSession.objects.filter(pk=session.pk, state=SessionState.PLANNED)
    if not session.attendance.exists():
        return
    now = timezone.now()
    if planned.update(
        state=SessionState.HELD,
        held_at=now,
        held_by=by.user.pk,
        sequence=F("sequence") + 1,
        changed_at=now,
    ):
        notices.withdraw(by.district, attendance_subject(session.pk))
        audit.record(by, "learning.session_held", session, topic=session.name, day=str(session.on))
        session.refresh_from_db()


@transaction.atomic
def reopen(session: LearningSession, *, by: Reach) -> bool:
    """It was not held after all: the marks go, and it stands as planned. True if this did it."""
    refuse_archived(session.line.school_year)
    held = LearningSession.objects.filter(pk=session.pk, state=SessionState.HELD)
    if not held.update(
        state=SessionState.PLANNED,
        held_at=None,
        held_by=None,
        sequence=F("sequence") + 1,
        changed_at=timezone.now(),
    ):
        return False
    session.attendance.all().delete()
    audit.record(by, "learning.session_not_held", session, topic=session.name, day=str(session.on))
    return True


@transaction.atomic
def note_takeaway(session: LearningSession, takeaway: str, *, by: Reach) -> bool:
    """What people take with them from a session, in a sentence. True if it changed."""
    refuse_archived(session.line.school_year)
    takeaway = takeaway.strip()
    changed = LearningSession.objects.filter(pk=session.pk).exclude(takeaway=takeaway)
    if not changed.update(takeaway=takeaway):
        return False
    audit.record(by, "learning.takeaway_noted", session, topic=session.name)
    return True
