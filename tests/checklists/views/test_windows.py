import datetime as dt

import pytest
from django.urls import reverse

from checklists.models import Checklist, Window
from roles.capabilities import AccessLevel
from tests.factories.checklists import (
    ChecklistFactory,
    TemplateFactory,
    WindowFactory,
    filled_position,
    form_with_items,
    lock,
    year_of,
)
from tests.factories.roles import SchoolFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def district(school):
    year_of(school.district)
    return school.district


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def url(name, district, **more):
    return reverse(f"checklists:{name}", kwargs={"district": district.slug, **more})


def planned(district, **changed):
    today = district.today()
    return {
        "label": "October checklist",
        "kind": "monthly",
        "opens_on": (today + dt.timedelta(1)).isoformat(),
        "closes_on": (today + dt.timedelta(9)).isoformat(),
        **changed,
    }


def test_the_start_shows_a_leader_what_is_due_first(client, school, district):
    holder = member(AccessLevel.COACH, at=school)
    form = form_with_items(3, ratings=[2], district=district, school=school, holder=holder)
    client.force_login(holder)

    page = client.get(url("index", district)).content.decode()

    assert "One checklist waits on you" in page
    assert url("fill", district, pk=form.pk) in page


def test_who_sees_no_progress_of_others_gets_the_page_without_it(client, school, district):
    ChecklistFactory(district=district, school=school)
    client.force_login(member(AccessLevel.COACH, at=school))

    page = client.get(url("index", district)).content.decode()

    assert "Nothing is due from you" in page
    assert "by leadership role" not in page


def test_two_hats_show_progress_only_where_it_may_be_seen(client, school, district):
    """Site leader at one school, coach at the next: progress of the first alone."""
    home = SchoolFactory(district=district)
    who = member(AccessLevel.SITE_LEADER, at=home)
    member(AccessLevel.COACH, at=school, user=who)
    window = WindowFactory(district=district)
    for place, title in ((home, "Seen Role"), (school, "Hidden Role")):
        form = ChecklistFactory(district=district, window=window, school=place)
        type(form.template.role).objects.filter(pk=form.template.role_id).update(title=title)
    client.force_login(who)

    page = client.get(url("index", district)).content.decode()

    assert "Seen Role" in page
    assert "Hidden Role" not in page


def test_two_hats_list_the_people_of_a_window_only_where_progress_may_be_seen(
    client, school, district
):
    home = SchoolFactory(district=district)
    who = member(AccessLevel.SITE_LEADER, at=home)
    member(AccessLevel.COACH, at=school, user=who)
    window = WindowFactory(district=district)
    seen, _ = (
        ChecklistFactory(district=district, window=window, school=place) for place in (home, school)
    )
    client.force_login(who)

    answer = client.get(url("window-detail", district, pk=window.pk))

    assert [form for form, _, _ in answer.context["rows"]] == [seen]
    assert answer.context["progress"].expected == 1


def test_an_empty_year_teaches_what_a_window_is(lead, district):
    page = lead.get(url("index", district)).content.decode()

    assert "No checklist window yet this school year" in page
    assert url("window-create", district) in page


def test_a_lead_plans_a_window(lead, district):
    response = lead.post(url("window-create", district), planned(district))

    window = Window.objects.get()
    assert response["Location"] == url("window-detail", district, pk=window.pk)
    assert window.school_year == year_of(district)


def test_a_window_planned_from_today_has_its_forms_at_once(lead, district):
    template = filled_position(district).role.checklist_templates.get()
    changed = planned(district, opens_on=district.today().isoformat(), only=[template.key])

    lead.post(url("window-create", district), changed)

    assert Checklist.objects.count() == 1


def test_a_window_asks_for_every_checklist_unless_some_are_left_out(lead, district):
    first, second = (TemplateFactory(district=district) for _ in range(2))

    answer = lead.get(url("window-create", district))
    lead.post(url("window-create", district), planned(district, only=[first.key, second.key]))
    lead.post(url("window-create", district), planned(district, label="Some", only=[second.key]))

    assert answer.context["form"]["only"].value() == [first.key, second.key]
    assert [w.only for w in Window.objects.order_by("pk")] == [[], [second.key]]


@pytest.mark.parametrize(
    ("only", "words"),
    [([], "Pick at least one checklist."), (["FC_ELSEWHERE"], "Select a valid choice")],
)
def test_checklists_that_cannot_be_asked_for_are_refused(lead, district, only, words):
    TemplateFactory(district=district)

    answer = lead.post(url("window-create", district), planned(district, only=only))

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_what_a_window_asks_for_is_kept_when_it_is_edited(lead, district):
    kept = TemplateFactory(district=district)
    TemplateFactory(district=district)
    window = WindowFactory(district=district, planned=True, only=[kept.key])

    answer = lead.get(url("window-edit", district, pk=window.pk))

    assert answer.context["form"]["only"].value() == [kept.key]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"label": ""}, "required"),
        ({"label": "Taken"}, "has a window of that name"),
        ({"closes_on": "2026-01-01", "opens_on": "2026-01-01"}, "This day is over"),
        ({"opens_on": "2051-01-01", "closes_on": "2051-01-02"}, "No school year"),
        ({"closes_on": "2052-01-02"}, "ends before this day"),
        ({"opens_on": "soon"}, "Enter a valid date"),
    ],
)
def test_a_window_that_cannot_be_is_refused_beside_its_field(lead, district, changed, words):
    WindowFactory(district=district, label="Taken")

    response = lead.post(url("window-create", district), planned(district, **changed))

    assert response.status_code == 422
    assert words in response.content.decode()


def test_the_last_day_before_the_first_is_refused(lead, district):
    tomorrow = (district.today() + dt.timedelta(1)).isoformat()
    changed = planned(district, opens_on=tomorrow, closes_on=district.today().isoformat())

    response = lead.post(url("window-create", district), changed)

    assert response.status_code == 422
    assert "The last day comes on or after the first." in response.content.decode()


def test_an_open_window_can_be_made_longer_but_not_begin_anew(lead, district):
    window = WindowFactory(district=district, opened_at="2026-10-01T00:00Z")
    later = window.closes_on + dt.timedelta(3)
    changed = planned(district, opens_on="2051-01-01", closes_on=later.isoformat())

    lead.post(url("window-edit", district, pk=window.pk), changed)

    opened_on = window.opens_on
    window.refresh_from_db()
    assert (window.opens_on, window.closes_on) == (opened_on, later)


def test_a_closed_window_is_not_edited(lead, district):
    window = WindowFactory(district=district, over=True)

    lead.post(url("window-edit", district, pk=window.pk), planned(district))

    label = window.label
    window.refresh_from_db()
    assert window.label == label


def test_closing_now_locks_what_is_not_submitted(lead, district):
    window = WindowFactory(district=district)

    page = lead.post(url("window-close", district, pk=window.pk), follow=True).content.decode()

    assert "Nothing in it can be changed" in page


def test_the_window_shows_states_and_filters_by_them(lead, district):
    window = WindowFactory(district=district)
    done = ChecklistFactory(district=district, window=window)
    waiting = ChecklistFactory(district=district, window=window)
    lock(done)

    everyone = lead.get(url("window-detail", district, pk=window.pk))
    late = lead.get(url("window-detail", district, pk=window.pk), {"state": "not_begun"})

    assert [form for form, _, _ in everyone.context["rows"]] == [done, waiting]
    assert [form for form, _, _ in late.context["rows"]] == [waiting]


@pytest.mark.parametrize("query", [{"state": "x' OR 1=1"}, {"page": "900"}, {"page": "x"}])
def test_a_mangled_address_still_shows_the_window(lead, district, query):
    window = WindowFactory(district=district)
    ChecklistFactory(district=district, window=window)

    response = lead.get(url("window-detail", district, pk=window.pk), query)

    assert len(response.context["rows"]) == 1


@pytest.mark.parametrize("level", [AccessLevel.EXECUTIVE, AccessLevel.AUDITOR])
def test_who_sees_progress_gets_no_way_to_the_ratings(client, district, level):
    form = lock(form_with_items(1, ratings=[0], district=district))
    client.force_login(member(level, at=district))

    page = client.get(url("window-detail", district, pk=form.window_id)).content.decode()

    assert "Submitted" in page
    assert url("result", district, pk=form.pk) not in page


def test_a_lead_gets_a_link_to_each_submitted_form(lead, district):
    form = lock(form_with_items(1, ratings=[2], district=district))

    page = lead.get(url("window-detail", district, pk=form.window_id)).content.decode()

    assert url("result", district, pk=form.pk) in page


@pytest.mark.parametrize("name", ["index", "window-detail"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    lead, district, name, django_assert_max_num_queries
):
    window = WindowFactory(district=district)
    kwargs = {} if name == "index" else {"pk": window.pk}
    counts = []
    lead.get(url("index", district))
    for number in (1, 3):
        for _ in range(number):
            form = ChecklistFactory(
                district=district, window=window, school=SchoolFactory(district=district)
            )
        lock(form)
        with django_assert_max_num_queries(30) as queries:
            lead.get(url(name, district, **kwargs))
        counts.append(len(queries))
    assert counts[0] == counts[1]
