"""One person: positions now and before, what they answer for, what they have read. No ratings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from checklists.models import Action
from checklists.reports.actions import chip
from roles.access import Access
from roles.capabilities import CATALOGUE, Capability
from roles.models import Acknowledgement, Assignment, JobDescriptionVersion, Membership, User
from selfassessment.models import EvidenceRevision, HandEvidence
from tutoring_admin.dashboards.about.milestones import Milestones, open_milestones

ROLES, PEOPLE = Capability.ROLES_VIEW, Capability.PEOPLE_VIEW
ACTIONS, EVIDENCE = 8, 8


@dataclass(frozen=True)
class Reading:
    """A job description in force for a position held now, and when it was acknowledged."""

    assignment: Assignment
    version: JobDescriptionVersion
    read_at: dt.datetime | None


@dataclass(frozen=True)
class About:
    """`accesses` and `readings` are None for whoever does not see people's access."""

    person: User
    now: Sequence[Assignment]
    coming: Sequence[Assignment]
    before: Sequence[Assignment]
    accesses: Sequence[tuple[str, str]] | None
    readings: Sequence[Reading] | None
    milestones: Milestones
    actions: Sequence[tuple[Action, str, str]]
    evidence: Sequence[EvidenceRevision]


def within(access: Access) -> QuerySet[User]:
    """Who holds or held a position within reach, and who has access there."""
    terms = Assignment.objects.reachable(access.reach(ROLES)).filter(holder=OuterRef("pk"))
    given = Membership.objects.reachable(access.reach(PEOPLE)).filter(user=OuterRef("pk"))
    return User.objects.filter(Q(Exists(terms)) | Q(Exists(given)))


def within_reach_at(access: Access, school_id: int | None) -> bool:
    """Whether the page of someone with a position at a school, or the central office, opens."""
    reach = access.reach(ROLES)
    return bool(reach) and (school_id is None or reach.covers(school_id))


def about(access: Access, person: User, today: dt.date) -> About:
    """Seven queries at most."""
    terms = list(
        Assignment.objects.reachable(access.reach(ROLES))
        .filter(holder=person)
        .select_related("position__role", "position__school", "position__department")
    )
    now = [t for t in terms if t.starts_on <= today and (t.ends_on or today) >= today]
    owned = Q(owner__in=[term.position_id for term in now])
    return About(
        person=person,
        now=now,
        coming=[t for t in reversed(terms) if t.starts_on > today],
        before=[t for t in terms if t.ends_on and t.ends_on < today],
        accesses=_accesses(access, person),
        readings=_readings(access, now),
        milestones=open_milestones(access, today, owned) if now else Milestones((), 0, 0),
        actions=_actions(access, person, today),
        evidence=_evidence(access, person),
    )


def _accesses(access: Access, person: User) -> Sequence[tuple[str, str]] | None:
    """(level, place) of each access within reach."""
    reach = access.reach(PEOPLE)
    if not reach:
        return None
    given = Membership.objects.reachable(reach).filter(user=person).select_related("school")
    return [
        (str(CATALOGUE[each.level].key.label), str(each.school or "the whole district"))
        for each in given
    ]


def _readings(access: Access, now: Sequence[Assignment]) -> Sequence[Reading] | None:
    reach = access.reach(PEOPLE)
    if not reach:
        return None
    if not now:
        return []
    texts = JobDescriptionVersion.objects.reachable(access.reach(ROLES)).published()
    in_force = texts.filter(job_description__role__in=[t.position.role_id for t in now])
    by_role = {
        text.job_description.role_id: text for text in in_force.select_related("job_description")
    }
    given = Acknowledgement.objects.reachable(reach).filter(assignment__in=now)
    read = {(each.version_id, each.assignment_id): each.at for each in given}
    return [
        Reading(term, text, read.get((text.pk, term.pk)))
        for term in now
        if (text := by_role.get(term.position.role_id)) and reach.covers(term.position.school_id)
    ]


def _actions(access: Access, person: User, today: dt.date) -> list[tuple[Action, str, str]]:
    reach = access.reach(Capability.CHECKLIST_WORK)
    found = Action.objects.reachable(reach).readable_by(access).open().filter(owner=person)
    return [(each, *chip(each, today)) for each in found[:ACTIONS]]


def _evidence(access: Access, person: User) -> Sequence[EvidenceRevision]:
    reach = access.reach(Capability.HOME_VIEW)
    readable = HandEvidence.objects.reachable(reach).readable_by(access).standing()
    said = EvidenceRevision.objects.reachable(reach).current()
    found = said.filter(evidence__in=readable.filter(owner=person).values("pk"))
    return list(found.order_by("-dated_on", "-pk")[:EVIDENCE])
