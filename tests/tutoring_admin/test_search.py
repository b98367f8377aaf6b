"""The search finds what its reader may open, in any order of words, and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadmap.models import DecisionRequest, Milestone
from roles.access import Access
from roles.capabilities import AccessLevel, Capability
from roles.finding import folded
from roles.models import (
    Assignment,
    Department,
    JobDescriptionVersion,
    LeadershipRole,
    Membership,
    Position,
    School,
)
from roles.wall import district_scope
from selfassessment.models import HandEvidence
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_decisions import DecisionRequestFactory
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
    member_near,
)
from tests.factories.selfassessment import HandEvidenceFactory
from tutoring_admin.dashboards.search import find
from tutoring_admin.dashboards.search.asked import Asked
from tutoring_admin.dashboards.search.pages import PLACES
from tutoring_admin.shell import page_of

pytestmark = pytest.mark.django_db
WORDS = (
    "cedar",
    "Lincoln",
    "José",
    "site",
    "lead",
    "plan",
    "of",
    "m",
    "6b",
    "grant",
    "ced",
    "edar",
)


@pytest.fixture
def school():
    return SchoolFactory(name="Cedar Elementary")


def access_of(who, district):
    return Access.from_memberships(who, district, Membership.objects.filter(user=who))


def hits(who, district, words):
    with district_scope(district):
        found = find(access_of(who, district), words, district.today())
    return [hit for group in found.groups for hit in group.hits]


def found(who, school, words):
    return [hit.title for hit in hits(who, school.district, words)]


def leader_at(place, name, first="Pat"):
    position = PositionFactory(
        district=place.district, school=place, role=RoleFactory(district=place.district)
    )
    holder = UserFactory(first_name=first, last_name=name)
    AssignmentFactory(district=place.district, position=position, holder=holder)
    return holder


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5), st.randoms())
def test_words_may_stand_in_any_order(words, luck):
    name = " ".join(words)
    shuffled = list(words)
    luck.shuffle(shuffled)

    assert Asked.of(" ".join(shuffled)).fit(name) is not None


@given(st.text(max_size=80))
def test_any_text_can_be_searched_for(text):
    asked = Asked.of(text)
    assert asked is None or (len(asked.whole) >= 2 and asked.fit(asked.whole) == 0)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.view_name)
def test_each_page_that_can_be_found_exists(place):
    assert page_of(place.view_name, "maple-valley")[1] is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=30))
def test_python_and_the_database_fold_alike(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles_folded(%s)", [text])
        assert cursor.fetchone()[0] == f" {folded(text)}"


def test_within_ones_own_school_and_in_no_other(school):
    away = SchoolFactory(district=school.district, name="Cedar Middle")
    elsewhere = SchoolFactory(name="Cedar High")
    phases = {d: PhaseFactory(district=d) for d in (school.district, elsewhere.district)}
    for place, name in ((school, "Cedarberg"), (away, "Cedarwood"), (elsewhere, "Cedarson")):
        leader_at(place, name)
        MilestoneFactory(
            district=place.district,
            phase=phases[place.district],
            school=place,
            title=f"Plan of {name}",
        )
    site = member(AccessLevel.SITE_LEADER, at=school)

    assert set(found(site, school, "cedar")) == {
        "Cedar Elementary",
        "Pat Cedarberg",
        "Plan of Cedarberg",
    }


def test_a_level_that_sees_no_self_assessment_finds_none_of_it(school):
    coach = member(AccessLevel.COACH, at=school)

    assert found(coach, school, "6b.1") == []


@pytest.mark.parametrize(
    "words", ["", "a", "\x00\x00", "%%", "__", "x" * 5000, "zq " * 40, "\\", "'"]
)
def test_odd_words_find_nothing_and_break_nothing(client, school, words):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    address = reverse("dashboards:search", args=[school.district.slug])

    for part in ({}, {"part": "1"}):
        answer = client.get(address, {"q": words, **part})
        assert answer.status_code == 200
        assert answer.context["found"].groups in ((), [])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("chavez", "Cesar Chávez High"),
        ("high chav", "Cesar Chávez High"),
        ("CHÁVEZ", "Cesar Chávez High"),
        ("chavz", "Cesar Chávez High"),
        ("okonkwo ada", "Ada Okonkwo-Bright"),
        ("bright", "Ada Okonkwo-Bright"),
        ("okonkow", "Ada Okonkwo-Bright"),
        ("org chart", "Organization chart"),
        ("rodmap", "Roadmap"),
    ],
)
def test_accents_order_and_a_typo_do_not_matter(school, words, wanted):
    SchoolFactory(district=school.district, name="Cesar Chávez High")
    leader_at(school, "Okonkwo-Bright", "Ada")
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    assert wanted in found(lead, school, words)


def test_the_same_comes_before_what_begins_so_and_that_before_a_part(school):
    for name in ("North Cedar", "Cedarcrest", "Cedar", "Oldcedar"):
        SchoolFactory(district=school.district, name=name)
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    names = [hit.title for hit in hits(lead, school.district, "cedar") if hit.kind == "school"]

    assert names == ["Cedar", "Cedar Elementary", "Cedarcrest", "North Cedar", "Oldcedar"]


def test_a_position_is_found_by_its_role_and_its_place_together(school):
    role = RoleFactory(district=school.district, title="Site Tutoring Lead")
    away = SchoolFactory(district=school.district, name="Lincoln")
    for place in (school, away):
        PositionFactory(district=school.district, role=role, school=place)
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    assert "Site Tutoring Lead, Lincoln" in found(lead, school, "lincoln lead")
    assert not any("Cedar" in title for title in found(lead, school, "lincoln lead"))


@pytest.fixture(scope="module")
def names():
    return ("Cedar", "Lincoln", "Ames", "Plan", "Brook", "Coach", "Grant")


@pytest.fixture
def worlds(names):
    """Two schools of a district and one of another, each with one of everything, alike in name."""
    home = SchoolFactory(name="Cedar Brook")
    places = [home, SchoolFactory(district=home.district, name="Lincoln Brook"), SchoolFactory()]
    years = {p.district: SchoolYearFactory(district=p.district) for p in places[1:]}
    phases = {d: PhaseFactory(district=d, school_year=year) for d, year in years.items()}
    for n, place in enumerate(places):
        there = {"district": place.district}
        leader_at(place, f"{names[n]} Coachman", "Ames")
        MilestoneFactory(
            **there, phase=phases[place.district], school_year=years[place.district],
            school=place if n % 2 == 0 else None, title=f"{names[n]} plan of coaches",
        )  # fmt: skip
        DepartmentFactory(**there, name=f"Grants {names[n]}")
        VersionFactory(**there, title=f"{names[n]} coach", published=n != 1)
        HandEvidenceFactory(**there, says__label=f"Plan for {names[n]}")
        DecisionRequestFactory(
            **there, school_year=years[place.district], question=f"Grant {names[n]} coaches?"
        )
        member(AccessLevel.COACH, at=place, user=UserFactory(last_name=f"Brook {names[n]}"))
    return home


def own_lists(access):
    """What this reader reaches, by the kind of hit: asked anew, not through the search."""
    roles, people = access.reach(Capability.ROLES_VIEW), access.reach(Capability.PEOPLE_VIEW)
    versions = JobDescriptionVersion.objects.reachable(roles)
    writes = Capability.JOB_DESCRIPTION_EDIT, Capability.JOB_DESCRIPTION_APPROVE
    if not any(access.reach(each) for each in writes):
        versions = versions.filter(status="published")
    evidence = HandEvidence.objects.reachable(access.reach(Capability.HOME_VIEW))
    decisions = DecisionRequest.objects.reachable(access.reach(Capability.DECISION_VIEW))
    milestones = Milestone.objects.reachable(access.reach(Capability.ROADMAP_VIEW))
    holders = Assignment.objects.reachable(roles).values_list("holder", flat=True)
    members = Membership.objects.reachable(people).values_list("user", flat=True)
    return {
        "person": ("dashboards:person", {*holders, *members}),
        "school": ("dashboards:school", pks(School.objects.reachable(roles))),
        "department": ("dashboards:department", pks(Department.objects.reachable(roles))),
        "role": ("roles:role", pks(LeadershipRole.objects.reachable(roles))),
        "position": ("roles:position", pks(Position.objects.reachable(roles))),
        "document": ("roles:version", pks(versions)),
        "milestone": ("roadmap:detail", pks(milestones)),
        "decision": ("roadmap:decision", pks(decisions)),
        "evidence": ("selfassessment:evidence", pks(evidence.readable_by(access))),
    }


def pks(rows):
    return set(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("level", list(AccessLevel))
def test_no_hit_leads_out_of_reach_and_everything_within_is_found(client, worlds, names, level):
    who = member_near(level, worlds)
    access = access_of(who, worlds.district)
    slug = worlds.district.slug
    with district_scope(worlds.district):
        within = own_lists(access)
    addresses = {
        kind: {reverse(view, args=[slug, pk]) for pk in there}
        for kind, (view, there) in within.items()
    }
    client.force_login(who)
    seen = {}

    for words in (*names, *(name[1:] for name in names), "Cedra", "coach plan", "Pat", "Role"):
        for hit in hits(who, worlds.district, words):
            seen.setdefault(hit.kind, set()).add(hit.url)
            if hit.kind in addresses:
                assert hit.url in addresses[hit.kind], (words, hit)
    for url in sorted(set().union(*seen.values())):
        assert client.get(url).status_code == 200, url

    everything = ("school", "department", "document", "milestone", "decision", "evidence")
    assert {kind: seen.get(kind, set()) for kind in everything} == {
        kind: addresses[kind] for kind in everything
    }


@pytest.mark.parametrize("schools", [2, 12])
def test_one_question_and_a_second_one_for_a_typo(school, schools):
    for n in range(schools):
        leader_at(SchoolFactory(district=school.district, name=f"Cedar {n}"), f"Cedarson{n}")
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    access = access_of(lead, school.district)

    with district_scope(school.district):
        counts = []
        for words in ("cedar", "cedra", "qqqq"):
            with CaptureQueriesContext(connection) as asked:
                find(access, words, school.district.today())
            counts.append(len(asked))

    assert counts == [1, 2, 2]
