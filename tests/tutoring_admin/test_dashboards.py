"""What the home page, the champion's page and the search say, against the rows they count."""

import datetime as dt

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import SchoolYear
from tests.factories.checklists import form_with_items, lock
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    VersionFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def school():
    school = SchoolFactory(name="Cedar Hill ES")
    SchoolYearFactory(district=school.district)
    return school


def get(client, who, name, district, **query):
    client.force_login(who)
    return client.get(reverse(name, kwargs={"district": district.slug}), query)


def seat(school, title="Site Tutoring Lead", holder=None):
    role = RoleFactory(district=school.district, title=title)
    position = PositionFactory(district=school.district, role=role, school=school)
    if holder:
        AssignmentFactory(district=school.district, position=position, holder=holder)
    return position


def test_the_champion_sees_filled_positions_out_of_all(client, school):
    seat(school, holder=member(AccessLevel.SITE_LEADER, at=school))
    seat(school, title="Principal")

    champion = member(AccessLevel.EXECUTIVE, at=school.district)
    brief = get(client, champion, "dashboards:champion", school.district).context["brief"]

    assert (brief.coverage.filled, brief.coverage.positions, brief.coverage.vacant) == (1, 2, 1)


def test_a_new_version_is_unread_until_its_holder_acknowledges_it(client, school):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    position = seat(school, holder=holder)
    job = JobDescriptionFactory(district=school.district, role=position.role)
    version = VersionFactory(district=school.district, job_description=job, published=True)
    champion = member(AccessLevel.EXECUTIVE, at=school.district)

    def read():
        found = get(client, champion, "dashboards:champion", school.district).context["brief"]
        return found.acknowledged.read, found.acknowledged.people

    before = read()
    desk = get(client, holder, "dashboards:today", school.district).context["desk"]
    client.post(
        reverse(
            "roles:version-acknowledge", kwargs={"district": school.district.slug, "pk": version.pk}
        )
    )

    assert (before, read()) == ((0, 1), (1, 1))
    assert [v.pk for v in desk.to_acknowledge] == [version.pk]


def test_home_lists_what_waits_on_this_person_and_counts_it(client, school):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    position = seat(school, holder=holder)
    phase = PhaseFactory(district=school.district, school_year=SchoolYear.objects.get())
    for days in (3, 60):
        due_on = TODAY + dt.timedelta(days)
        MilestoneFactory(
            district=school.district, phase=phase, owner=position, school=school, due_on=due_on
        )

    answer = get(client, holder, "dashboards:today", school.district)

    assert answer.context["waiting"] == 1
    assert "One thing waits on you" in answer.content.decode()


def test_search_finds_people_of_the_own_school_and_of_the_district_only(client, school):
    neighbour = SchoolFactory(district=school.district)
    here = member(AccessLevel.SITE_LEADER, at=school)
    there = member(AccessLevel.SITE_LEADER, at=neighbour)
    seat(school, title="Site lead here", holder=here)
    seat(neighbour, title="Site lead there", holder=there)

    groups = get(client, here, "dashboards:search", school.district, q="Person").context["groups"]

    people = next(group for group in groups if group.label == "People in positions")
    found = {hit.title for hit in people.hits}
    assert found == {str(here)}


@pytest.mark.parametrize("words", ["", " ", "x", "%", "' OR 1=1 --", "<script>"])
def test_search_bears_any_words(client, school, words):
    who = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    assert get(client, who, "dashboards:search", school.district, q=words).status_code == 200


def test_the_champion_sees_a_checklist_the_moment_it_is_submitted(client, school):
    champion = member(AccessLevel.EXECUTIVE, at=school.district)
    form = form_with_items(district=school.district, school=school)

    def submitted():
        brief = get(client, champion, "dashboards:champion", school.district).context["brief"]
        return brief.window.submitted, brief.window.expected

    before = submitted()
    lock(form)

    assert (before, submitted()) == ((0, 1), (1, 1))


def test_a_site_leader_is_shown_what_waits_on_them_and_not_the_districts_late_list(client, school):
    phase = PhaseFactory(district=school.district, school_year=SchoolYear.objects.get())
    MilestoneFactory(district=school.district, phase=phase, due_on=TODAY - dt.timedelta(9))
    site = member(AccessLevel.SITE_LEADER, at=school)
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)

    late = [
        len(get(client, who, "dashboards:today", school.district).context["desk"].late)
        for who in (site, lead)
    ]

    assert late == [0, 1]


def test_a_school_that_search_finds_leads_to_the_people_who_have_access_there(client, school):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    site = member(AccessLevel.SITE_LEADER, at=school)
    other = member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=school.district))

    groups = get(client, lead, "dashboards:search", school.district, q="Cedar").context["groups"]
    hit = next(group for group in groups if group.label == "Schools").hits[0]
    page = client.get(hit.url).content.decode()

    assert site.email in page
    assert other.email not in page
