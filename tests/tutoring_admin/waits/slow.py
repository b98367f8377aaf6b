"""The rules of what waits, once more: each looks at every row, one after the other, in Python."""

import datetime as dt

from checklists.models import Action, Checklist
from checklists.services.agreeing import is_in_time
from roadmap.models import (
    CoachingEntry,
    Commitment,
    Contribution,
    DecisionRequest,
    LearningSession,
    MeetingAction,
    Milestone,
)
from roles.capabilities import Capability
from roles.models import (
    Acknowledgement,
    Approval,
    Assignment,
    DepartmentNeed,
    JobDescriptionVersion,
    Position,
)
from roles.notices import Mine
from selfassessment.gap_notices import ReadyGaps
from selfassessment.models import IndicatorRating, RoundMember, Vote

SOON = dt.timedelta(days=14)
C = Capability


class Slow:
    """What waits on one person, by kind: the primary keys."""

    def __init__(self, access, today):
        self.access, self.me, self.today = access, access.user, today
        self.held = [a for a in Assignment.objects.filter(holder=self.me) if self.in_force(a)]
        answered = Position.objects.answered_for_by(self.me, today)
        self.seats = {p.pk: p for p in answered}
        self.near = {
            pk
            for pk, p in self.seats.items()
            if self.sees(C.ROADMAP_VIEW, p.school_id, shared=True)
        }
        self.departments = {a.position.department_id for a in self.held} - {None}

    def in_force(self, a):
        return a.starts_on <= self.today and (a.ends_on is None or a.ends_on >= self.today)

    def sees(self, capability, school_id, *, shared=False):
        reach = self.access.reach(capability)
        return bool(reach) and (reach.covers(school_id) or (shared and school_id is None))

    def everywhere(self, capability):
        return self.access.reach(capability).covers(None)

    def all(self):
        names = (
            "own", "observe", "agree", "action", "milestone", "helping", "meeting_action",
            "attendance", "coaching", "need", "read", "approve", "returned", "decide",
            "asked_back", "commitment", "vote", "re_rate",
        )  # fmt: skip
        return {name: set(getattr(self, name)()) for name in names}

    # Checklists

    def forms(self):
        for form in Checklist.objects.select_related("window"):
            if form.withdrawn_at is None and self.sees(
                C.CHECKLIST_WORK, form.school_id, shared=True
            ):
                yield form

    def to_fill(self, kind):
        for form in self.forms():
            window = form.window
            is_open = window.closed_at is None and window.opens_on <= self.today <= window.closes_on
            if (
                form.rater == self.me
                and not form.submitted_at
                and is_open
                and form.rater_kind == kind
            ):
                yield form.pk

    def own(self):
        return self.to_fill("self")

    def observe(self):
        return self.to_fill("observer")

    def agree(self):
        cycles = {}
        for form in Checklist.objects.filter(withdrawn_at=None).exclude(submitted_at=None):
            cycle = (form.window_id, form.position_id, form.holder_id)
            cycles.setdefault(cycle, set()).add(form.rater_kind)
        for form in self.forms():
            kinds = cycles.get((form.window_id, form.position_id, form.holder_id), set())
            mine = self.me in (form.holder, form.rater) and form.rater_kind == "observer"
            both = form.submitted_at and "self" in kinds and "agreed" not in kinds
            if mine and both and is_in_time(form.window, self.access.district):
                yield form.pk

    def action(self):
        for each in Action.objects.filter(owner=self.me, done_at=None, dropped_at=None):
            if each.due_on <= self.today + SOON and self.sees(
                C.CHECKLIST_WORK, each.school_id, shared=True
            ):
                yield each.pk

    # Roadmap

    def pressing(self):
        for each in Milestone.objects.select_related("school_year"):
            is_open = each.state in ("not_started", "in_progress", "blocked", "at_risk")
            is_open &= each.school_year.archived_at is None and each.due_on <= self.today + SOON
            if is_open and self.sees(C.ROADMAP_VIEW, each.school_id, shared=True):
                yield each

    def milestone(self):
        return (each.pk for each in self.pressing() if each.owner_id in self.seats)

    def helping(self):
        helped = {c.milestone_id for c in Contribution.objects.all() if c.position_id in self.seats}
        return (
            each.pk
            for each in self.pressing()
            if each.pk in helped and each.owner_id not in self.seats
        )

    def lately(self, day, ahead):
        return self.today - dt.timedelta(90) <= day <= self.today + dt.timedelta(ahead)

    def meeting_action(self):
        for each in MeetingAction.objects.filter(ended_at=None).select_related("meeting"):
            over = each.meeting.state == "held" or each.meeting.on < self.today
            if over and each.owner_id in self.near and self.lately(each.due_on, 14):
                yield each.pk

    def attendance(self):
        for each in LearningSession.objects.filter(state="planned"):
            if each.leader_id in self.near and self.lately(each.on, 0):
                yield each.pk

    def coaching(self):
        latest = {}
        for each in CoachingEntry.objects.order_by("on", "pk"):
            latest[each.coach_id, each.coached_person_id] = each
        for each in latest.values():
            leads = each.coach == self.me
            led = each.coached_person == self.me and each.next_on >= self.today
            if (leads or led) and self.lately(each.next_on, 7):
                yield each.pk

    # Roles and departments

    def need(self):
        for each in DepartmentNeed.objects.all():
            due = each.answer == "asked" or (
                each.answer == "agreed" and each.due_on <= self.today + SOON
            )
            if (
                due
                and each.department_id in self.departments
                and self.everywhere(C.DEPARTMENT_WORK)
            ):
                yield each.pk

    def read(self):
        for text in JobDescriptionVersion.objects.filter(status="published"):
            for term in self.held:
                if not self.sees(C.HOME_VIEW, term.position.school_id, shared=True):
                    continue
                done = any(
                    a.lapses_on is None or a.lapses_on > self.today
                    for a in Acknowledgement.every.filter(version=text, assignment=term)
                )
                if term.position.role_id == text.job_description.role_id and not done:
                    yield text.pk

    def approve(self):
        if not self.everywhere(C.JOB_DESCRIPTION_APPROVE):
            return
        publishes = self.everywhere(C.JOB_DESCRIPTION_PUBLISH)
        waiting = Approval.objects.filter(decision="waiting", review__outcome="running")
        for stop in waiting.select_related("review"):
            first = min(s.order for s in waiting if s.review_id == stop.review_id)
            people = {
                a.holder
                for a in Assignment.objects.filter(position__role=stop.role_id)
                if self.in_force(a)
            }
            if stop.order == first and (self.me in people or (publishes and not people)):
                yield stop.review.version_id

    def returned(self):
        if not self.everywhere(C.JOB_DESCRIPTION_EDIT):
            return
        for stop in Approval.objects.filter(decision="returned").select_related("review__version"):
            if stop.review.sent_by == self.me and stop.review.version.status == "draft":
                yield stop.review.version_id

    # Decisions

    def decide(self):
        held = {a.position_id for a in self.held}
        for each in DecisionRequest.objects.filter(state="waiting"):
            mine = each.decider_id in held and each.asked_by != self.me
            if mine and self.everywhere(C.DECISION_ANSWER):
                yield each.pk

    def asked_back(self):
        for each in DecisionRequest.objects.filter(state="asked_back", asked_by=self.me):
            if self.everywhere(C.DECISION_ASK):
                yield each.pk

    def commitment(self):
        for each in Commitment.objects.filter(state="waiting").select_related("request"):
            mine = each.department_id in self.departments and each.request.state == "approved"
            if mine and self.everywhere(C.DECISION_VIEW) and self.everywhere(C.DEPARTMENT_WORK):
                yield each.pk

    # Self-assessment

    def vote(self):
        if not self.access.reach(C.ASSESSMENT_WORK):
            return
        for member in RoundMember.objects.filter(user=self.me, left_at=None):
            if member.round.state != "open" or member.round.mode != "devices":
                continue
            for rating in IndicatorRating.objects.filter(round=member.round, stage="voting"):
                if not Vote.objects.filter(rating=rating, member=member, turn=rating.turn).exists():
                    yield member.round_id

    def re_rate(self):
        if not self.access.reach(C.ASSESSMENT_WORK):
            return
        days = (dt.date(2000, 1, 1), dt.date(2100, 1, 1))
        for due in ReadyGaps().due(self.access.district, *days, Mine(self.me.pk, frozenset())):
            yield int(due.subject.rpartition(":")[2])
