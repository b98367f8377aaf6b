"""The page of whoever holds a position: what is theirs, what is due, who stands around it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    Duty,
    HandoverPack,
    JobDescriptionVersion,
    OwedStatus,
    Position,
    Rendering,
    Responsibility,
)
from roles.open_work import OpenItem, open_items
from roles.reports.handover import DutyLine
from roles.reports.people_around import Contact, PeopleAround, Reports

SHOWN = 8  # due items on the page before it says how many more there are
TO_READ = "Job description to read"


@dataclass(frozen=True)
class HeldPosition:
    """One position of this person. `pack` is what whoever held it before has left, if ready."""

    assignment: Assignment
    version: JobDescriptionVersion | None
    has_pdf: bool
    read_at: dt.datetime | None
    duties: Sequence[DutyLine]
    superiors: Sequence[Contact]
    reports: Sequence[Reports]
    pack: HandoverPack | None

    @property
    def position(self) -> Position:
        return self.assignment.position


@dataclass(frozen=True)
class MyRole:
    """Everything on the page. `answers_for` are vacant positions that report to this person."""

    held: Sequence[HeldPosition]
    coming: Sequence[Assignment]
    answers_for: Sequence[Position]
    due: Sequence[OpenItem]
    to_ask: Sequence[Contact]

    @property
    def shown(self) -> Sequence[OpenItem]:
        return self.due[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.due) - SHOWN)

    @property
    def density(self) -> str:
        """How full the page is, for paper: "", "dense" or "densest"."""
        lines = sum(2 + len(line.text) // 60 for each in self.held for line in each.duties)
        lines += 3 * len(self.shown) + 8 * len(self.held) + 2 * len(self.answers_for[:5])
        lines += sum(len(each.superiors) + sum(len(g.named) or 1 for g in each.reports)
                     for each in self.held)  # fmt: skip
        return "" if lines <= ROOMY else "dense" if lines <= FULL else "densest"


ROOMY, FULL = 70, 120  # lines of a page as `density` counts them


def my_role(reach: Reach, day: dt.date) -> MyRole:
    """The page of the person behind the reach; a constant number of queries."""
    terms = (
        Assignment.objects.reachable(reach)
        .filter(holder=reach.user)
        .select_related("position__role", "position__school", "position__department", "holder")
    )
    held = list(terms.in_force(day).order_by("position__role__order", "starts_on"))
    vacant = answers_for(reach, day)
    positions = [term.position for term in held]
    around = PeopleAround(reach, positions, day)
    answered = {position.pk: position for position in vacant}
    items = open_items(reach, [p.pk for p in positions] + list(answered))
    return MyRole(
        held=_held(held, around, reach),
        coming=list(terms.filter(starts_on__gt=day).order_by("starts_on")),
        answers_for=vacant,
        due=[item for item in items if item.kind != TO_READ],
        to_ask=_to_ask(positions, around),
    )


def answers_for(reach: Reach, day: dt.date) -> list[Position]:
    """Vacant positions within reach that this person answers for. One query."""
    found = Position.objects.reachable(reach).active(day)
    held = Position.objects.reachable(reach).held_by(reach.user, day)
    vacant = found.answered_for_by(reach.user, day).exclude(pk__in=held.values("pk"))
    return list(vacant.select_related("role", "school", "department"))


def _held(terms: Sequence[Assignment], around: PeopleAround, reach: Reach) -> list[HeldPosition]:
    roles = {term.position.role_id for term in terms}
    texts = JobDescriptionVersion.objects.reachable(reach).published()
    versions = {
        text.job_description.role_id: text
        for text in texts.filter(job_description__role__in=roles).select_related("job_description")
    }
    read = Acknowledgement.objects.reachable(reach).filter(assignment__in=terms)
    read_at = {(a, v): at for a, v, at in read.values_list("assignment", "version", "at")}
    files = Rendering.objects.reachable(reach).filter(status=OwedStatus.DONE)
    printed = set(files.filter(version__in=versions.values()).values_list("version", flat=True))
    duties = _duties(roles, versions, reach)
    packs = _packs(terms, reach)
    return [
        HeldPosition(
            assignment=term,
            version=(text := versions.get(term.position.role_id)),
            has_pdf=text is not None and text.pk in printed,
            read_at=read_at.get((term.pk, text.pk)) if text else None,
            duties=duties[term.position.role_id],
            superiors=around.superiors(term.position),
            reports=around.reports(term.position),
            pack=packs.get(term.position_id),
        )
        for term in terms
    ]


def _duties(
    roles: Collection[int], versions: dict[int, JobDescriptionVersion], reach: Reach
) -> dict[int, list[DutyLine]]:
    """By role: the responsibilities of its text in force, else its duties. Two queries."""
    found: dict[int, list[DutyLine]] = defaultdict(list)
    lines = Responsibility.objects.reachable(reach).filter(version__in=versions.values())
    for line in lines.select_related("duty", "version__job_description"):
        key = line.duty.key if line.duty else ""
        found[line.version.job_description.role_id].append(DutyLine(key, line.text))
    without = [role for role in roles if role not in versions]
    for duty in Duty.objects.reachable(reach).current().filter(role__in=without):
        found[duty.role_id].append(DutyLine(duty.key, duty.text))
    return found


def _packs(terms: Sequence[Assignment], reach: Reach) -> dict[int, HandoverPack]:
    """By position: the newest pack about somebody else's time in it."""
    packs = HandoverPack.objects.reachable(reach).filter(
        assignment__position__in=[term.position_id for term in terms]
    )
    newest = packs.filter(assignment__position=OuterRef("assignment__position")).order_by("-pk")
    last = packs.exclude(assignment__holder=reach.user).filter(
        pk=Subquery(newest.exclude(assignment__holder=reach.user).values("pk")[:1])
    )
    return {
        pack.assignment.position_id: pack
        for pack in last.select_related("assignment__holder", "assignment__position")
    }


def _to_ask(positions: Sequence[Position], around: PeopleAround) -> list[Contact]:
    """Whom to ask about any of the positions, each once and not the reader's own."""
    own = {position.pk for position in positions}
    found = {
        contact.position.pk: contact
        for position in positions
        for contact in around.to_ask(position)
        if contact.position.pk not in own
    }
    return list(found.values())
