"""Asked to read a job description: at once, after a week, then every second week, until read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from roles.access import Reach
from roles.ladder import Quiet, Step, first_loud
from roles.models import Assignment, District, JobDescriptionVersion, Membership, Notice
from roles.models.leadership import AssignmentQuerySet
from roles.notices import Due, Line, Mine, number
from roles.schooltime import ONE_DAY
from roles.services.acknowledging import KIND, asked, subject_of
from roles.services.audit import record
from roles.services.calendar import quiet_days
from roles.services.gathering import BY_HAND, send_now

FIRST, AGAIN = 7, 14  # days from being asked to the first reminder, and from one to the next
BREATH = dt.timedelta(days=6)  # nobody hears twice within it, whatever a break put off


class Acknowledgements:
    """Published versions that a holder has not read, waiting since the day they were asked.

    They do not climb: who has not read is between the person and who runs the program.
    """

    kind = KIND

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """All that wait, however long, until `last`. At most 4 queries."""
        held = Assignment.objects.filter(district=district)
        if mine is not None:
            held = held.filter(holder=mine.reader_id)
        today, quiet = district.today(), quiet_days(district)
        waiting = _longest_each(unread(held, district, today).filter(asked_on__lte=last))
        versions = versions_of(waiting)
        resting = _just_reminded(district) if waiting else set()
        for each in waiting:
            version = versions[each.version_pk]
            subject = subject_of(each.version_pk, each.holder_id)
            steps = () if subject in resting else steps_until(today, each.asked_on, quiet)
            if version.published_by_id == each.holder_id:
                steps = tuple(step for step in steps if step.days)  # who published it knows
            line = _line(district, version, each)
            yield Due(subject=subject, steps=steps, climbs=False, **line)

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those of the subjects that have not been read. 2 queries."""
        people = [number(subject) for subject in subjects]
        held = Assignment.objects.filter(district=district, holder__in=people)
        waiting = _longest_each(unread(held, district, district.today()))
        versions = versions_of(waiting)
        found = {subject_of(each.version_pk, each.holder_id): each for each in waiting}
        return {
            subject: Line(**_line(district, versions[each.version_pk], each))
            for subject, each in found.items()
            if subject in subjects
        }


def _line(district: District, version: JobDescriptionVersion, held: Any) -> dict[str, Any]:
    return {
        "title": version.title,
        "path": reverse("roles:version", args=[district.slug, version.pk]),
        "due_on": held.asked_on,
        "since": True,
        "reader_id": held.holder_id,
        "verb": "Read and acknowledge",
        "words": (
            f"Version {version.number} of your job description is in force. Reading takes about"
            " three minutes. If something in it is wrong, tell your supervisor before you"
            " acknowledge it."
        ),
        "why": f"you hold the position {held.position}",
    }


def steps_until(today: dt.date, asked_on: dt.date, quiet: Quiet) -> tuple[Step, ...]:
    """The ladder of what waits since a day, as far as the rung after today.

    A rung that would be heard within days of the one before, which a break put off, is left out.
    """
    offsets = [0, *range(FIRST, max(waited_days(asked_on, today), 0) + FIRST + AGAIN, AGAIN)]
    steps: list[Step] = []
    heard = dt.date.min
    for offset in offsets:
        day = first_loud(asked_on + offset * ONE_DAY, quiet)
        if not steps or day - heard >= BREATH:
            steps.append(Step(offset))
            heard = day
    return tuple(steps)


def _just_reminded(district: District) -> set[str]:
    """The subjects that somebody reminded of by hand within the last days."""
    lately = Notice.objects.filter(
        district=district,
        source=KIND,
        letter__key__startswith=BY_HAND,
        letter__owed_at__gt=timezone.now() - BREATH,
    )
    return set(lately.values_list("subject", flat=True))


def unread(
    assignments: AssignmentQuerySet, district: District, today: dt.date
) -> AssignmentQuerySet:
    """Those of `asked` who have not read and can: with an open account and access here."""
    member = Membership.objects.filter(district=district, user=OuterRef("holder"))
    found = asked(assignments, district, today).filter(has_read=False, holder__is_active=True)
    with_names = found.filter(Exists(member)).select_related(
        "holder", "position__role", "position__school", "position__department"
    )
    return with_names.order_by("asked_on", "pk")


def _longest_each(assignments: Iterable[Any]) -> list[Any]:
    """One assignment for each person and version: two schools are no reason to be asked twice."""
    first: dict[tuple[int, int], Any] = {}
    for assignment in assignments:
        first.setdefault((assignment.version_pk, assignment.holder_id), assignment)
    return list(first.values())


def waited(assignment: Any, today: dt.date) -> int:
    """Whole days since this holder was asked."""
    return waited_days(assignment.asked_on, today)


def waited_days(asked_on: dt.date, today: dt.date) -> int:
    return (today - asked_on).days


def versions_of(assignments: Iterable[Any]) -> dict[int, JobDescriptionVersion]:
    found = JobDescriptionVersion.objects.filter(pk__in={a.version_pk for a in assignments})
    return {version.pk: version for version in found}


def by_hand_key(holder_pk: int, day: dt.date) -> str:
    """The key of the letter in which somebody reminded a person on a day."""
    return f"{BY_HAND}{KIND}:{holder_pk}:{day}"


@transaction.atomic
def remind_now(assignments: AssignmentQuerySet, *, by: Reach) -> list[str]:
    """Remind the holders of these assignments at once, each at most once a day, in one letter.

    Returns the names of those written to. Left out: who has read, who cannot sign in here, who
    was reminded by hand today.
    """
    found = _longest_each(unread(assignments, by.district, by.district.today()))
    of_one: dict[int, list[Any]] = {}
    for held in found:
        of_one.setdefault(held.holder_id, []).append(held)
    told = []
    for lines in of_one.values():
        holder = lines[0].holder
        subjects = [subject_of(each.version_pk, holder.pk) for each in lines]
        if send_now(by.district, holder, KIND, subjects, by_hand=KIND):
            told.append(str(holder))
    if told:
        people = told[0] if len(told) == 1 else f"{len(told)} people"
        record(by, "job_description.reminded", by.district, people=people)
    return told
