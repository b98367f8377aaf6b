"""Who was asked to read a job description, who has, and who has waited longest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from roles.access import Everywhere, Reach
from roles.comparing import Comparison, compare
from roles.contents import content_of
from roles.models import (
    Acknowledgement,
    Assignment,
    JobDescriptionVersion,
    Letter,
    Membership,
    Notice,
    NoticeStatus,
)
from roles.models.leadership import AssignmentQuerySet
from roles.services.acknowledging import asked, subject_of
from roles.services.reminding import by_hand_key, waited

CENTRAL = "central"  # stands for "no school" in an address
SEVERAL = 3  # reminders after which the supervisor is named


@dataclass(frozen=True)
class Share:
    """Of the people asked at one place or in one role, how many have read. `key` for a filter."""

    key: str
    label: str
    asked: int
    read: int

    @property
    def missing(self) -> int:
        return self.asked - self.read


@dataclass(frozen=True)
class Totals:
    """Everyone asked within reach, and the same by role and by place, the most missing first."""

    everyone: Share
    roles: Sequence[Share]
    places: Sequence[Share]


@dataclass(frozen=True)
class Row:
    """One holder who has not read, and what was done about it.

    `reminders` counts letters after the first; `last` is the day of the latest letter. `above`
    are those to ask after several reminders.
    """

    assignment: Assignment
    version: JobDescriptionVersion
    asked_on: dt.date
    waited: int
    reminders: int
    last: dt.date | None
    reminded_today: bool
    can_open: bool
    above: Sequence[Assignment] = ()


@dataclass(frozen=True)
class News:
    """The version a holder read last, when, and what is new since."""

    version: JobDescriptionVersion
    at: dt.datetime
    changes: Comparison


def within(reach: Reach) -> AssignmentQuerySet:
    """The assignments a reach is about: those at schools alone keep to their schools' people."""
    found = Assignment.objects.reachable(reach)
    if isinstance(reach.schools, Everywhere):
        return found
    return found.filter(position__school__in=reach.schools)


def totals(reach: Reach, day: dt.date) -> Totals:
    """The counts of the page, in one query."""
    rows = list(
        asked(within(reach), reach.district, day)
        .order_by()
        .values("position__role", "position__role__title", "position__school")
        .annotate(
            school_name=F("position__school__name"),
            people=Count("pk"),
            read=Count("pk", filter=Q(has_read=True)),
        )
    )
    roles = _shares(rows, lambda row: (str(row["position__role"]), row["position__role__title"]))
    places = _shares(
        rows,
        lambda row: (
            str(row["position__school"] or CENTRAL),
            row["school_name"] or "Central office",
        ),
    )
    everyone = Share("", "All", sum(r["people"] for r in rows), sum(r["read"] for r in rows))
    return Totals(everyone, roles, places)


def _shares(rows: Iterable[Mapping[str, Any]], name: Any) -> list[Share]:
    counted: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        both = counted.setdefault(name(row), [0, 0])
        both[0] += row["people"]
        both[1] += row["read"]
    shares = [Share(key, label, people, read) for (key, label), (people, read) in counted.items()]
    return sorted(shares, key=lambda share: (-share.missing, share.label))


def unread(reach: Reach, day: dt.date, wanted: Mapping[str, Any]) -> AssignmentQuerySet:
    """Holders who have not read, longest waiting first. `wanted`: what the filter form cleaned."""
    member = Membership.objects.reachable(reach).filter(user=OuterRef("holder"))
    found = narrowed(asked(within(reach), reach.district, day), day, wanted)
    return (
        found.filter(has_read=False)
        .annotate(is_member=Exists(member))
        .order_by("asked_on", "holder__last_name", "holder__first_name", "pk")
    )


def narrowed(
    assignments: AssignmentQuerySet, day: dt.date, wanted: Mapping[str, Any]
) -> AssignmentQuerySet:
    for word in wanted.get("q", "").split():
        assignments = assignments.filter(
            Q(holder__first_name__icontains=word)
            | Q(holder__last_name__icontains=word)
            | Q(holder__email__icontains=word)
        )
    if role := wanted.get("role"):
        assignments = assignments.filter(position__role=int(role))
    if place := wanted.get("place"):
        at = {"school": None} if place == CENTRAL else {"school": int(place)}
        assignments = assignments.filter(**{f"position__{key}": value for key, value in at.items()})
    if days := wanted.get("days"):
        assignments = assignments.filter(asked_on__lte=day - dt.timedelta(days=int(days)))
    return assignments


def shown(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """With what a row names."""
    return assignments.select_related(
        "holder", "position__role", "position__school", "position__department"
    )


def rows(assignments: Iterable[Any], reach: Reach, day: dt.date) -> list[Row]:
    """One page of `unread`, with versions, letters and supervisors: three queries."""
    found = list(assignments)
    versions = JobDescriptionVersion.objects.reachable(reach).in_bulk({a.version_pk for a in found})
    written = _notices(reach, found)
    made = [_row(a, versions[a.version_pk], written, reach, day) for a in found]
    return list(_with_those_above(made, reach, day))


def _notices(reach: Reach, waiting: Iterable[Any]) -> dict[str, list[Notice]]:
    """By subject, what stood in letters to these people about what waits for them."""
    subjects = [subject_of(each.version_pk, each.holder_id) for each in waiting]
    rows = Notice.objects.reachable(reach).filter(subject__in=subjects, letter__isnull=False)
    found: dict[str, list[Notice]] = {}
    for row in rows.exclude(status=NoticeStatus.WITHDRAWN).select_related("letter"):
        found.setdefault(row.subject, []).append(row)
    return found


def _row(
    held: Any,
    version: JobDescriptionVersion,
    written: Mapping[str, Sequence[Notice]],
    reach: Reach,
    day: dt.date,
) -> Row:
    told = written.get(subject_of(version.pk, held.holder_id), [])
    days = {row.letter.pk: _day_of(row.letter, reach) for row in told if row.letter}
    reminding = {row.letter.pk for row in told if row.letter and row.rung != 0}
    by_hand = by_hand_key(held.holder_id, day)
    return Row(
        assignment=held,
        version=version,
        asked_on=held.asked_on,
        waited=waited(held, day),
        reminders=len(reminding),
        last=max(days.values(), default=None),
        reminded_today=any(row.letter and row.letter.key == by_hand for row in told),
        can_open=held.is_member and held.holder.is_active,
    )


def _day_of(letter: Letter, reach: Reach) -> dt.date:
    return letter.owed_at.astimezone(reach.district.zone).date()


def _with_those_above(found: Sequence[Row], reach: Reach, day: dt.date) -> Iterator[Row]:
    """Name who holds the role above, at the same school or in the central office."""
    patient = [row for row in found if row.reminders >= SEVERAL]
    roles = {row.assignment.position.role.reports_to_id for row in patient} - {None}
    holders = Assignment.objects.reachable(reach).in_force(day).filter(position__role__in=roles)
    by_place: dict[tuple[int, int | None], list[Assignment]] = {}
    for above in holders.select_related("holder", "position__role") if roles else ():
        place = above.position.role_id, above.position.school_id
        by_place.setdefault(place, []).append(above)
    for row in found:
        role, school = row.assignment.position.role, row.assignment.position.school_id
        there = by_place.get((role.reports_to_id or 0, school), [])
        central = by_place.get((role.reports_to_id or 0, None), [])
        names = (there or central) if row.reminders >= SEVERAL else ()
        yield Row(**{**vars(row), "above": tuple(names)})


def since_read(version: JobDescriptionVersion, reach: Reach) -> News | None:
    """What a version changes for the person behind the reach, against the one they read last.

    None if they never read an earlier one.
    """
    read = (
        Acknowledgement.every.reachable(reach)
        .filter(assignment__holder=reach.user, version__job_description=version.job_description_id)
        .exclude(version=version)
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    if read is None:
        return None
    return News(read.version, read.at, compare(content_of(read.version), content_of(version)))


@dataclass(frozen=True)
class Asked:
    """Someone asked to read a version, with the day they did."""

    assignment: Any
    version: JobDescriptionVersion
    read_on: dt.date | None
    waited: int | None


def everyone(reach: Reach, day: dt.date, wanted: Mapping[str, Any]) -> AssignmentQuerySet:
    """Everyone asked, read or not, by name: the table for personnel files."""
    found = narrowed(asked(within(reach), reach.district, day), day, wanted)
    return shown(found).order_by("holder__last_name", "holder__first_name", "pk")


def with_reading(held: Iterable[Any], reach: Reach, day: dt.date) -> Iterator[Asked]:
    """Some of `everyone` with versions and days, in two queries."""
    held = list(held)
    versions = JobDescriptionVersion.objects.reachable(reach).in_bulk({a.version_pk for a in held})
    read = dict(
        Acknowledgement.objects.reachable(reach)
        .filter(assignment__in=held, version__in=versions)
        .values_list("assignment", "at")
    )
    for each in held:
        at = read.get(each.pk)
        on = at.astimezone(reach.district.zone).date() if at else None
        yield Asked(each, versions[each.version_pk], on, None if at else waited(each, day))
