"""The rules of what waits, once more: each looks at every row, one after the other, in Python."""

import datetime as dt

from django.utils import timezone

from checklists.models import Action, Checklist
from checklists.services.agreeing import is_in_time
from roadmap.models import (
    AtRiskProposal,
    CoachingEntry,
    Commitment,
    Contribution,
    DecisionRequest,
    LearningSession,
    MeetingAction,
    Milestone,
    SchoolVisit,
)
from roles.capabilities import Capability
from roles.models import (
    Acknowledgement,
    Approval,
    Assignment,
    DepartmentNeed,
    JobDescriptionVersion,
    Membership,
    Position,
    SupportVisit,
    User,
)
from roles.notices import Mine
from selfassessment.gap_notices import ReadyGaps
from selfassessment.models import (
    HandEvidence,
    IndicatorRating,
    Round,
    RoundMember,
    SignOff,
    Vote,
)

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
            "asked_back", "commitment", "vote", "re_rate", "at_risk", "next_visit", "support",
            "sign_program_lead", "sign_champion", "evidence_ends",
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

    def at_risk(self):
        asked = AtRiskProposal.objects.filter(confirmed=None)
        for each in asked.select_related("milestone__school_year"):
            about = each.milestone
            said = about.progressed_at is not None and about.progressed_at >= each.made_at
            stands = about.state in ("not_started", "in_progress") and not said
            stands &= each.due_on == about.due_on and about.school_year.archived_at is None
            mine = about.owner_id in self.seats
            if stands and mine and self.sees(C.ROADMAP_WORK, about.school_id, shared=True):
                yield about.pk

    def next_visit(self):
        latest = {}
        for each in SchoolVisit.objects.filter(by=self.me).order_by("on", "pk"):
            latest[each.school_id] = each
        for each in latest.values():
            planned = each.next_on and self.lately(each.next_on, 7)
            if planned and self.sees(C.VISIT_WRITE, each.school_id):
                yield each.pk

    # Systems

    def support(self):
        if not self.everywhere(C.SYSTEMS_MANAGE):
            return
        for each in SupportVisit.objects.filter(starts_at=None, ended_at=None):
            fresh = timezone.now() - each.asked_at < dt.timedelta(days=1)
            if fresh and each.operator != self.me:
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

    def sign_program_lead(self):
        return self.to_sign("program_lead", ["PROGRAM_LEAD", "PROJECT_MANAGER"])

    def sign_champion(self):
        return self.to_sign("champion", ["EXEC_CHAMPION"])

    def to_sign(self, capacity, keys):
        for each in Round.objects.filter(state="signing"):
            given = SignOff.objects.filter(round=each, capacity=capacity, withdrawn_at=None)
            if not given.exists() and self.me in self.desk(keys):
                yield each.pk

    def desk(self, keys):
        """Who signs: whoever holds the first position that somebody able to sign in holds, or else
        answers for the first vacant one.
        """
        found = [p for key in keys for p in Position.objects.filter(role__key=key)]
        held = {p: {a.holder for a in p.assignments.all() if self.in_force(a)} for p in found}
        answered = {p: self.answering(p) for p in found if not held[p]}
        able = [self.able(people) for people in (*held.values(), *answered.values())]
        return next((people for people in able if people), set())

    def answering(self, position):
        return {
            who
            for who in User.objects.all()
            if Position.objects.answered_for_by(who, self.today).filter(pk=position.pk).exists()
        }

    def able(self, people):
        return {who for who in people if Membership.objects.filter(user=who).exists()}

    def evidence_ends(self):
        if not self.access.reach(C.ASSESSMENT_WORK):
            return
        for each in HandEvidence.objects.filter(owner=self.me, withdrawn_at=None):
            last = max(each.revisions.all(), key=lambda says: says.number).expires_on
            if last and last <= self.today + SOON:
                yield each.pk

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
