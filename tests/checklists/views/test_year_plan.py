"""Planning the year: what is proposed, what can be changed, and what is refused."""

import datetime as dt

import pytest
from django.urls import reverse

from checklists.models import Checklist, Window
from checklists.services import year_plan
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.checklists import TemplateFactory, WindowFactory, filled_position
from tests.factories.roles import (
    ClosureFactory,
    DistrictFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def year(district):
    return SchoolYearFactory(district=district)


@pytest.fixture
def lead(client, district, year):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def url(district, name="year-plan"):
    return reverse(f"checklists:{name}", kwargs={"district": district.slug})


def shown(client, district, **query):
    return client.get(url(district), query)


def labels(answer):
    return [form["label"].value() for form, _, _ in answer.context["lines"]]


def typed(answer, *changes):
    """What a browser sends back of the rows, with `changes` to the first of them."""
    rows = answer.context["rows"]
    data = {f"window-{name}": rows.management_form[name].value() for name in ("TOTAL_FORMS",)}
    data["window-INITIAL_FORMS"] = data["window-TOTAL_FORMS"]
    for number, form in enumerate(rows):
        fields = {name: form[name].value() for name in form.fields}
        fields |= changes[number] if number < len(changes) else {}
        for name, value in fields.items():
            said = "on" if value is True else value
            if said not in (False, None):
                data[f"window-{number}-{name}"] = str(said)
    return data


def test_the_page_first_asks_how_often(lead, district):
    answer = shown(lead, district)

    assert answer.status_code == 200
    assert "rows" not in answer.context
    assert "Three times a year: fall, winter and spring" in answer.content.decode()


def test_the_rest_of_the_year_is_proposed_with_its_school_days_and_checklists(lead, district, year):
    ClosureFactory(district=district, school_year=year)
    TemplateFactory(district=district, key="M", title="Monthly one", self_frequency="monthly")
    TemplateFactory(district=district, key="Q", title="Rare one", self_frequency="quarterly")

    answer = shown(lead, district, rhythm="monthly")

    lines = answer.context["lines"]
    assert labels(answer)[:3] == [
        "November checklist",
        "December checklist",
        "January checklist",
    ]
    assert [count for _, _, count in lines[:2]] == [10, 10]
    assert (lines[0][0].asks, lines[0][0].leaves_out) == (["Monthly one"], ["Rare one"])
    assert lines[2][0].asks == []


def test_all_ticked_windows_are_planned_in_one_go(lead, district, year):
    TemplateFactory(district=district, key="M", self_frequency="monthly")
    TemplateFactory(district=district, key="Q", self_frequency="quarterly")
    preview = shown(lead, district, rhythm="monthly")

    answer = lead.post(
        url(district) + "?rhythm=monthly", typed(preview, {"label": "Before break"}), follow=True
    )

    windows = list(Window.objects.order_by("opens_on"))
    assert len(windows) == len(labels(preview))
    assert windows[0].label == "Before break"
    assert (windows[0].only, windows[2].only) == (["M"], [])
    assert {window.school_year for window in windows} == {year}
    assert "windows are planned" in answer.content.decode()
    event = AuditEvent.objects.get(verb="checklist_window.year_planned")
    assert event.detail == {"windows": len(windows), "year": "2026-27"}


def test_what_is_unticked_is_not_planned_and_may_say_anything(lead, district):
    preview = shown(lead, district, rhythm="seasons")

    lead.post(url(district), typed(preview, {"plan": False, "label": "", "opens_on": "nonsense"}))

    assert Window.objects.count() == len(labels(preview)) - 1


def test_a_window_that_holds_today_opens_at_once(lead, district):
    filled_position(district)
    preview = shown(lead, district, rhythm="seasons")

    lead.post(url(district), typed(preview))

    assert Checklist.objects.count() == 1
    assert preview.context["lines"][0][1][0] == TODAY


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": ""}, "Give it a name."),
        ({"label": "winter checklist"}, "has a window of that name"),
        ({"label": "taken"}, "has a window of that name"),
        ({"opens_on": "soon"}, "Enter a valid date"),
        ({"opens_on": ""}, "Pick its first day."),
        ({"opens_on": "2030-01-01"}, "not in the school year"),
        ({"closes_on": "2027-07-01"}, "ends before this day"),
        ({"opens_on": "2026-10-01", "closes_on": "2026-10-02"}, "This day is over"),
        ({"closes_on": "2026-10-28"}, "on or after the first"),
        ({"closes_on": "2027-01-20"}, "People would get two forms"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    lead, district, year, change, words
):
    WindowFactory(
        district=district,
        school_year=year,
        label="Taken",
        opens_on="2027-05-20",
        closes_on="2027-05-21",
    )
    preview = shown(lead, district, rhythm="seasons")
    data = typed(preview, change, {}, {"label": "My own spring"})

    answer = lead.post(url(district) + "?rhythm=seasons", data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "My own spring" in page
    assert Window.objects.count() == 1
    field = next(iter(change))
    assert any(field in form.errors or form.errors for form, _, _ in answer.context["lines"])


def test_nothing_ticked_plans_nothing(lead, district):
    preview = shown(lead, district, rhythm="seasons")

    answer = lead.post(url(district), typed(preview, *[{"plan": False}] * 9))

    assert answer.status_code == 422
    assert "Tick at least one window." in answer.content.decode()


def test_sending_the_same_preview_twice_plans_once(lead, district):
    data = typed(shown(lead, district, rhythm="seasons"))

    first, second = (lead.post(url(district), data).status_code for _ in range(2))

    assert (first, second) == (302, 422)
    assert Window.objects.count() == int(data["window-TOTAL_FORMS"])


def test_names_taken_at_the_same_moment_are_refused_and_none_is_planned(district, year):
    by = Reach(UserFactory(), district, Capability.CHECKLIST_MANAGE, EVERYWHERE)
    WindowFactory(district=district, school_year=year, label="March checklist")
    rows = [
        Window(school_year=year, label=label, opens_on=day, closes_on=day)
        for label, day in (("Fresh", "2027-02-01"), ("March checklist", "2027-03-01"))
    ]

    with pytest.raises(Refused, match="just now"):
        year_plan.plan_windows(rows, by=by)

    assert Window.objects.count() == 1


def test_school_days_are_counted_again_without_planning(lead, district):
    preview = shown(lead, district, rhythm="seasons")
    data = typed(preview, {"closes_on": "2026-11-03"}) | {"count": "1"}

    answer = lead.post(url(district), data)

    assert answer.status_code == 200
    assert answer.context["lines"][0][2] == 4
    assert not Window.objects.exists()


def test_days_that_are_planned_already_are_named_and_left_out(lead, district, year):
    WindowFactory(
        district=district, school_year=year, opens_on="2027-01-12", closes_on="2027-01-12"
    )

    answer = shown(lead, district, rhythm="seasons")

    assert labels(answer) == ["Fall checklist", "Spring checklist"]
    assert "Winter checklist (Jan 11 to Jan 29)" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "Say when the team meets first."),
        ({"first_meeting": "2031-01-01"}, "not in the school year"),
        ({"first_meeting": "2026-11-03", "every_weeks": "0"}, "greater than or equal to 1"),
        ({"first_meeting": "2026-11-03", "every_nth": ""}, "with which meetings"),
    ],
)
def test_a_meeting_rhythm_says_what_it_lacks(lead, district, query, words):
    whole = {"rhythm": "meetings", "every_weeks": "2", "every_nth": "3", **query}

    answer = shown(lead, district, **whole)

    assert words in answer.content.decode()
    assert "rows" not in answer.context


def test_windows_come_with_every_third_meeting(lead, district):
    answer = shown(
        lead,
        district,
        rhythm="meetings",
        first_meeting="2026-11-03",
        every_weeks="2",
        every_nth="3",
    )

    assert labels(answer)[0] == "Checklist for December 1 meeting"
    assert answer.context["lines"][0][1][1] == dt.date(2026, 12, 1)


def test_what_the_other_rhythms_do_not_need_is_not_asked(lead, district):
    answer = shown(lead, district, rhythm="seasons", first_meeting="nonsense")

    assert "rows" in answer.context


@pytest.mark.parametrize("rhythm", ["weekly", "", "x' OR 1=1"])
def test_a_rhythm_that_is_none_is_refused(lead, district, rhythm):
    answer = shown(lead, district, rhythm=rhythm)

    assert "rows" not in answer.context
    assert answer.context["rhythm"].errors


def test_mangled_rows_are_refused_not_a_crash(lead, district):
    for data in ({}, {"window-TOTAL_FORMS": "x"}, {"window-TOTAL_FORMS": "-4"}):
        assert lead.post(url(district), data).status_code == 422


def test_checklists_that_the_district_does_not_have_are_not_kept(lead, district):
    TemplateFactory(district=district, key="M")
    TemplateFactory(district=district, key="N")
    preview = shown(lead, district, rhythm="seasons")

    lead.post(url(district), typed(preview, {"only": "M,OTHER"}))

    assert Window.objects.order_by("opens_on").first().only == ["M"]


def test_without_a_year_to_plan_the_page_says_so(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    assert "No school year to plan" in shown(client, district).content.decode()


def test_the_preview_costs_the_same_queries_whatever_is_planned(
    lead, district, year, django_assert_max_num_queries
):
    counts = []
    shown(lead, district, rhythm="monthly")
    for number in (2, 20):
        for _ in range(number):
            WindowFactory(district=district, school_year=year, opens_on=TODAY, closes_on=TODAY)
            TemplateFactory(district=district)
        with django_assert_max_num_queries(25) as queries:
            shown(lead, district, rhythm="monthly")
        counts.append(len(queries))

    assert counts[0] == counts[1]
