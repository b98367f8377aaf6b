"""What a person makes of proposals: join, add, invite, or leave it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from roles.access import Reach
from roles.capabilities import AccessLevel
from roles.models import ExternalId, RosterEntry, School, User
from roles.services import invitations
from roles.services.audit import record
from roles.services.refusal import Refused
from roles.tracing import leave_trace
from tutoring_admin.systems.rosters.identifiers import pairs_of
from tutoring_admin.systems.rosters.proposals import Sort

LEVELS = (AccessLevel.ADMINISTRATIVE_LEADER, AccessLevel.EXECUTIVE, AccessLevel.DISTRICT_LEAD)


@transaction.atomic
def confirm(
    sort: Sort, chosen: Iterable[int], *, by: Reach, inviting: Reach, level: str = ""
) -> int:
    """Do what was proposed of these entries; how many were still proposed.

    `inviting` is the reach of the right to invite people. Raises Refused where that is not given.
    """
    rows: list[Any] = list(sort.find(by).filter(pk__in=list(chosen)).order_by("pk"))
    for entry in rows:
        if sort.key == "school-join":
            join_school(entry, School.objects.get(district=by.district, pk=entry.found), by=by)
        elif sort.key == "school-add":
            _add_school(entry, by)
        elif sort.key == "person":
            join_person(entry, User.objects.get(pk=entry.found), by=by)
        elif sort.key in ("site-leader", "district-leader"):
            _invite(entry, sort, inviting, level)
    return len(rows)


@transaction.atomic
def decline(sort: Sort, chosen: Iterable[int], *, by: Reach) -> int:
    """Propose this of these entries no more; how many that was new for."""
    rows = list(sort.find(by).filter(pk__in=list(chosen)))
    for entry in rows:
        entry.declined = [*entry.declined, sort.key]
        entry.save(update_fields=["declined"])
    if rows:
        record(by, "roster.declined", rows[0], what=sort.title, rows=len(rows))
    return len(rows)


@transaction.atomic
def join_school(entry: RosterEntry, school: School, *, by: Reach) -> None:
    """From now on this school of the program is that school of the roster."""
    entry.school = school
    entry.save(update_fields=["school"])
    for system, identifier in pairs_of(entry):
        ExternalId.objects.update_or_create(
            district=by.district,
            school=school,
            system=system,
            identifier=identifier,
        )
    leave_trace(by.district.pk, "schools", school.pk)
    record(by, "roster.school_joined", school, name=school.name, key=entry.key)


@transaction.atomic
def join_person(entry: RosterEntry, user: User, *, by: Reach) -> None:
    """From now on this account is that person of the roster."""
    entry.user_id = user.pk
    entry.save(update_fields=["user"])
    for system, identifier in pairs_of(entry):
        ExternalId.objects.update_or_create(
            district=by.district, user_id=user.pk, system=system, identifier=identifier
        )
    record(by, "roster.person_joined", entry, person=str(user), key=entry.key)


def _add_school(entry: RosterEntry, by: Reach) -> None:
    school = School.objects.create(district=by.district, name=entry.label[:120])
    record(by, "school.added", school, name=school.name)
    join_school(entry, school, by=by)


def _invite(entry: Any, sort: Sort, inviting: Reach, level: str) -> None:
    if not inviting:
        raise Refused("You may not invite people.")
    school = None
    if sort.key == "site-leader":
        level = AccessLevel.SITE_LEADER
        school = School.objects.get(district=inviting.district, pk=entry.found)
    elif level not in LEVELS:
        raise Refused("Choose what they are invited as.")
    family, _, given = entry.who.partition(", ")
    offer = invitations.Offer(
        email=entry.address, first_name=given, last_name=family, level=level, school=school
    )
    invitations.invite(offer, by=inviting)
