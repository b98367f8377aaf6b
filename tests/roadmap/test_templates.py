"""Templates of a district's own: saved, named, put away, laid on another year."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from roadmap.models import Milestone, Precedence, RoadmapTemplate
from roadmap.services import adoption, templates
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_templates import RoadmapTemplateFactory, TemplateLineFactory
from tests.factories.roles import (
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def year(district):
    return SchoolYearFactory(district=district)


@pytest.fixture
def next_year(district):
    return SchoolYearFactory(
        district=district,
        label="2027-28",
        starts_on=dt.date(2027, 7, 1),
        ends_on=dt.date(2028, 6, 30),
        first_student_day=dt.date(2027, 8, 16),
        last_student_day=dt.date(2028, 5, 26),
    )


@pytest.fixture
def by(district):
    return reach(district, member(AccessLevel.DISTRICT_LEAD, at=district))


@pytest.fixture
def client(client, by):
    client.force_login(by.user)
    return client


def counted(year, due, **fields):
    """A milestone that counts from the first student day."""
    anchor, _ = year.anchors.get_or_create(kind="first_student_day", district=year.district)
    phase = year.phases.first() or PhaseFactory(
        district=year.district, school_year=year, key="P3", title="Readiness"
    )
    return MilestoneFactory(
        district=year.district,
        phase=phase,
        anchor=anchor,
        start_offset=due - 2,
        due_offset=due,
        due_on=year.first_student_day + dt.timedelta(weeks=due),
        **fields,
    )


def at(district, name, **which):
    return reverse(f"roadmap:{name}", kwargs={"district": district.slug, **which})


def test_a_saved_roadmap_holds_steps_and_no_dates_people_or_states(year, by):
    role = RoleFactory(district=year.district)
    before = counted(year, -3, key="M07", title="Manager in place", usual_owner=role)
    after = counted(
        year, 2, title="Kickoff", proof_hint="Notes", supports=["6b.2"], state="in_progress"
    )
    Precedence.objects.create(district=year.district, before=before, milestone=after)

    made = templates.save(year, name="First year", chosen={before.pk, after.pk}, by=by)

    first, second = made.lines.all()
    assert (first.key, first.owner_role, first.start_offset, first.due_offset) == (
        "M07", role, -5, -3,
    )  # fmt: skip
    assert (second.key, second.after) == (templates.own_key(made, 2), ["M07"])
    assert (second.proof_hint, second.supports) == ("Notes", ["6b.2"])
    assert AuditEvent.objects.get().verb == "roadmap.template_saved"


def test_a_fixed_date_becomes_whole_weeks_from_the_first_student_day(year, by):
    phase = PhaseFactory(district=year.district, school_year=year)
    fixed = MilestoneFactory(
        district=year.district, phase=phase, due_on=year.first_student_day + dt.timedelta(days=24)
    )

    (line,) = templates.save(year, name="Plan", chosen={fixed.pk}, by=by).lines.all()

    assert (line.anchor_kind, line.unit, line.due_offset) == ("first_student_day", "weeks", 3)


def test_what_one_school_alone_does_is_left_out(year, by):
    school = SchoolFactory(district=year.district)
    here = counted(year, 1, school=school)

    with pytest.raises(Refused):
        templates.save(year, name="Plan", chosen={here.pk}, by=by)

    assert not RoadmapTemplate.objects.exists()


def laid(template, year, by):
    """The template taken over into a year as the wizard does it, every line as offered."""
    lines = templates.lines(template)
    choices = {
        offer.key: adoption.Choice(offer.owner, offer.due_on)
        for offer in adoption.offers(year, lines)
        if offer.due_on
    }
    return adoption.adopt(year, lines, choices, source=template.name, by=by)


def test_a_template_is_laid_on_a_year_with_its_own_dates_and_owners(year, next_year, by):
    role = RoleFactory(district=year.district)
    seat = PositionFactory(district=year.district, role=role)
    saved = counted(year, -3, title="Manager in place", usual_owner=role)
    other = counted(year, 4, title="Launch check")
    Precedence.objects.create(district=year.district, before=saved, milestone=other)
    made = templates.save(year, name="Plan", chosen={saved.pk, other.pk}, by=by)

    came, again = laid(made, next_year, by), laid(made, next_year, by)

    found = {m.title: m for m in Milestone.objects.filter(school_year=next_year)}
    assert (came, again) == (2, 0)
    assert found["Manager in place"].due_on == dt.date(2027, 7, 26)
    assert found["Manager in place"].owner == seat
    assert found["Launch check"].phase.title == "Readiness"
    assert found["Launch check"].precedences.get().before == found["Manager in place"]


def test_a_line_may_count_from_the_last_student_day(next_year, by):
    line = TemplateLineFactory(
        district=next_year.district, anchor_kind="last_student_day", unit="school_days"
    )

    assert laid(line.template, next_year, by) == 1
    assert Milestone.objects.get().due_on == dt.date(2028, 5, 25)


def test_lines_for_another_way_of_getting_tutoring_are_not_offered(next_year):
    line = TemplateLineFactory(district=next_year.district, approaches=["build_own"])

    assert templates.lines(line.template) == []


def test_lines_come_in_the_shape_of_the_library(year, by):
    role = RoleFactory(district=year.district, key="PROJECT_MANAGER")
    line = TemplateLineFactory(district=year.district, key="M07", owner_role=role, title="In place")

    (told,) = templates.lines(line.template)

    asked = {
        key: told[key] for key in ("id", "phase", "title", "start", "due", "owner", "approach")
    }
    assert asked == {
        "id": "M07", "phase": "P3", "title": "In place", "start": -4, "due": -1,
        "owner": "PROJECT_MANAGER", "approach": ["all"],
    }  # fmt: skip


def test_two_templates_in_use_have_two_names(district, by):
    taken = RoadmapTemplateFactory(district=district, name="Plan")
    other = RoadmapTemplateFactory(district=district, name="Other")

    with pytest.raises(Refused):
        templates.rename(other, name="Plan", note="", by=by)
    templates.put_away(taken, by=by)
    other.refresh_from_db()

    assert templates.rename(other, name="Plan", note="", by=by)
    taken.refresh_from_db()
    with pytest.raises(Refused):
        templates.bring_back(taken, by=by)


def test_a_roadmap_is_saved_from_its_page(client, year):
    kept, left = counted(year, 1, title="Kept"), counted(year, 2, title="Left")
    page = at(year.district, "template-save")

    shown = client.get(page)
    without = client.post(page, {"name": "Plan"})
    saved = client.post(page, {"name": "Plan", "chosen": [kept.pk]})

    assert shown.content.decode().count("checked") == 2
    assert without.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose at least one milestone." in without.content.decode()
    assert saved.status_code == HTTPStatus.FOUND
    assert [line.title for line in RoadmapTemplate.objects.get().lines.all()] == ["Kept"]
    assert left.title == "Left"


@pytest.mark.parametrize("name", ["templates", "template"])
def test_pages_cost_the_same_however_much_there_is(client, year, name):
    line = TemplateLineFactory(district=year.district)
    which = {"pk": line.template.pk} if name == "template" else {}

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at(year.district, name, **which)).status_code == HTTPStatus.OK
        return len(asked)

    cost()  # the first visit of a session writes it
    few = cost()
    for _ in range(4):
        TemplateLineFactory(
            district=year.district,
            template=line.template,
            owner_role=RoleFactory(district=year.district),
        )
        TemplateLineFactory(district=year.district)

    assert cost() == few


SEVEN_DIGITS = 1_234_567


def test_keys_of_lines_with_large_numbers_are_not_cut_to_the_same():
    template = RoadmapTemplate(pk=SEVEN_DIGITS)
    cut = {f"T{SEVEN_DIGITS}.{number}"[:10] for number in (1, 10)}
    assert cut == {"T1234567.1"}  # as they were made before
    assert len({templates.own_key(template, number) for number in (1, 10)}) == 2


ORDERS = st.tuples(st.integers(1, 2_000_000_000), st.integers(1, 1_295))


@given(ORDERS, ORDERS)
def test_a_key_is_of_one_line_of_one_template_and_fits(one, other):
    first, second = (templates.own_key(RoadmapTemplate(pk=pk), n) for pk, n in (one, other))
    assert (first == second) == (one == other)
    assert len(first) <= 10
    assert "." not in first  # as in keys that were made before


def test_a_key_that_does_not_fit_is_refused_rather_than_cut():
    with pytest.raises(ValueError, match="longer than 10"):
        templates.own_key(RoadmapTemplate(pk=2_000_000_000), 100_000)
