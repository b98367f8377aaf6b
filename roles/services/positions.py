"""Positions: opened where a role is needed, given more seats, closed; and gaps that are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, Q

from roles.access import Reach
from roles.models import Assignment, Department, LeadershipRole, NotNeeded, Position, School
from roles.services.audit import record
from roles.services.refusal import Refused


@dataclass(frozen=True)
class Opened:
    """What adding a role at schools did: the positions, how many of them had been closed before,
    and how many schools were passed over because they have the role or do without it.
    """

    positions: list[Position]
    reopened: int
    had: int
    not_needed: int


@transaction.atomic
def open_at_schools(
    role: LeadershipRole, schools: Collection[School], *, opened_on: dt.date, by: Reach
) -> Opened:
    """One position for the role at each school that has none and did not say it needs none."""
    _hold(role)
    found = Position.objects.filter(district=by.district, role=role, school__in=schools)
    # closed by the day it is to open: there, but of no use
    having = found.filter(Q(closed_on=None) | Q(closed_on__gt=opened_on))
    had = set(having.values_list("school_id", flat=True))
    without = NotNeeded.objects.filter(district=by.district, role=role, school__in=schools)
    spared = set(without.values_list("school_id", flat=True)) - had
    wanted = [school for school in schools if school.pk not in had | spared]
    closed = found.filter(school__in=wanted, seat=1)
    reopened = list(closed)
    _reopen(closed)
    again = {position.school_id for position in reopened}
    made = Position.objects.bulk_create(
        Position(district=by.district, role=role, school=school, opened_on=opened_on)
        for school in wanted
        if school.pk not in again
    )
    opened = Opened(reopened + made, len(reopened), len(had), len(spared))
    if opened.positions:
        told = {"role": role.title, "opened_on": opened_on.isoformat()}
        record(by, "position.opened_at_schools", role, schools=len(opened.positions), **told)
    return opened


@transaction.atomic
def open_centrally(
    role: LeadershipRole, department: Department | None, *, opened_on: dt.date, by: Reach
) -> Position:
    """One more position for the role at the central office or in a department.

    Raises Refused when the role has no seat left there.
    """
    return _next_seat(role, None, department, opened_on, by)


@transaction.atomic
def add_seat(position: Position, *, opened_on: dt.date, by: Reach) -> Position:
    """One more position for the same role at the same place. Raises Refused, as above."""
    return _next_seat(position.role, position.school, position.department, opened_on, by)


def _next_seat(
    role: LeadershipRole,
    school: School | None,
    department: Department | None,
    opened_on: dt.date,
    by: Reach,
) -> Position:
    _hold(role)
    there = Position.objects.filter(
        district=by.district, role=role, school=school, department=department
    )
    closed = there.filter(closed_on__lte=opened_on).order_by("seat").first()
    try:
        with transaction.atomic():
            if closed is not None:
                _reopen(there.filter(pk=closed.pk))
                closed.closed_on = None
                seat = closed
            else:
                last = there.aggregate(last=Max("seat"))["last"] or 0
                place = {"school": school, "department": department, "opened_on": opened_on}
                seat = Position.objects.create(
                    district=by.district, role=role, seat=last + 1, **place
                )
    except IntegrityError as error:
        raise _no_seat(role, error) from error
    record(by, "position.opened", seat, **_words(seat), opened_on=opened_on.isoformat())
    return seat


def _reopen(closed: models.QuerySet[Position]) -> None:
    """Naming the seat makes the database ask again whether the role has it."""
    closed.update(closed_on=None, seat=F("seat"))


def _hold(role: LeadershipRole) -> None:
    """Two people who add the role at one moment do it one after the other."""
    LeadershipRole.objects.select_for_update(of=("self",), no_key=True).get(pk=role.pk)


def _no_seat(role: LeadershipRole, error: IntegrityError) -> Refused:
    """The database's refusal in words; any other error as it is."""
    if "position_within_role_seats" not in _constraint(error):
        raise error
    role.refresh_from_db(fields=["seats"])
    seats = "one seat" if role.seats == 1 else f"{role.seats} seats"
    return Refused(
        f"{role.title} has {seats} in one place, and this place has it already."
        " The role's own page says how many."
    )


def _constraint(error: IntegrityError) -> str:
    diagnostics = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnostics, "constraint_name", "") or "")


@transaction.atomic
def close(position: Position, *, closed_on: dt.date, by: Reach) -> Position:
    """Close a position: from that day on it is not there. Its history stays.

    Raises Refused while someone holds it that day or later, or when it opens later.
    """
    Position.objects.select_for_update(of=("self",), no_key=True).get(pk=position.pk)
    if closed_on <= position.opened_on:
        raise Refused(f"This position opened on {day(position.opened_on)}: close it after that.")
    held = Assignment.objects.filter(position=position)
    last = held.filter(Q(ends_on=None) | Q(ends_on__gte=closed_on)).select_related("holder").first()
    if last is not None:
        until = f"until {day(last.ends_on)}" if last.ends_on else "with no end date"
        raise Refused(
            f"{last.holder} holds this position {until}. End that assignment first, or choose a"
            " later day."
        )
    position.closed_on = closed_on
    position.save(update_fields=["closed_on"])
    record(by, "position.closed", position, **_words(position), closed_on=closed_on.isoformat())
    return position


@transaction.atomic
def reopen(position: Position, *, by: Reach) -> bool:
    """Take a closing back. True if this call did it. Raises Refused when the seat is gone."""
    try:
        with transaction.atomic():
            closed = Position.objects.filter(pk=position.pk, closed_on__isnull=False)
            done = closed.update(closed_on=None, seat=F("seat"))
    except IntegrityError as error:
        raise _no_seat(position.role, error) from error
    if done:
        position.closed_on = None
        record(by, "position.reopened", position, **_words(position))
    return bool(done)


@transaction.atomic
def mark_not_needed(role: LeadershipRole, school: School, reason: str, *, by: Reach) -> NotNeeded:
    """Say that a school does without a role, and why. A vacant position stays as it is.

    Raises Refused while someone holds the role there.
    """
    today = by.district.today()
    held = Assignment.objects.filter(position__role=role, position__school=school).in_force(today)
    holder = held.select_related("holder").first()
    if holder is not None:
        raise Refused(f"{holder.holder} holds {role.title} at {school}: the role is needed there.")
    row, _ = NotNeeded.objects.update_or_create(
        district=by.district, role=role, school=school,
        defaults={"reason": reason, "by_id": by.user.pk},
    )  # fmt: skip
    record(by, "position.not_needed", row, role=role.title, place=school.name, reason=reason)
    return row


@transaction.atomic
def mark_needed(row: NotNeeded, *, by: Reach) -> bool:
    """Take "not needed" back. True if this call did it."""
    gone, _ = NotNeeded.objects.filter(pk=row.pk, district=by.district).delete()
    if gone:
        record(by, "position.needed", row, role=row.role.title, place=row.school.name)
    return bool(gone)


def day(value: dt.date) -> str:
    """A date as sentences have it: Nov 5, 2026."""
    return f"{value:%b} {value.day}, {value.year}"


def _words(position: Position) -> dict[str, str]:
    return {"role": position.role.title, "place": position.place}
