"""When someone leaves a position: the last day, who steps in, and what moves to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from roles.access import Reach
from roles.answering import stand_ins
from roles.models import Assignment, AuditEvent, User
from roles.services import take_overs
from roles.services.assigning import Term, assign
from roles.services.audit import record
from roles.services.positions import day
from roles.services.refusal import Refused

ENDED = "assignment.ended"
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """How someone leaves: the last day in the position, and perhaps who steps in from when."""

    last_day: dt.date
    interim: User | None = None
    interim_from: dt.date | None = None

    @property
    def first_day_after(self) -> dt.date:
        return self.last_day + ONE_DAY

    @property
    def steps_in_on(self) -> dt.date:
        return self.interim_from or self.first_day_after

    @property
    def has_gap(self) -> bool:
        """Whether the position is vacant for a time, or for good."""
        return self.interim is None or self.steps_in_on > self.first_day_after


@dataclass(frozen=True)
class Taker:
    """Who has the open work from a day on: the interim (`answers` None), or a superior."""

    person: User
    from_day: dt.date
    answers: Assignment | None = None


def takers(assignment: Assignment, ending: Ending) -> list[Taker]:
    """Who would have the open work, in order of days; those who answer until an interim comes.

    Empty where the role reports to nobody who is there. At most 2 queries.
    """
    found: list[Taker] = []
    if ending.has_gap:
        position, start = assignment.position_id, ending.first_day_after
        answering = stand_ins(start, [position], left=[position]).get(position, [])
        found = [Taker(each.holder, start, each) for each in answering]
    if ending.interim:
        found.append(Taker(ending.interim, ending.steps_in_on))
    return found


def after(assignment: Assignment, next_one: Assignment | None) -> list[Taker]:
    """Who has the open work after a last day that is set; `next_one` follows in the position."""
    if assignment.ends_on is None:
        return []
    if next_one is None:
        return takers(assignment, Ending(assignment.ends_on))
    return takers(assignment, Ending(assignment.ends_on, next_one.holder, next_one.starts_on))


def refusal(assignment: Assignment, ending: Ending, *, today: dt.date) -> tuple[str, str]:
    """The field and the sentence why it cannot end so; ("", "") if it can."""
    if assignment.ends_on and assignment.ends_on < today:
        return "last_day", f"This assignment ended on {day(assignment.ends_on)}."
    if ending.last_day < assignment.starts_on:
        return "last_day", (
            f"{assignment.holder} started on {day(assignment.starts_on)}: the last day cannot come"
            " before that."
        )
    if ending.interim == assignment.holder:
        return "interim", f"{assignment.holder} is the one who leaves. Choose someone else."
    if ending.interim and ending.steps_in_on <= ending.last_day:
        return "interim_from", "The interim starts after the last day: one person at a time."
    return "", ""


@transaction.atomic
def end_assignment(assignment: Assignment, ending: Ending, *, by: Reach) -> Assignment:
    """Let someone's time in a position end, today, in the past or later; the interim may follow.

    From the day after, the open work is the interim's, or that of whoever answers for the vacant
    position; each of them reads it in their next letter. Called again, it sets another last day and
    interim. Raises Refused.
    """
    held = _held(assignment)
    _, sentence = refusal(held, ending, today=by.district.today())
    if sentence:
        raise Refused(sentence)
    was = held.ends_on
    _withdraw_interim(held)
    _set_last_day(held, ending.last_day)
    if ending.interim:
        term = Term(ending.interim, ending.steps_in_on, interim=True)
        assign(held.position, term, by=by)
    record(
        by,
        ENDED,
        held,
        person=str(held.holder),
        position=str(held.position),
        last_day=ending.last_day.isoformat(),
        was=was.isoformat() if was else "",
        interim=str(ending.interim or ""),
    )
    _tell_takers(held, ending, by)
    assignment.ends_on = ending.last_day
    return held


@transaction.atomic
def take_back(assignment: Assignment, *, by: Reach) -> bool:
    """They stay after all, and the interim who was to follow does not come. True if it was new.

    Raises Refused once the last day is over, or if somebody else comes after it.
    """
    held = _held(assignment)
    if held.ends_on is None:
        return False
    if held.ends_on < by.district.today():
        raise Refused("The last day is over. Assign the person again instead.")
    interim = _withdraw_interim(held)
    last_day = held.ends_on
    _set_last_day(held, _day_before_the_end(held))
    record(
        by,
        "assignment.end_taken_back",
        held,
        person=str(held.holder),
        position=str(held.position),
        last_day=last_day.isoformat(),
    )
    take_overs.tell_it_is_off(held)
    assignment.ends_on = held.ends_on
    return bool(interim) or held.ends_on != last_day


def follower(assignment: Assignment) -> Assignment | None:
    """Who holds the position next after the last day, if that is settled."""
    if assignment.ends_on is None:
        return None
    after = Assignment.objects.filter(
        position=assignment.position_id, starts_on__gt=assignment.ends_on
    )
    return after.select_related("holder").order_by("starts_on").first()


def _held(assignment: Assignment) -> Assignment:
    """The row as it is now; nobody else ends it at the same moment."""
    rows = Assignment.objects.select_for_update(of=("self",)).select_related(
        "holder", "position__role", "position__school", "position__department"
    )
    return rows.get(pk=assignment.pk)


def _set_last_day(held: Assignment, last_day: dt.date | None) -> None:
    try:
        with transaction.atomic():
            Assignment.objects.filter(pk=held.pk).update(ends_on=last_day)
    except IntegrityError as error:
        raise Refused(
            "Someone else holds this position on some of these days. End that assignment first."
        ) from error
    held.ends_on = last_day


def _withdraw_interim(held: Assignment) -> bool:
    """Drop the interim who was to follow, if they have not begun."""
    coming = follower(held)
    if coming is None or not coming.interim or coming.starts_on <= held.position.district.today():
        return False
    coming.delete()
    return True


def _day_before_the_end(held: Assignment) -> dt.date | None:
    """The last day that stood before this one was set: an interim's, perhaps."""
    events = AuditEvent.objects.filter(
        district=held.district_id, verb=ENDED, subject_pk=str(held.pk)
    )
    first = events.order_by("-pk").values_list("detail", flat=True).first()
    was = (first or {}).get("was", "")
    return dt.date.fromisoformat(was) if was else None


def _tell_takers(held: Assignment, ending: Ending, by: Reach) -> None:
    """Whoever gets the work, but for the one who settles it now."""
    found = [t for t in takers(held, ending) if t.person.is_active and t.person.pk != by.user.pk]
    if not found:
        return
    coming = follower(held)
    told = [(taker.person, taker.answers or coming) for taker in found]
    take_overs.tell_takers(held, [(person, other) for person, other in told if other])
