"""What a hand-over pack says: the position as the next person has to know it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from roles.access import Reach
from roles.models import Assignment, Duty, JobDescriptionVersion, Position, Responsibility
from roles.open_work import OpenItem, open_items
from roles.reports.people_around import Contact, PeopleAround

SOON = dt.timedelta(days=60)
DRAFT, CHECKLIST, TO_READ = "Job description draft", "Checklist", "Job description to read"


@dataclass(frozen=True)
class DutyLine:
    """One responsibility: the duty's key, if it words one, and its words."""

    key: str
    text: str


@dataclass(frozen=True)
class Pack:
    """One position on one day. `soon` holds what is due in 60 days, what is late first.

    No rating of any checklist is in it: those belong to who gave them.
    """

    assignment: Assignment
    day: dt.date
    until: dt.date
    version: JobDescriptionVersion | None
    duties: Sequence[DutyLine]
    soon: Sequence[OpenItem]
    later: Sequence[OpenItem]
    drafts: Sequence[OpenItem]
    checklists: Sequence[OpenItem]
    contacts: Sequence[Contact]
    successor: Assignment | None


def pack_of(assignment: Assignment, reach: Reach, day: dt.date) -> Pack:
    """Gather a pack, as far as the reach goes. A constant number of queries."""
    position = assignment.position
    items = open_items(reach, [position.pk])
    until = day + SOON
    work = [item for item in items if item.kind not in (DRAFT, CHECKLIST, TO_READ)]
    version = _version(position, reach)
    return Pack(
        assignment=assignment,
        day=day,
        until=until,
        version=version,
        duties=duties_of(position, version, reach),
        soon=[item for item in work if item.due_on and item.due_on <= until],
        later=[item for item in work if not item.due_on or item.due_on > until],
        drafts=[item for item in items if item.kind == DRAFT],
        checklists=[item for item in items if item.kind == CHECKLIST],
        contacts=PeopleAround(reach, [position], day).contacts(position),
        successor=_successor(assignment, reach),
    )


def _version(position: Position, reach: Reach) -> JobDescriptionVersion | None:
    texts = JobDescriptionVersion.objects.reachable(reach).published()
    return texts.filter(job_description__role=position.role_id).first()


def duties_of(
    position: Position, version: JobDescriptionVersion | None, reach: Reach
) -> list[DutyLine]:
    """The responsibilities of the text in force, else the duties of the role."""
    if version is None:
        duties = Duty.objects.reachable(reach).current().filter(role=position.role_id)
        return [DutyLine(duty.key, duty.text) for duty in duties]
    lines = Responsibility.objects.reachable(reach).filter(version=version)
    return [
        DutyLine(line.duty.key if line.duty else "", line.text)
        for line in lines.select_related("duty")
    ]


def _successor(assignment: Assignment, reach: Reach) -> Assignment | None:
    after = Assignment.objects.reachable(reach).filter(
        position=assignment.position_id, starts_on__gt=assignment.starts_on
    )
    return after.select_related("holder").order_by("starts_on").first()
