"""The errands of a site lead, a principal, a coach and a department partner, from their homes."""

import datetime as dt

import pytest
from django.urls import reverse

from roadmap.models import CoachingEntry
from roles.capabilities import AccessLevel
from roles.models import SchoolYear
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
)

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
    assert "You speak for Human resources." in page
    assert "Laptops" not in page


NOON = dt.datetime(2026, 10, 20, 17, tzinfo=dt.UTC)
