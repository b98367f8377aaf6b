"""One partner department: who works there, what it is asked for, what it committed to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from roadmap.models import Commitment
from roles.access import Access
from roles.capabilities import Capability
from roles.models import Approval, Department, DepartmentNeed, Position, Review
from roles.reports.departments import CHIPS
from tutoring_admin.dashboards.about.milestones import Milestones, open_milestones
from tutoring_admin.dashboards.about.seats import Seat, seats_of

MOST = 50
_COMMITMENT_CHIPS = {"waiting": "open", "confirmed": "approved", "declined": "needs-support"}
Answer = DepartmentNeed.Answer


@dataclass(frozen=True)
class Asked:
    """A need with its chip. `days_past` is 0 unless it is past its day and not delivered."""

    need: DepartmentNeed
    chip: str
    days_past: int


@dataclass(frozen=True)
class About:
    """`commitments` is None for whoever does not see decisions."""

    department: Department
    seats: Sequence[Seat]
    needs: Sequence[Asked]
    commitments: Sequence[tuple[Commitment, str]] | None
    reviews: Sequence[Approval]
    milestones: Milestones

    @property
    def open(self) -> int:
        """How many requests wait for an answer."""
        return sum(each.need.answer == Answer.ASKED for each in self.needs)

    @property
    def past(self) -> int:
        return sum(each.days_past > 0 for each in self.needs)


def about(access: Access, department: Department, today: dt.date) -> About:
    """Five queries."""
    reach = access.reach(Capability.ROLES_VIEW)
    needs = DepartmentNeed.objects.reachable(reach).filter(department=department)
    return About(
        department=department,
        seats=seats_of(reach, today, department=department.pk),
        needs=[_asked(need, today) for need in needs.order_by("due_on", "pk")[:MOST]],
        commitments=_commitments(access, department),
        reviews=_reviews(access, department),
        milestones=open_milestones(access, today, Q(owner__department=department)),
    )


def _asked(need: DepartmentNeed, today: dt.date) -> Asked:
    late = 0 if need.answer == Answer.DELIVERED else max((today - need.due_on).days, 0)
    return Asked(need, CHIPS[Answer(need.answer)], late)


def _commitments(access: Access, department: Department) -> Sequence[tuple[Commitment, str]] | None:
    reach = access.reach(Capability.DECISION_VIEW)
    if not reach:
        return None
    found = Commitment.objects.reachable(reach).filter(department=department)
    rows = found.select_related("request").order_by("-request__due_on", "pk")[:MOST]
    return [(row, _COMMITMENT_CHIPS[row.state]) for row in rows]


def _reviews(access: Access, department: Department) -> Sequence[Approval]:
    """Job descriptions that wait for a role of this department to approve them: the first stop of
    each running review that has not answered.
    """
    reach = access.reach(Capability.ROLES_VIEW)
    waiting = Approval.objects.reachable(reach).filter(
        review__outcome=Review.Outcome.RUNNING, decision=Approval.Decision.WAITING
    )
    first = waiting.order_by("review_id", "order").distinct("review_id")
    here = Position.objects.reachable(reach).filter(department=department)
    found = waiting.filter(pk__in=first.values("pk"), role__in=here.values("role"))
    rows = found.select_related("review__version", "role").order_by("review__sent_at", "pk")
    return list(rows[:MOST])
