"""A window's own page: lists and filters, vacancies, observers' progress, reminding by hand."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.models import Checklist
from roles.capabilities import AccessLevel
from roles.models import Letter
from tests.factories.checklists import (
    ChecklistFactory,
    TemplateFactory,
    WindowFactory,
    filled_position,
    lock,
    observed,
    year_of,
)
from tests.factories.roles import PositionFactory, SchoolFactory, UserFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def school():
    return SchoolFactory(name="Cedar Hill ES")


@pytest.fixture
def district(school):
    year_of(school.district)
    return school.district


@pytest.fixture
def window(district):
    return WindowFactory(district=district)


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def url(name, window):
    return reverse(f"checklists:{name}", args=[window.district.slug, window.pk])


def shown(client, window, **query):
    return client.get(url("window-detail", window), query)


def forms_in(answer):
    return [form for form, _, _ in answer.context["rows"]]


def numbers(answer):
    return {tab["words"]: tab["number"] for tab in answer.context["tabs"]}


def form_of(window, school, who=None):
    who = who or member(AccessLevel.COACH, at=school)
    return ChecklistFactory(district=window.district, window=window, school=school, holder=who)


def vacant_seat(district, school, template=None):
    role = filled_position(district).role if template is None else template.role
    return PositionFactory(
        district=district, role=role, school=school, seat=9, opened_on="2020-07-01"
    )


def test_tabs_count_each_state_and_the_vacant_positions(lead, window, school, district):
    lock(form_of(window, school))
    begun = form_of(window, school)
    Checklist.objects.filter(pk=begun.pk).update(started_at=timezone.now())
    form_of(window, school)
    vacant_seat(district, school)

    assert numbers(shown(lead, window))["Vacant"] == 4  # and those of the forms' own roles
    assert numbers(shown(lead, window)) | {"Vacant": 0} == {
        "All": 3,
        "Not begun": 1,
        "Begun": 1,
        "Submitted": 1,
        "Vacant": 0,
    }


def test_a_role_and_words_of_a_name_narrow_every_list(lead, window, school, district):
    here = form_of(window, school)
    there = form_of(window, SchoolFactory(district=district, name="Summit MS"))

    by_school = shown(lead, window, q="cedar")
    by_name = shown(lead, window, q=f"{there.holder.last_name} summit")
    by_role = shown(lead, window, role=str(here.position.role_id))

    assert forms_in(by_school) == [here]
    assert forms_in(by_name) == [there]
    assert forms_in(by_role) == [here]
    assert numbers(by_role)["All"] == 1
    assert f"role={here.position.role_id}" in by_role.context["tabs"][1]["address"]


def test_vacant_positions_are_listed_by_themselves_and_only_those_the_window_asks(
    lead, district, school
):
    asked, other = (TemplateFactory(district=district) for _ in range(2))
    window = WindowFactory(district=district, only=[asked.key])
    seat = vacant_seat(district, school, asked)
    vacant_seat(district, school, other)

    answer = shown(lead, window, state="vacant")

    assert list(answer.context["page"]) == [seat]
    assert "They have no form and count nowhere" in answer.content.decode()


def test_a_closed_window_lists_no_vacancies_of_today(lead, district, school):
    window = WindowFactory(district=district, over=True)
    form_of(window, school)

    assert "Vacant" not in numbers(shown(lead, window))


def test_a_planned_window_says_whom_it_will_ask(lead, district):
    template = TemplateFactory(district=district, title="Site lead checklist")
    TemplateFactory(district=district)
    window = WindowFactory(district=district, planned=True, only=[template.key])

    page = shown(lead, window).content.decode()

    assert "Site lead checklist" in page
    assert "Nobody was asked" not in page


def test_observers_are_counted_beside_and_never_named_with_results(lead, window, school):
    form, other = form_of(window, school), form_of(window, school)
    lock(observed(form, UserFactory()), score=31, band="needs_support")
    observed(other, UserFactory())

    answer = shown(lead, window)

    assert (answer.context["turnout"].observers_in, answer.context["turnout"].observers) == (1, 2)
    assert "31%" not in answer.content.decode()


def test_forms_that_were_set_aside_count_nowhere(lead, window, school):
    gone = form_of(window, school)
    second = observed(gone, UserFactory())
    Checklist.objects.update(withdrawn_at=timezone.now())
    stays = form_of(window, school)

    answer = shown(lead, window)

    assert forms_in(answer) == [stays]
    assert answer.context["turnout"].observers == 0
    assert second.pk


def test_how_long_it_took_is_told_once_three_have_submitted(lead, window, school):
    for minutes in (4, 6, 50):
        before = shown(lead, window).context["turnout"].median_minutes
        done = lock(form_of(window, school))
        began = done.submitted_at - dt.timedelta(minutes=minutes)
        Checklist.objects.filter(pk=done.pk).update(started_at=began)

    assert before is None
    assert shown(lead, window).context["turnout"].median_minutes == 6


def test_a_manager_reminds_one_person(lead, window, school):
    form, other = form_of(window, school), form_of(window, school)

    page = lead.post(url("window-remind", window), {"form": form.pk}, follow=True)

    assert [letter.to for letter in Letter.objects.all()] == [form.rater.email]
    assert f"{form.holder} is reminded" in page.content.decode()
    assert {f.pk: hears for f, _, hears in page.context["rows"]} == {
        form.pk: "today",
        other.pk: "remind",
    }


def test_reminding_everyone_first_says_how_many_that_is(lead, window, school):
    who = member(AccessLevel.COACH, at=school)
    form_of(window, school, who)
    observed(form_of(window, school), who)
    lock(form_of(window, school))
    form_of(window, school, UserFactory())

    asked = lead.post(url("window-remind", window))
    before = Letter.objects.count()
    lead.post(url("window-remind", window), {"confirm": "yes"})

    assert "Remind 2 people?" in asked.content.decode()
    assert (before, Letter.objects.count()) == (0, 2)


def test_only_those_who_are_listed_are_reminded(lead, window, school, district):
    here = form_of(window, school)
    form_of(window, SchoolFactory(district=district, name="Summit MS"))
    wanted = {"q": "Cedar", "state": "not_begun"}

    asked = lead.post(url("window-remind", window), wanted)
    back = lead.post(url("window-remind", window), {**wanted, "confirm": "yes"})

    assert "Remind 1 person?" in asked.content.decode()
    assert [letter.to for letter in Letter.objects.all()] == [here.rater.email]
    assert back["Location"].endswith("?q=Cedar&state=not_begun#forms")


def test_who_cannot_sign_in_is_marked_and_gets_no_letter(lead, window, school):
    form = form_of(window, school, UserFactory())

    answer = lead.post(url("window-remind", window), {"form": form.pk}, follow=True)

    assert "Cannot sign in here" in answer.content.decode()
    assert not Letter.objects.exists()


@pytest.mark.parametrize("form", ["x", "", "99999999999999999999", "-1"])
def test_a_mangled_reminder_reminds_nobody(lead, window, school, form):
    form_of(window, school)

    answer = lead.post(url("window-remind", window), {"form": form}, follow=True)

    assert answer.status_code == 200
    assert not Letter.objects.exists()


def test_a_closed_window_reminds_nobody(lead, district, school):
    window = WindowFactory(district=district, over=True)
    form = form_of(window, school)

    page = lead.post(url("window-remind", window), {"form": form.pk}, follow=True)

    assert "is not open" in page.content.decode()
    assert not Letter.objects.exists()


def test_a_site_leader_sees_the_own_school_and_no_button(client, window, school, district):
    own = form_of(window, school)
    form_of(window, SchoolFactory(district=district))
    observed(own, UserFactory())
    client.force_login(member(AccessLevel.SITE_LEADER, at=school))

    answer = shown(client, window)

    assert forms_in(answer) == [own]
    assert answer.context["turnout"].observers == 1
    assert url("window-remind", window) not in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"state": "vacant"}, {"q": "school"}, {"state": "not_begun"}]
)
def test_the_page_costs_the_same_queries_for_ten_times_the_forms(
    lead, district, school, query, django_assert_max_num_queries
):
    counts = []
    shown(lead, WindowFactory(district=district))
    for number in (2, 20):
        window = WindowFactory(district=district)
        for _ in range(number):
            observed(form_of(window, SchoolFactory(district=district)), UserFactory())
        with django_assert_max_num_queries(30) as queries:
            shown(lead, window, **query)
        counts.append(len(queries))

    assert counts[0] == counts[1]
