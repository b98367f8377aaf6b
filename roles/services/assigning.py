"""Putting people into positions, for good or for the time being."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from roles.access import Reach
from roles.capabilities import CATALOGUE, AccessLevel
from roles.models import (
    Assignment,
    Invitation,
    Level,
    Membership,
    NotNeeded,
    Position,
    School,
    User,
)
from roles.services import invitations, people
from roles.services.audit import record
from roles.services.positions import day, mark_needed
from roles.services.refusal import Refused

LEADS_THE_PROGRAM = ("PROGRAM_LEAD", "PROJECT_MANAGER")


@dataclass(frozen=True)
class Term:
    """Who holds a position from when to when (last day included; None is open-ended)."""

    holder: User
    starts_on: dt.date
    ends_on: dt.date | None = None
    interim: bool = False


@transaction.atomic
def assign(position: Position, term: Term, *, by: Reach) -> Assignment:
    """Put a person into a position and ask them to read its job description.

    Raises Refused when the position is held or not there on one of the days.
    """
    # Closing and assigning wait for each other; the overlap is the database's to refuse.
    held = Position.objects.select_for_update(of=("self",), no_key=True).get(pk=position.pk)
    _refuse_days_outside(held, term)
    if sentence := overlap(position, term.starts_on, term.ends_on):
        raise Refused(sentence)
    assignment = _insert(position, term, by)
    record(
        by,
        "assignment.started",
        assignment,
        person=str(term.holder),
        role=position.role.title,
        place=position.place,
        starts_on=term.starts_on.isoformat(),
        interim=term.interim,
    )
    for row in NotNeeded.objects.filter(role=position.role_id, school=position.school_id):
        mark_needed(row, by=by)
    return assignment


def _insert(position: Position, term: Term, by: Reach) -> Assignment:
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                district=by.district,
                position=position,
                holder_id=term.holder.pk,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                interim=term.interim,
            )
    except IntegrityError as error:
        # Someone else was faster by the blink of an eye.
        if sentence := overlap(position, term.starts_on, term.ends_on):
            raise Refused(sentence) from error
        raise


def overlap(position: Position, starts_on: dt.date, ends_on: dt.date | None) -> str:
    """Who holds the position on some of these days, in a sentence; "" if nobody does."""
    others = Assignment.objects.filter(position=position).filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on)
    )
    if ends_on is not None:
        others = others.filter(starts_on__lte=ends_on)
    other = others.select_related("holder").order_by("starts_on").first()
    if other is None:
        return ""
    role = "as interim " if other.interim else ""
    until = f"until {day(other.ends_on)}" if other.ends_on else "with no end date"
    return (
        f"{other.holder} holds this position {role}from {day(other.starts_on)} {until}."
        " End that assignment first, or choose other days."
    )


def _refuse_days_outside(position: Position, term: Term) -> None:
    if term.starts_on < position.opened_on:
        raise Refused(f"The position opens on {day(position.opened_on)}: start then or later.")
    last = term.ends_on or dt.date.max
    if position.closed_on is not None and last >= position.closed_on:
        raise Refused(f"The position is closed from {day(position.closed_on)} on.")


@transaction.atomic
def make_permanent(assignment: Assignment, *, by: Reach) -> bool:
    """An interim holder stays, with no end date. True if this call did it.

    Raises Refused when someone else takes the position over later.
    """
    found = Assignment.objects.filter(pk=assignment.pk, district=by.district, interim=True)
    try:
        with transaction.atomic():
            done = found.update(interim=False, ends_on=None)
    except IntegrityError as error:
        raise Refused(
            f"Someone else holds this position after {assignment.holder}. End that assignment"
            " first."
        ) from error
    if done:
        position = assignment.position
        record(
            by,
            "assignment.made_permanent",
            assignment,
            person=str(assignment.holder),
            role=position.role.title,
            place=position.place,
        )
    return bool(done)


def fitting_level(position: Position) -> tuple[AccessLevel, School | None]:
    """The access level that fits a position, and the school it is held at (None: the district)."""
    role = position.role
    if role.key in LEADS_THE_PROGRAM:
        return AccessLevel.DISTRICT_LEAD, None
    at_school = {Level.SITE: AccessLevel.SITE_LEADER, Level.COACHING: AccessLevel.COACH}
    central = {
        Level.EXECUTIVE: AccessLevel.EXECUTIVE,
        Level.DEPARTMENT: AccessLevel.DEPARTMENT_PARTNER,
    }
    level = Level(role.level)
    if position.school is not None:
        return at_school.get(level, AccessLevel.SITE_LEADER), position.school
    return central.get(level, AccessLevel.ADMINISTRATIVE_LEADER), None


def give_fitting_access(position: Position, holder: User, *, by: Reach) -> str:
    """Give what `fitting_level` says: "given", "invited" (they have no password yet) or "" (had).

    `by` is a reach for PEOPLE_MANAGE.
    """
    level, school = fitting_level(position)
    if holder.password and holder.has_usable_password():
        return "given" if people.give_access(holder, level=level, school=school, by=by) else ""
    place = {"district": by.district, "level": level, "school": school}
    if Membership.objects.filter(user=holder.pk, **place).exists():
        return ""
    if Invitation.objects.open().filter(email__iexact=holder.email, **place).exists():
        return ""
    offer: invitations.Offer = {
        "email": holder.email,
        "first_name": holder.first_name,
        "last_name": holder.last_name,
        "level": level,
        "school": school,
    }
    invitations.invite(offer, by=by)
    return "invited"


def level_words(position: Position) -> str:
    """The fitting level as the form offers it: "Site leader at Cedar Hill ES"."""
    level, school = fitting_level(position)
    whole = CATALOGUE[level].whole_district
    return f"{level.label}, whole district" if whole else f"{level.label} at {school}"
