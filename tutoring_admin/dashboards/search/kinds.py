"""One query for each kind of record that can be found; they are sent together, as one.

Every query starts from what the reader reaches. Tables that grow with a district are asked for
candidates by index first (roles.finding); the others are small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from checklists.models import ChecklistTemplate, Paper
from roadmap.models import DecisionRequest, Milestone
from roles.capabilities import Capability
from roles.models import (
    Assignment,
    Department,
    JobDescriptionVersion,
    LeadershipRole,
    Membership,
    Position,
    School,
    User,
)
from selfassessment.models import EvidenceRevision, HandEvidence, Packet
from tutoring_admin.dashboards.search.searching import Joined, Search, named, trimmed

_OFFICE = Value("central office")
_PLACE = Coalesce("school__name", "department__name", _OFFICE)
_DRAFTS = (Capability.JOB_DESCRIPTION_EDIT, Capability.JOB_DESCRIPTION_APPROVE)


def people(search: Search) -> QuerySet[Any]:
    """Who holds or held a position within reach, and who has access there."""
    reach = search.reach(Capability.ROLES_VIEW)
    seats = Assignment.objects.reachable(reach).filter(holder=OuterRef("pk"))
    access = Membership.objects.reachable(search.reach(Capability.PEOPLE_VIEW))
    within = Q(Exists(seats)) | Q(Exists(access.filter(user=OuterRef("pk"))))
    found = User.objects.filter(within, pk__in=search.candidates("roles_user", reach))
    place = Coalesce("position__school__name", "position__department__name", _OFFICE)
    now = seats.in_force(search.today).order_by("position__role__order", "pk")
    seat = Subquery(now.values_list(Joined("position__role__title", Value(", "), place))[:1])
    name = Coalesce(NullIf(trimmed(named()), Value("", TextField())), Cast("email", TextField()))
    return search.shown(
        found, "person", name, Coalesce(seat, Value("", TextField())), says=named(), by_index=True
    )


def positions(search: Search) -> QuerySet[Any]:
    reach = search.reach(Capability.ROLES_VIEW)
    found = Position.objects.reachable(reach).active(search.today)
    found = found.filter(pk__in=search.candidates("roles_position", reach))
    now = Assignment.objects.reachable(reach).in_force(search.today).filter(position=OuterRef("pk"))
    holder = Subquery(now.values_list(named("holder__"))[:1])
    name = Joined("role__title", Value(", "), _PLACE)
    return search.shown(
        found, "position", name, Coalesce(holder, Value("vacant", TextField())), by_index=True
    )


def schools(search: Search) -> QuerySet[Any]:
    reach = search.reach(Capability.ROLES_VIEW)
    found = School.objects.reachable(reach).filter(pk__in=search.candidates("roles_school", reach))
    return search.shown(found, "school", "name", by_index=True)


def departments(search: Search) -> QuerySet[Any]:
    found = Department.objects.reachable(search.reach(Capability.ROLES_VIEW))
    return search.shown(found, "department", "name")


def roles(search: Search) -> QuerySet[Any]:
    found = LeadershipRole.objects.reachable(search.reach(Capability.ROLES_VIEW))
    return search.shown(found, "role", "title", "level")


def job_descriptions(search: Search) -> QuerySet[Any]:
    """What is in force, and drafts for those who write or approve them."""
    found = JobDescriptionVersion.objects.reachable(search.reach(Capability.ROLES_VIEW))
    if not any(search.reach(each) for each in _DRAFTS):
        found = found.published()
    found = found.exclude(status=JobDescriptionVersion.Status.SUPERSEDED)
    more = Joined("status", Value(" "), Cast("number", TextField()))
    says = Joined("title", Value(" job description"))
    return search.shown(found, "job_description", "title", more, says=says)


def checklists(search: Search) -> QuerySet[Any]:
    found = ChecklistTemplate.objects.reachable(search.reach(Capability.HOME_VIEW)).published()
    return search.shown(found, "checklist", "title", says=Joined("title", Value(" checklist")))


def papers(search: Search) -> QuerySet[Any]:
    """PDFs that the reader asked for."""
    reach = search.reach(Capability.HOME_VIEW)
    found = Paper.objects.reachable(reach).filter(asked_by=search.access.user)
    of = Coalesce("template__title", "checklist__template__title", "window__label")
    return search.shown(found, "paper", of, says=Joined(Value("PDF "), of), day="owed_at__date")


def packets(search: Search) -> QuerySet[Any]:
    found = Packet.objects.reachable(search.reach(Capability.PACKET_VIEW))
    return search.shown(
        found, "packet", "title", "kind", "as_of", says=Joined("title", Value(" packet"))
    )


def milestones(search: Search) -> QuerySet[Any]:
    reach = search.reach(Capability.ROADMAP_VIEW)
    found = Milestone.objects.reachable(reach)
    found = found.filter(pk__in=search.candidates("roadmap_milestone", reach))
    more = Joined("state", Value(" "), Coalesce("school__name", Value("")))
    says = Joined("key", Value(" "), "title")
    return search.shown(found, "milestone", "title", more, "due_on", says=says, by_index=True)


def decisions(search: Search) -> QuerySet[Any]:
    found = DecisionRequest.objects.reachable(search.reach(Capability.DECISION_VIEW))
    return search.shown(found, "decision", "question", "state", "due_on")


def evidence(search: Search) -> QuerySet[Any]:
    """By hand, what each piece says now."""
    reach = search.reach(Capability.HOME_VIEW)
    readable = HandEvidence.objects.reachable(reach).readable_by(search.access)
    said = EvidenceRevision.objects.reachable(reach).current().filter(evidence=OuterRef("pk"))
    found = readable.standing().annotate(
        label=Subquery(said.values("label")[:1]), of=Subquery(said.values("dated_on")[:1])
    )
    return search.shown(found, "evidence", "label", day="of")


KINDS: tuple[Callable[[Search], QuerySet[Any]], ...] = (
    people,
    positions,
    schools,
    departments,
    roles,
    job_descriptions,
    checklists,
    papers,
    packets,
    milestones,
    decisions,
    evidence,
)
