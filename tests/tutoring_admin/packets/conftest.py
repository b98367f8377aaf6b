"""A district with something of everything that a packet tells of."""

import datetime as dt

import pytest
from django.utils import timezone

from roles.capabilities import AccessLevel, Capability
from tests.factories.checklists import ChecklistFactory, TemplateFactory, WindowFactory
from tests.factories.roadmap import MilestoneFactory, PhaseFactory, owned_milestone
from tests.factories.roadmap_decisions import DecisionRequestFactory
from tests.factories.roadmap_learning import LineFactory, SessionFactory
from tests.factories.roles import (
    ApprovalFactory,
    AssignmentFactory,
    DistrictFactory,
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
from tests.factories.selfassessment import RatingFactory, RoundFactory
from tests.reach import reach
from tutoring_admin.packets import services
from tutoring_admin.packets.asked import Typed

TYPED = Typed("Every school is well led.", "$214,000 of $640,000 is spent.", "Two seats are open.")


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def district(school_day):
    district = DistrictFactory(name="Lake County Schools", time_zone="America/Chicago")
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district):
    who = UserFactory(first_name="Dana", last_name="Whitfield")
    return member(AccessLevel.DISTRICT_LEAD, at=district, user=who)


@pytest.fixture
def by(district, lead):
    return reach(district, lead, capability=Capability.PACKET_PUBLISH)


def rated(window, template, *bands):
    """One person's own rating in each of these bands."""
    score = {"on_track": 90, "developing": 70, "needs_support": 40}
    for seat, band in enumerate(bands, 1):
        ChecklistFactory(
            district=window.district,
            window=window,
            template=template,
            position__seat=seat,
            started_at=timezone.now(),
            submitted_at=timezone.now() - dt.timedelta(days=30),
            score=score[band],
            coverage=100,
            band=band,
        )


@pytest.fixture
def program(district, lead):
    """Schools, a text in force, a roadmap, rated checklists, two rounds, decisions, learning."""
    year = district_year(district)
    _roles(district)
    phase = PhaseFactory(district=district, school_year=year, title="Launch")
    MilestoneFactory(district=district, phase=phase, done=True, due_on=dt.date(2026, 10, 5))
    MilestoneFactory(
        district=district, phase=phase, due_on=dt.date(2026, 10, 20), title="Rooms agreed"
    )
    owned_milestone(
        district=district,
        phase=phase,
        title="Winter sessions, with Maria Vasquez",
        holder=UserFactory(first_name="Maria", last_name="Vasquez"),
        due_on=dt.date(2026, 11, 20),
    )
    window = WindowFactory(district=district, school_year=year, label="September", over=True)
    site = TemplateFactory(district=district, role__title="Site Tutoring Lead")
    rated(window, site, "on_track", "on_track", "developing", "needs_support")
    champion = TemplateFactory(district=district, role__title="Executive Champion")
    rated(window, champion, "needs_support")
    for label, value, month in (("Spring", 1, 4), ("Fall", 2, 9)):
        round_ = RoundFactory(
            district=district,
            school_year=year,
            closed=True,
            label=label,
            opens_on=dt.date(2026, month, 1),
        )
        RatingFactory(district=district, round=round_, code="6b.1", value=value)
    DecisionRequestFactory(district=district, school_year=year, question="Fund a second coach?")
    line = LineFactory(district=district, school_year=year)
    SessionFactory(district=district, line=line, state="held", held_at=timezone.now(), held_by=lead)
    return district


def district_year(district):
    return SchoolYearFactory._meta.model.objects.get(district=district, label="2026-27")


def _roles(district):
    role = RoleFactory(district=district, title="School Principal")
    for n in range(3):
        school = SchoolFactory(district=district, name=f"School {n}")
        seat = PositionFactory(district=district, role=role, school=school)
        if n:
            AssignmentFactory(district=district, position=seat)
    job = JobDescriptionFactory(district=district, role=role)
    text = VersionFactory(
        district=district,
        job_description=job,
        published=True,
        title="School Principal",
        number=1,
        funding_source="Title I",
    )
    ApprovalFactory(
        district=district,
        review=ReviewFactory(district=district, version=text, outcome="approved"),
        role=RoleFactory(district=district, title="Human Resources Partner"),
        decision="approved",
        sha256="0" * 64,
        by=UserFactory(first_name="Yolanda", last_name="Reyes"),
        at=dt.datetime(2026, 8, 21, 15, tzinfo=dt.UTC),
    )


def published(by, kind="board", typed=TYPED):
    """A packet of the records as they are."""
    return services.publish(kind, typed, seen=services.draft(kind, typed, by=by).sha256, by=by)
