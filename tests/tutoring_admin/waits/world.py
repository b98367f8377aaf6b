"""A district of two schools in which anything may wait on anyone, drawn from a seed."""

import datetime as dt
import random
from dataclasses import dataclass, field

from django.utils import timezone

from roadmap.models import AtRiskProposal, Commitment, Contribution, Milestone
from roles.capabilities import AccessLevel
from roles.models import Acknowledgement, Approval, JobDescriptionVersion, Review, SupportVisit
from selfassessment.models import EvidenceRevision, IndicatorRating, Round
from tests.factories.checklists import (
    ActionFactory,
    ChecklistFactory,
    TemplateFactory,
    WindowFactory,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_decisions import CommitmentFactory, DecisionRequestFactory
from tests.factories.roadmap_learning import CoachingEntryFactory, LineFactory, SessionFactory
from tests.factories.roadmap_meetings import MeetingActionFactory, MeetingFactory, SeriesFactory
from tests.factories.roadmap_visits import VisitFactory
from tests.factories.roles import (
    ApprovalFactory,
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    JobDescriptionFactory,
    PositionFactory,
    ReviewFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.factories.selfassessment import (
    HandEvidenceFactory,
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
    SignOffFactory,
    VoteFactory,
)
from tests.factories.selfassessment_gaps import GapFactory, GapMilestoneFactory

TODAY = dt.date(2026, 10, 29)
LEVELS = (
    AccessLevel.DISTRICT_LEAD,
    AccessLevel.EXECUTIVE,
    AccessLevel.ADMINISTRATIVE_LEADER,
    AccessLevel.DEPARTMENT_PARTNER,
    AccessLevel.AUDITOR,
    AccessLevel.SITE_LEADER,
    AccessLevel.COACH,
)


@dataclass
class World:
    """The people are those whose homes are compared."""

    rng: random.Random
    district: object
    schools: list
    year: object
    people: list = field(default_factory=list)
    seats: list = field(default_factory=list)
    roles: list = field(default_factory=list)
    departments: list = field(default_factory=list)

    def day(self, first=-100, last=40):
        return TODAY + dt.timedelta(self.rng.randint(first, last))

    def one(self, of):
        return self.rng.choice(list(of))

    def often(self, share=0.5):
        return self.rng.random() < share


def build(seed):
    school = SchoolFactory(name="Cedar Hill ES")
    district = school.district
    schools = [school, SchoolFactory(district=district, name="Garfield ES")]
    world = World(
        random.Random(seed),  # noqa: S311 -- a world, no secret
        district,
        schools,
        SchoolYearFactory(district=district),
    )
    _people(world)
    _seats(world)
    _papers(world)
    _checklists(world)
    _roadmap(world)
    _decisions(world)
    _assessment(world)
    _questions(world)
    _visits(world)
    _evidence(world)
    _support(world)
    if seed % 2:
        _signing(world)
    return world


def _people(world):
    for level in LEVELS:
        at = world.one(world.schools) if level in LEVELS[5:] else world.district
        world.people.append(member(level, at=at))
    member(AccessLevel.COACH, at=world.schools[1], user=world.people[5])


def _seats(world):
    world.departments = DepartmentFactory.create_batch(2, district=world.district)
    above = None
    for n in range(4):
        above = RoleFactory(
            district=world.district, key=f"ROLE_{n}", level="site", reports_to=above
        )
        world.roles.append(above)
    for role in world.roles:
        for place in ({"school": world.schools[0]}, {"school": world.schools[1]}, {}):
            world.seats.append(PositionFactory(district=world.district, role=role, **place))
    for department in world.departments:
        role = RoleFactory(district=world.district, level="department")
        world.seats.append(
            PositionFactory(district=world.district, role=role, department=department)
        )
    for n, seat in enumerate(world.seats):
        # one seat of the whole district is the executive's, one of a department the partner's
        holder = {2: world.people[1], 12: world.people[3]}.get(n, world.one(world.people))
        if n in (2, 12) or world.often(0.7):
            AssignmentFactory(
                district=world.district, position=seat, holder=holder,
                starts_on=world.day(-200, 3), ends_on=world.one([None, None, world.day(5, 60)]),
            )  # fmt: skip


def _papers(world):
    for role in world.roles:
        job = JobDescriptionFactory(district=world.district, role=role)
        text = VersionFactory(
            district=world.district, job_description=job, number=1, published=True
        )
        for seat in role.positions.all():
            for term in seat.assignments.all():
                if world.often():
                    lapses_on = world.one([None, TODAY - dt.timedelta(3), TODAY + dt.timedelta(3)])
                    Acknowledgement.objects.create(
                        district=world.district, version=text, assignment=term, lapses_on=lapses_on
                    )
        _review(world, job)
    for department in world.departments:
        for _ in range(6):
            answer = world.one(["asked", "agreed", "delivered"])
            told = {} if answer == "asked" else {"answered_by": world.people[0], "answered_at": NOW}
            DepartmentNeedFactory(
                district=world.district, department=department, due_on=world.day(),
                answer=answer, **told,
            )  # fmt: skip


NOW = dt.datetime(2026, 10, 20, 15, tzinfo=dt.UTC)


def _review(world, job):
    status = world.one(["draft", "in_review"])
    draft = VersionFactory(district=world.district, job_description=job, number=2, status=status)
    outcome = Review.Outcome.RUNNING if status == "in_review" else Review.Outcome.RETURNED
    review = ReviewFactory(
        district=world.district, version=draft, outcome=outcome, sent_by=world.one(world.people)
    )
    done = world.rng.randint(0, 1)
    for order in (1, 2):
        said = {}
        if order <= done:
            said = {"decision": "approved", "by": world.people[0], "at": NOW, "sha256": "x"}
        elif order == done + 1 and status == "draft":
            said = {
                "decision": "returned", "by": world.people[0], "at": NOW, "sha256": "x",
                "reason": "The hours are missing.",
            }  # fmt: skip
        ApprovalFactory(
            district=world.district, review=review, role=world.one(world.roles), order=order, **said
        )
    assert JobDescriptionVersion.objects.filter(job_description=job).count() == 2
    assert Approval.objects.filter(review=review).count() == 2


def _checklists(world):
    template = TemplateFactory(district=world.district)
    windows = [
        WindowFactory(district=world.district),
        WindowFactory(
            district=world.district, label="Long over",
            opens_on=TODAY - dt.timedelta(95), closes_on=TODAY - dt.timedelta(80),
        ),
        WindowFactory(
            district=world.district, label="Lately",
            opens_on=TODAY - dt.timedelta(25), closes_on=TODAY - dt.timedelta(15),
        ),
    ]  # fmt: skip
    for window in windows:
        for seat in world.seats[:9]:
            _cycle(world, window, template, seat)
    for _ in range(12):
        ended = {"done_at": NOW} if world.often(0.3) else {}
        ActionFactory(
            district=world.district, owner=world.one(world.people), due_on=world.day(),
            school=world.one([None, *world.schools]), **ended,
        )  # fmt: skip


def _cycle(world, window, template, seat):
    holder, rater = world.rng.sample(world.people, 2)
    form = form_with_items(
        0, district=world.district, window=window, template=template, position=seat,
        school=seat.school, holder=holder, rater=holder,
        withdrawn_at=NOW if world.often(0.1) else None,
    )  # fmt: skip
    second = observed(form, rater)
    for each in (form, second):
        if world.often():
            lock(each)
    if world.often(0.2):
        lock(
            ChecklistFactory(
                district=world.district, window=window, template=template, position=seat,
                school=seat.school, holder=holder, rater=rater, rater_kind="agreed",
            )
        )  # fmt: skip


def _roadmap(world):
    phase = PhaseFactory(district=world.district, school_year=world.year)
    for _ in range(40):
        milestone = _milestone(world, phase)
        for seat in world.rng.sample(world.seats, world.rng.randint(0, 2)):
            Contribution.objects.create(district=world.district, milestone=milestone, position=seat)
    for school in (None, *world.schools):
        series = SeriesFactory(district=world.district, school=school, school_year=world.year)
        for days in (-20, 0, 5):
            meeting = MeetingFactory(
                district=world.district, series=series, on=TODAY + dt.timedelta(days)
            )
            for _ in range(4):
                MeetingActionFactory(
                    district=world.district, meeting=meeting, owner=world.one(world.seats),
                    due_on=world.day(-120, 30), ended_at=NOW if world.often(0.2) else None,
                )  # fmt: skip
    line = LineFactory(district=world.district, school_year=world.year)
    for _ in range(12):
        SessionFactory(
            district=world.district, line=line, leader=world.one([None, *world.seats]),
            on=world.day(-100, 5),
        )  # fmt: skip
    for _ in range(25):
        coach, other = world.rng.sample(world.people, 2)
        on = world.day(-120, -10)
        CoachingEntryFactory(
            district=world.district, coach=coach, coached=world.one(world.seats),
            coached_person=other, on=on, next_on=on + dt.timedelta(world.rng.randint(1, 60)),
        )  # fmt: skip


def _milestone(world, phase):
    state = world.one(["not_started", "in_progress", "blocked", "at_risk", "not_applicable"])
    return MilestoneFactory(
        district=world.district, phase=phase, owner=world.one([None, *world.seats]),
        school=world.one([None, *world.schools]), due_on=world.day(-30, 30), state=state,
        reason="Waits for the contract." if state in ("blocked", "not_applicable") else "",
    )  # fmt: skip


def _decisions(world):
    deciders = [world.seats[2], *world.seats[8:]]
    for _ in range(10):
        state = world.one(["waiting", "asked_back", "approved", "withdrawn"])
        told = {"answered_by": world.people[1], "answered_at": NOW} if state == "approved" else {}
        request = DecisionRequestFactory(
            district=world.district, decider=world.one(deciders), state=state,
            asked_by=world.one(world.people), school_year=world.year, due_on=world.day(), **told,
        )  # fmt: skip
        for department in world.departments:
            if world.often():
                CommitmentFactory(district=world.district, request=request, department=department)
    assert Commitment.objects.exists()


def _assessment(world):
    over = RoundFactory(district=world.district, closed=True, facilitator=world.people[0])
    gaps = []
    for code in ("6b.1", "6b.2", "6c.1"):
        rating = RatingFactory(
            district=world.district, round=over, code=code, value=1, rationale="Not yet.",
            rated_at=NOW - dt.timedelta(60),
        )  # fmt: skip
        gaps.append(GapFactory(district=world.district, rating=rating))
    for gap in gaps:
        for _ in range(world.rng.randint(0, 2)):
            milestone = MilestoneFactory(
                district=world.district, school_year=world.year, owner=None,
                phase=PhaseFactory(district=world.district, school_year=world.year),
                **(DONE | {"done_by": world.people[0]} if world.often(0.8) else {}),
            )  # fmt: skip
            GapMilestoneFactory(district=world.district, gap=gap, milestone=milestone)
    _round(world)


DONE = {
    "state": "done", "done_on": dt.date(2026, 10, 20), "done_at": NOW, "proof_text": "Signed.",
}  # fmt: skip


def _round(world):
    facilitator = world.one([None, *world.people])
    round_ = RoundFactory(
        district=world.district, school_year=world.year, facilitator=facilitator,
        mode=world.one(["devices", "devices", "room"]),
    )  # fmt: skip
    team = [
        RoundMemberFactory(
            district=world.district, round=round_, user=who,
            left_at=NOW if world.often(0.2) else None,
        )
        for who in world.rng.sample(world.people, 4)
    ]  # fmt: skip
    for code in ("6b.1", "6b.3", "6b.4"):
        rating = IndicatorRating.objects.create(
            district=world.district, round=round_, code=code, turn=1,
            stage=world.one(["voting", "waiting"]),
        )  # fmt: skip
        for each in team:
            if world.often(0.4):
                VoteFactory(
                    district=world.district, rating=rating, member=each,
                    turn=world.one([1, 1]), value=1,
                )  # fmt: skip
    assert timezone.now().date() == TODAY


def _questions(world):
    for milestone in Milestone.objects.filter(district=world.district):
        if milestone.state == "done" or world.often(0.4):
            continue
        answer = {"confirmed": True, "decided_by": world.people[0], "decided_at": NOW}
        AtRiskProposal.objects.create(
            district=world.district, milestone=milestone, reason="8 of 10 school days are used.",
            due_on=milestone.due_on - dt.timedelta(world.one([0, 0, 3])), made_at=NOW,
            **(answer if world.often(0.2) else {}),
        )  # fmt: skip
        if world.often(0.2):
            milestone.progressed_at = NOW + dt.timedelta(world.one([-1, 1]))
            milestone.save()


def _visits(world):
    for _ in range(30):
        on = world.day(-120, 0)
        next_on = world.one([None, on + dt.timedelta(world.rng.randint(1, 60))])
        VisitFactory(
            district=world.district, school=world.one(world.schools), by=world.one(world.people),
            on=on, next_on=next_on, next_step=world.one(["", "Look at the log."]),
        )  # fmt: skip


def _evidence(world):
    for _ in range(25):
        back = {"withdrawn_at": NOW, "withdrawn_by": world.people[0], "withdrawn_why": "Wrong."}
        piece = HandEvidenceFactory(
            district=world.district, owner=world.one(world.people),
            says__expires_on=world.one([None, world.day(-80, 40)]),
            **(back if world.often(0.2) else {}),
        )  # fmt: skip
        if world.often(0.3):
            piece.revisions.update(is_current=False)
            EvidenceRevision.objects.create(
                district=world.district, evidence=piece, number=2, label="Newer", text="So.",
                dated_on=world.day(-100, -90), expires_on=world.day(-80, 40), added_by=piece.owner,
            )  # fmt: skip


def _support(world):
    for _ in range(8):
        asked_at = timezone.now() - dt.timedelta(hours=world.rng.randint(0, 60))
        ended = {"ended_at": timezone.now()} if world.often(0.2) else {}
        SupportVisit.objects.create(
            district=world.district, operator=world.one([*world.people[:2], UserFactory()]),
            reason="A window does not open.", asked_at=asked_at, **ended,
        )  # fmt: skip


def _signing(world):
    """The round is rated. Positions that sign are held, held without access, or vacant."""
    round_ = Round.objects.get(district=world.district, state="open")
    round_.state, round_.rated_at = "signing", NOW
    round_.save()
    for key in ("PROGRAM_LEAD", "PROJECT_MANAGER", "EXEC_CHAMPION"):
        role = RoleFactory(
            district=world.district, key=key, reports_to=world.one([None, *world.roles]),
        )  # fmt: skip
        for school in world.rng.sample([None, *world.schools], world.rng.randint(1, 2)):
            seat = PositionFactory(district=world.district, role=role, school=school)
            holder = world.one([None, UserFactory(), *world.people])
            if holder and world.often(0.6):
                AssignmentFactory(district=world.district, position=seat, holder=holder)
    for capacity in ("program_lead", "champion"):
        given = world.one([None, None, {}, {"withdrawn_at": NOW}])
        if given is not None:
            SignOffFactory(
                district=world.district, round=round_, capacity=capacity,
                by=world.people[0], **given,
            )  # fmt: skip
