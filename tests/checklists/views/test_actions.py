"""The pages about actions, as each reader finds them."""

import datetime as dt

import pytest
from django.urls import reverse

from checklists.models import RaterKind
from roles.capabilities import AccessLevel
from tests.factories.checklists import ActionFactory, ChecklistFactory, form_with_items, lock
from tests.factories.roles import RoleFactory, SchoolFactory, SchoolYearFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = SchoolFactory(name="Lincoln ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def owner(school):
    return member(AccessLevel.SITE_LEADER, at=school)


def address(name, school, **kwargs):
    return reverse(f"checklists:{name}", kwargs={"district": school.district.slug, **kwargs})


def shown(client, who, school, query=""):
    client.force_login(who)
    response = client.get(address("actions", school) + query)
    assert response.status_code == 200
    return response


def action_at(school, days=14, **fields):
    due_on = school.district.today() + dt.timedelta(days)
    return ActionFactory(district=school.district, school=school, due_on=due_on, **fields)


def agreed_form(school, owner):
    form = form_with_items(1, ratings=[2], district=school.district, school=school, holder=owner)
    lock(form)
    agreed = ChecklistFactory(
        district=school.district,
        window=form.window,
        template=form.template,
        position=form.position,
        school=school,
        holder=owner,
        rater=member(AccessLevel.SITE_LEADER, at=school),
        rater_kind=RaterKind.AGREED,
    )
    return lock(agreed)


def texts(rows):
    return [row.action.text for row in rows]


def test_own_actions_come_first_the_next_due_on_top_in_words(client, school, owner):
    action_at(school, 20, owner=owner, text="Later")
    action_at(school, -9, owner=owner, text="Late one")
    action_at(school, 1, owner=owner, text="Soon")

    response = shown(client, owner, school)

    assert texts(response.context["mine"]) == ["Late one", "Soon", "Later"]
    page = response.content.decode()
    assert "9 days late" in page
    assert "Due tomorrow" in page
    assert "Due in 20 days" in page


def test_a_colleague_at_the_school_reads_nothing_of_them(client, school, owner):
    action = action_at(school, owner=owner, text="Set the cover list.")
    colleague = member(AccessLevel.SITE_LEADER, at=school)

    assert "cover list" not in shown(client, colleague, school).content.decode()
    assert client.get(address("action", school, pk=action.pk)).status_code == 404


def test_people_who_read_the_agreed_rating_read_its_actions(client, school, owner):
    agreed = agreed_form(school, owner)
    action_at(school, checklist=agreed, window=agreed.window, text="Set the cover list.")

    response = shown(client, owner, school)  # the holder, who owns none of them

    assert texts(response.context["others"]) == ["Set the cover list."]
    compared = address("compare", school, pk=agreed.pk)
    assert f'class="chip-src" href="{compared}"' in response.content.decode()


def test_an_owner_who_may_not_read_the_rating_gets_no_link_to_it(client, school, owner):
    agreed = agreed_form(school, owner)
    other = member(AccessLevel.SITE_LEADER, at=school)
    action_at(school, checklist=agreed, window=agreed.window, owner=other)

    page = shown(client, other, school).content.decode()

    assert f"from {agreed.window.label}" in page
    assert address("compare", school, pk=agreed.pk) not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["Late", "Open"]), ("?show=overdue", ["Late"]), ("?show=done", ["Dropped", "Done"])],
)
def test_the_list_can_be_narrowed_to_open_overdue_and_done(client, school, owner, query, expected):
    action_at(school, 5, owner=owner, text="Open")
    action_at(school, -5, owner=owner, text="Late")
    now = dt.datetime.now(dt.UTC)
    action_at(school, 1, owner=owner, text="Done", done_at=now, outcome="It hangs.")
    action_at(school, 2, owner=owner, text="Dropped", dropped_at=now, outcome="Room is gone.")

    assert texts(shown(client, owner, school, query).context["mine"]) == expected


def test_a_manager_narrows_the_list_to_a_school(client, school, owner):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    other = SchoolFactory(district=school.district)
    for place in (school, other):
        agreed = agreed_form(place, owner)
        action_at(place, checklist=agreed, window=agreed.window, text=f"At {place.name}")

    everything = shown(client, lead, school)
    narrowed = shown(client, lead, school, f"?school={other.pk}")

    assert len(everything.context["others"]) == 2
    assert texts(narrowed.context["others"]) == [f"At {other.name}"]
    assert narrowed.context["counts"].open == 1


def test_a_school_of_someone_elses_is_not_offered(client, school, owner):
    assert "All schools" not in shown(client, owner, school).content.decode()


def test_a_manager_reads_the_actions_for_a_role(client, school):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    role = RoleFactory(district=school.district, title="Site Tutoring Lead")
    ActionFactory(district=school.district, role=role, text="Show a cover plan.")

    page = shown(client, lead, school).content.decode()

    assert "Show a cover plan." in page
    assert "Site Tutoring Lead" in page


def test_done_with_what_came_of_it(client, school, owner):
    action = action_at(school, owner=owner)
    client.force_login(owner)

    response = client.post(
        address("action-finish", school, pk=action.pk), {"outcome": "It hangs."}, follow=True
    )

    action.refresh_from_db()
    assert action.outcome == "It hangs."
    assert "No more letters" in response.content.decode()
    assert "It hangs." in shown(client, owner, school, "?show=done").content.decode()


def test_a_drop_without_a_reason_comes_back_with_the_sentence(client, school, owner):
    action = action_at(school, owner=owner)
    client.force_login(owner)

    response = client.post(address("action-drop", school, pk=action.pk), {"reason": ""})

    assert response.status_code == 422
    action.refresh_from_db()
    assert action.is_open
    assert "<details open>" in response.content.decode().replace(' class="mt"', "")


def test_a_moved_date_shows_with_its_reason(client, school, owner):
    action = action_at(school, 5, owner=owner)
    client.force_login(owner)
    day = (school.district.today() + dt.timedelta(12)).isoformat()

    response = client.post(
        address("action-move", school, pk=action.pk),
        {"day": day, "reason": "The office was shut."},
        follow=True,
    )

    assert "The office was shut." in response.content.decode()
    assert "Due in 12 days" in response.content.decode()


@pytest.mark.parametrize(("days", "why"), [(-1, "today or later"), (400, "12 months")])
def test_a_day_that_will_not_do_is_refused_on_the_page(client, school, owner, days, why):
    action = action_at(school, owner=owner)
    client.force_login(owner)
    day = (school.district.today() + dt.timedelta(days)).isoformat()

    response = client.post(
        address("action-move", school, pk=action.pk), {"day": day, "reason": "Because."}
    )

    assert response.status_code == 422
    assert why in response.content.decode()


@pytest.mark.usefixtures("school_day")
def test_its_page_says_when_its_owner_is_mailed_and_stops_when_it_ends(client):
    school = SchoolFactory()
    owner = member(AccessLevel.SITE_LEADER, at=school)
    action = action_at(school, owner=owner)  # due on November 12
    client.force_login(owner)
    where = address("action", school, pk=action.pk)

    said = "You will be mailed on Nov 5, Nov 12, Nov 16 and Nov 19 if it is not done."
    assert said in client.get(where).content.decode()
    client.post(address("action-drop", school, pk=action.pk), {"reason": "Not needed"})
    assert "Who will be mailed" not in client.get(where).content.decode()


def test_a_reader_who_may_not_change_it_gets_no_buttons_and_is_refused(client, school, owner):
    agreed = agreed_form(school, owner)
    action = action_at(school, checklist=agreed, window=agreed.window)
    client.force_login(owner)

    page = client.get(address("action", school, pk=action.pk)).content.decode()
    response = client.post(address("action-finish", school, pk=action.pk), {"outcome": ""})

    assert "Mark done" not in page
    assert response.status_code == 422
    action.refresh_from_db()
    assert action.is_open


def test_the_list_costs_the_same_for_many_actions(
    client, school, owner, django_assert_max_num_queries
):
    agreed = agreed_form(school, owner)
    for _ in range(20):
        action_at(school, checklist=agreed, window=agreed.window)
        action_at(school, owner=owner)
    client.force_login(owner)

    with django_assert_max_num_queries(24):
        client.get(address("actions", school))
