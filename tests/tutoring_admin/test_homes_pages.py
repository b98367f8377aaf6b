"""The errands of a site lead, a principal, a coach and a department partner, from their homes."""

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmap.models import CoachingEntry
from roles import keeping
from roles.access import Access
from roles.capabilities import AccessLevel
from roles.models import HomeKind, Membership, SchoolYear
from tests.counting import questions
from tests.factories.checklists import form_with_items, lock
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_learning import CoachingEntryFactory
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
    member_near,
)
from tutoring_admin.dashboards.homes import HOMES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def school():
    school = SchoolFactory(name="Cedar Hill ES")
    SchoolYearFactory(district=school.district)
    return school


def role(school, key, level, above=None):
    return RoleFactory(district=school.district, key=key, level=level, reports_to=above)


def seat(school, of, who=None, **where):
    where = where or {"school": school}
    position = PositionFactory(district=school.district, role=of, **where)
    if who:
        AssignmentFactory(district=school.district, position=position, holder=who)
    return position


def address(name, school):
    return reverse(f"dashboards:{name}", kwargs={"district": school.district.slug})


def home_of(client, who, school):
    client.force_login(who)
    return client.get(address("today", school))


def milestones(school, position, days):
    phase = PhaseFactory(district=school.district, school_year=SchoolYear.objects.get())
    for n in days:
        MilestoneFactory(
            district=school.district, phase=phase, owner=position, school=school,
            title=f"Step {n}", due_on=TODAY + dt.timedelta(n),
        )  # fmt: skip


def test_a_site_lead_sees_three_next_actions_with_their_time_and_the_rest_folded(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    position = seat(school, role(school, "SITE_LEAD", "site"), who)
    form_with_items(district=school.district, school=school, holder=who, rater=who,
                    position=position)  # fmt: skip
    milestones(school, position, (-2, 9, 10, 40))

    answer = home_of(client, who, school)
    home, page = answer.context["home"], answer.content.decode()

    assert home.waits.count == 4
    assert [wait.kind for wait in home.next] == ["milestone", "own", "milestone"]
    assert [wait.title for wait in home.rest] == ["Step 10"]
    assert f"About {home.next[1].minutes} minute" in page
    assert "And 1 more" in page


def test_a_principal_sees_how_the_school_stands(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    above = role(school, "PRINCIPAL", "site")
    seat(school, above, who)
    lead = role(school, "SITE_LEAD", "site", above)
    form = form_with_items(district=school.district, school=school)
    lock(form)
    vacant = seat(school, lead)
    milestones(school, vacant, (-1,))

    answer = home_of(client, who, school)
    row, page = answer.context["home"].schools[0], answer.content.decode()

    assert (row.name, row.vacant, row.expected, row.submitted, row.late) == (
        "Cedar Hill ES", 2, 1, 1, 1,
    )  # fmt: skip
    assert [str(each) for each in answer.context["home"].waits.vacant] == [str(vacant)]
    assert "is vacant; it reports to you" in page
    assert answer.context["home"].dates == ()


def test_a_site_lead_does_not_see_the_neighbours(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    seat(school, role(school, "SITE_LEAD", "site"), who)
    neighbour = SchoolFactory(district=school.district, name="Garfield ES")
    milestones(neighbour, None, (3,))

    answer = home_of(client, who, school)

    assert [row.name for row in answer.context["home"].schools] == ["Cedar Hill ES"]
    assert answer.context["home"].dates == ()


@pytest.fixture
def coached(school):
    """A coach at the school, and a site coach who reports to them."""
    coach = member(AccessLevel.COACH, at=school)
    above = role(school, "COACH_LEAD", "coaching")
    seat(school, above, coach)
    other = UserFactory(first_name="Mia", last_name="Clark")
    led = seat(school, role(school, "TUTOR_COACH", "coaching", above), other)
    return coach, led, other


def test_a_coach_sees_who_is_due_and_notes_a_talk_with_three_answers(client, school, coached):
    coach, led, _ = coached
    before = home_of(client, coach, school)
    answer = client.post(
        address("talk", school),
        {
            "coached": led.pk, "focus": "Opening of sessions", "next_step": "Try the routine",
            "on": "2026-10-29", "minutes_long": 30, "next_on": "2026-11-12",
        },
    )  # fmt: skip
    after = home_of(client, coach, school)

    assert [(each.person, each.label) for each in before.context["home"].due] == [
        ("Mia Clark", "No talk yet")
    ]
    assert answer.url == address("today", school)
    entry = CoachingEntry.objects.get()
    assert (entry.coach, entry.coached, entry.focus) == (coach, led, "Opening of sessions")
    assert after.context["home"].due == []
    assert [each.step for each in after.context["home"].people] == ["Try the routine"]


def test_a_talk_that_cannot_be_noted_comes_back_with_all_that_was_typed(client, school, coached):
    coach, led, _ = coached
    client.force_login(coach)

    answer = client.post(
        address("talk", school),
        {"coached": led.pk, "focus": "Opening of sessions", "on": "2026-10-29",
         "minutes_long": 30, "next_on": "2026-10-01"},
    )  # fmt: skip

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Opening of sessions"' in page
    assert "The next talk comes after this one." in page
    assert '<details class="usual" open>' in page
    assert not CoachingEntry.objects.exists()


def test_the_person_to_talk_with_is_chosen_by_the_link_beside_the_name(client, school, coached):
    coach, led, _ = coached
    client.force_login(coach)

    page = client.get(address("talk", school), {"with": led.pk}).content.decode()

    assert f'<option value="{led.pk}" selected>Mia Clark' in page


def test_a_talk_that_is_late_comes_first_and_one_that_comes_later_is_not_due(
    client, school, coached
):
    coach = coached[0]
    for days, name in ((-3, "Ana"), (30, "Bo")):
        person = UserFactory(first_name=name, last_name="Lee")
        place = seat(school, role(school, f"ROLE_{name}", "site"), person)
        CoachingEntryFactory(
            district=school.district, coach=coach, coached=place, coached_person=person,
            on=TODAY - dt.timedelta(40), next_on=TODAY + dt.timedelta(days),
        )  # fmt: skip

    home = home_of(client, coach, school).context["home"]

    assert [(each.person, each.is_due) for each in home.people] == [
        ("Ana Lee", True), ("Mia Clark", True), ("Bo Lee", False),
    ]  # fmt: skip
    assert [wait.kind for wait in home.others] == []


def test_a_partner_sees_what_is_due_from_the_department_and_what_it_promised(client, school):
    who = member(AccessLevel.DEPARTMENT_PARTNER, at=school.district)
    department = DepartmentFactory(district=school.district, name="Human resources")
    seat(school, role(school, "DEPT_HR", "department"), who, department=department)
    needs = [
        DepartmentNeedFactory(
            district=school.district, department=department, text=text, answer=answer,
            due_on=TODAY + dt.timedelta(days),
            **({} if answer == "asked" else {"answered_by": who, "answered_at": NOON}),
        )
        for text, answer, days in (
            ("Two interview slots", "asked", 20),
            ("Checks of new tutors", "agreed", 40),
            ("A list of vacancies", "delivered", -20),
        )
    ]  # fmt: skip
    DepartmentNeedFactory(district=school.district, text="Laptops")

    answer = home_of(client, who, school)
    home, page = answer.context["home"], answer.content.decode()

    assert [wait.pk for wait in home.next] == [needs[0].pk]
    assert [(each.text, each.label) for each in home.promises] == [
        ("Checks of new tutors", "Agreed"), ("A list of vacancies", "Delivered"),
    ]  # fmt: skip
    about = reverse("dashboards:department", args=[school.district.slug, department.pk])
    assert f'You speak for <a href="{about}">Human resources</a>.' in page
    assert "Laptops" not in page


NOON = dt.datetime(2026, 10, 20, 17, tzinfo=dt.UTC)


@pytest.mark.parametrize("level", [AccessLevel.SITE_LEADER, AccessLevel.COACH])
@pytest.mark.parametrize("kind", ["site", "coach", "department"])
def test_a_home_asks_eight_queries_at_most_and_no_more_in_a_large_district(school, kind, level):
    who, access = people_of(kind, level, school)
    small = asked_by(kind, access)
    for n in range(12):
        other = SchoolFactory(district=school.district)
        for each in range(3):
            of = role(school, f"R{n}{each}", "site")
            place = seat(other, of, who if each == 0 else UserFactory())
            milestones(other, place, (-1, 5, 9))
            form_with_items(district=school.district, school=other, position=place)
            CoachingEntryFactory(
                district=school.district, coach=who, coached=place,
                coached_person=UserFactory(), on=TODAY - dt.timedelta(20), next_on=TODAY,
            )  # fmt: skip
    large = asked_by(kind, access)

    assert large <= small <= 8


def people_of(kind, level, school):
    level = AccessLevel.DEPARTMENT_PARTNER if kind == "department" else level
    who = member_near(level, school)
    department = DepartmentFactory(district=school.district)
    where = {"department": department} if kind == "department" else {}
    seat(
        school, role(school, "OWN", "department" if kind == "department" else "site"), who, **where
    )
    places = Membership.objects.filter(user=who)
    return who, Access.from_memberships(who, school.district, places)


def asked_by(kind, access):
    module = HOMES[HomeKind(kind)]
    year = SchoolYear.objects.get()
    keeping.forget()
    with CaptureQueriesContext(connection) as asked:
        module.home(access, year, TODAY)
    return questions(asked)


def test_each_number_of_the_school_leads_to_the_rows_that_it_counts(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    lead = role(school, "SITE_LEAD", "site")
    seat(school, lead, who)
    vacant = seat(school, role(school, "COACH", "site"))
    lock(form_with_items(district=school.district, school=school))
    milestones(school, vacant, (-1, -4, 5))

    page = home_of(client, who, school).content.decode()
    found = COUNTED.findall(page)

    assert len(found) >= 4
    for path, number, name in found:
        behind = client.get(unescape(path)).content.decode()
        assert f'data-{name}="{number}"' in behind, path


COUNTED = re.compile(r'<a class="counted" href="([^"]+)" data-count="(\d+)" data-by="([a-z-]+)">')
