"""From the library or a template to a roadmap: which, from when, every line before it stands."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roadmap.models import Anchor, DateChange, Milestone, Precedence, RoadmapTemplate, TemplateLine
from roadmap.precedence import way
from roadmap.services import adoption
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, SchoolYear
from roles.services.refusal import Refused
from tests.factories.roles import (
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
CORE_FROM_THE_FIRST_DAY = {"set": "core", "approach": "build_own", "start": "first"}


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def seat(year):
    role = RoleFactory(district=year.district, key="PROJECT_MANAGER")
    return PositionFactory(district=year.district, role=role)


@pytest.fixture
def by(year):
    return Reach(UserFactory(), year.district, Capability.ROADMAP_MANAGE, EVERYWHERE)


@pytest.fixture
def lead(client, year):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))


def address(year, asked=None):
    path = reverse("roadmap:adopt", kwargs={"district": year.district.slug})
    return path + ("?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else "")


def as_shown(page):
    """What the third step would send if nothing on it was touched."""
    form, data = page.context["form"], {}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            data[field.html_name] = "on" if value is True else str(value)
    return data


def test_three_steps_show_every_date_and_owner_and_then_write_them(client, lead, year, seat):
    first, second = client.get(address(year)), client.get(address(year, {"set": "core",
                                                          "approach": "build_own"}))  # fmt: skip
    third = client.get(address(year, CORE_FROM_THE_FIRST_DAY))

    assert [page.context["step"] for page in (first, second, third)] == [1, 2, 3]
    assert not Milestone.objects.exists()
    assert not Anchor.objects.exists()
    data = as_shown(third)
    took = client.post(address(year, CORE_FROM_THE_FIRST_DAY), data, follow=True)

    assert took.redirect_chain
    m35 = Milestone.objects.get(key="M35")
    assert (m35.owner, m35.due_on) == (seat, dt.date.fromisoformat(data["due-M35"]))
    assert not m35.hand_dated
    assert AuditEvent.objects.get(verb="roadmap.library_adopted").detail["milestones"] == len(
        [name for name in data if name.startswith("take-")]
    )


def test_what_has_passed_is_left_out_unless_ticked(client, lead, year):
    page = client.get(address(year, CORE_FROM_THE_FIRST_DAY))
    data = as_shown(page)

    client.post(address(year, CORE_FROM_THE_FIRST_DAY), data | {"take-M01": "on"})

    today = year.district.today()
    passed = Milestone.objects.filter(due_on__lt=today)
    assert page.context["form"].past > 0
    assert [milestone.key for milestone in passed] == ["M01"]


def test_a_line_left_out_an_owner_and_a_date_changed_are_what_comes(client, lead, year, seat):
    data = as_shown(client.get(address(year, CORE_FROM_THE_FIRST_DAY)))
    del data["take-M40"]
    data |= {"owner-M43": str(seat.pk), "due-M43": "2027-05-03", "owner-M35": ""}

    client.post(address(year, CORE_FROM_THE_FIRST_DAY), data)

    m43 = Milestone.objects.get(key="M43")
    assert (m43.owner, m43.due_on, m43.hand_dated) == (seat, dt.date(2027, 5, 3), True)
    assert m43.anchor is not None
    assert Milestone.objects.get(key="M35").owner is None
    assert not Milestone.objects.filter(key="M40").exists()
    assert not DateChange.objects.exists()


def test_a_step_that_fails_keeps_all_that_was_typed_and_writes_nothing(client, lead, year, seat):
    data = as_shown(client.get(address(year, CORE_FROM_THE_FIRST_DAY)))
    data |= {"due-M43": "0027-05-03", "due-M40": "", "owner-M48": str(seat.pk)}

    page = client.post(address(year, CORE_FROM_THE_FIRST_DAY), data)

    form = page.context["form"]
    assert page.status_code == REFUSED
    assert set(form.errors) == {"due-M43", "due-M40"}
    assert form["owner-M48"].value() == str(seat.pk)
    assert not Milestone.objects.exists()


def test_nothing_ticked_is_asked_again(client, lead, year):
    page = client.post(address(year, CORE_FROM_THE_FIRST_DAY), {"due-M43": "2027-05-03"})

    assert page.status_code == REFUSED
    assert "Choose at least one" in page.content.decode()


def test_another_start_is_an_anchor_of_the_districts_own(client, lead, year):
    asked = CORE_FROM_THE_FIRST_DAY | {"start": "other", "start_on": "2027-01-11"}
    no_day = client.get(address(year, asked | {"start_on": ""}))
    page = client.get(address(year, asked))

    client.post(address(year, asked), as_shown(page))

    assert no_day.context["step"] == 2
    anchor = Anchor.objects.get()
    assert (anchor.kind, anchor.label, anchor.on) == ("own", "Program start", dt.date(2027, 1, 11))
    m34 = Milestone.objects.get(key="M34")
    assert (m34.anchor, m34.due_on) == (anchor, dt.date(2027, 3, 8))


def test_a_second_start_of_one_year_has_a_name_of_its_own(year, by):
    adoption.adopt_library(year, by=by, core_only=True, anchor=dt.date(2027, 1, 11))
    adoption.adopt_library(year, by=by, anchor=dt.date(2027, 2, 1))

    labels = Anchor.objects.order_by("on").values_list("label", flat=True)
    assert list(labels) == ["Program start", "Program start, February 1"]


def test_taking_over_twice_adds_only_what_is_not_there(client, lead, year, by):
    adoption.adopt_library(year, by=by, core_only=True)
    Milestone.objects.filter(key="M43").update(title="Our own words")

    page = client.get(address(year, CORE_FROM_THE_FIRST_DAY | {"set": "all"}))
    nothing = client.get(
        address(year, CORE_FROM_THE_FIRST_DAY | {"approach": year.district.approach})
    )
    client.post(address(year, CORE_FROM_THE_FIRST_DAY | {"set": "all"}), as_shown(page))

    assert page.context["there"] > 0
    assert "Everything is there already" in nothing.content.decode()
    assert Milestone.objects.get(key="M43").title == "Our own words"


def test_a_districts_template_is_taken_over_with_its_order(client, lead, year, seat):
    template = RoadmapTemplate.objects.create(
        district=year.district, name="Our year", made_by=UserFactory()
    )
    for key, due, after, kind in (("A", 12, [], "first_student_day"), ("B", 14, ["A"], "own")):
        TemplateLine.objects.create(
            district=year.district, template=template, key=key, phase_key="OWN",
            phase_title="Our own phase", title=f"Step {key}", owner_role=seat.role,
            anchor_kind=kind, anchor_label="Board vote" if kind == "own" else "", unit="weeks",
            start_offset=due - 2, due_offset=due, after=after,
        )  # fmt: skip
    asked = CORE_FROM_THE_FIRST_DAY | {"set": f"t{template.pk}"}
    page = client.get(address(year, asked))
    assert "no day called Board vote" in page.content.decode()
    data = as_shown(page) | {"take-B": "on", "due-B": "2026-12-10"}

    client.post(address(year, asked), data)

    pair = Precedence.objects.get()
    assert (pair.before.key, pair.milestone.key) == ("A", "B")
    assert (pair.milestone.anchor, pair.milestone.due_on) == (None, dt.date(2026, 12, 10))
    assert pair.before.phase.title == "Our own phase"
    assert pair.before.owner == seat
    assert AuditEvent.objects.get(verb="roadmap.template_adopted").detail["template"] == "Our year"


def pairs(year):
    found = Precedence.objects.filter(milestone__school_year=year)
    return set(found.values_list("before__key", "milestone__key"))


def test_what_is_best_done_first_comes_along_where_both_are_chosen(client, lead, year, by):
    page = client.get(address(year, CORE_FROM_THE_FIRST_DAY))
    assert "Best done first: M01, M02." in page.content.decode()
    data = as_shown(page)
    data |= {"take-M01": "on", "take-M03": "on", "take-M04": "on", "take-M18": "on"}
    data.pop("take-M02", None)
    client.post(address(year, CORE_FROM_THE_FIRST_DAY), data)

    assert {("M01", "M03"), ("M01", "M04"), ("M04", "M18")} <= pairs(year)
    assert not {key for pair in pairs(year) for key in pair} & {"M02", "M17"}

    adoption.adopt_library(year, by=by)  # the rest: what was there already waits for it, too

    assert {("M02", "M03"), ("M05", "M10")} <= pairs(year)


def test_an_order_of_the_districts_own_is_not_turned_into_a_circle(year, by):
    lines = [line for line in adoption.content()["milestones"] if line["id"] in ("M01", "M03")]
    adoption.adopt(year, lines, chosen(year, lines), by=by)
    Precedence.objects.all().delete()
    first, then = Milestone.objects.get(key="M01"), Milestone.objects.get(key="M03")
    Precedence.objects.create(district=year.district, before=then, milestone=first)
    between = [{**lines[0], "id": "X", "after": ["M01"]}, {**lines[1], "after": ["X"]}]

    adoption.adopt(year, between, chosen(year, between), by=by)

    assert pairs(year) == {("M03", "M01"), ("M01", "X")}


def chosen(year, lines):
    return {o.key: adoption.Choice(None, o.due_on) for o in adoption.offers(year, lines)}


def test_the_librarys_order_has_no_circle_and_runs_with_the_calendar():
    lines = {line["id"]: line for line in adoption.content()["milestones"]}
    order = [(first, key) for key, line in lines.items() for first in line.get("after", ())]

    assert 20 <= len(order) == len(set(order)) <= 35
    for first, key in order:
        assert lines[first]["due"] <= lines[key]["due"], (first, key)
        assert lines[first]["start"] <= lines[key]["due"], (first, key)
        assert not way(order, key, first), (first, key)


def test_another_districts_template_is_not_offered(client, lead, year):
    other = RoadmapTemplate.objects.create(
        district=SchoolFactory().district, name="Theirs", made_by=UserFactory()
    )

    page = client.get(address(year, CORE_FROM_THE_FIRST_DAY | {"set": f"t{other.pk}"}))

    assert page.context["step"] == 1


def test_an_archived_year_takes_nothing(client, lead, year, by):
    SchoolYear.objects.update(archived_at=timezone.now())
    year.refresh_from_db()

    assert client.get(address(year)).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(Refused, match="archived"):
        adoption.adopt_library(year, by=by)


def test_the_last_step_costs_the_same_queries_however_many_positions(client, lead, year, seat):
    client.get(address(year))  # what is read once for each process
    costs = []
    for _ in range(2):
        for _ in range(4):
            PositionFactory(district=year.district)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(year, CORE_FROM_THE_FIRST_DAY))
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_what_the_address_remembers_has_no_token_in_it(client, lead, year):
    first = client.get(address(year)).content.decode()
    second = client.get(address(year, {"set": "core", "approach": "build_own"})).content.decode()

    for page in (first, second):
        form = page[page.index('method="get" novalidate') :].partition("</form>")[0]
        assert "csrfmiddlewaretoken" not in form
