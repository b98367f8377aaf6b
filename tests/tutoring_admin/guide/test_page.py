"""The guide's page over real rows: live states, links within reach, constant queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmap.models import BeginningItem
from roadmap.services import beginning
from roles import keeping
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
    member_near,
)
from tests.reach import reach
from tutoring_admin.dashboards.guide import content, progress

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def year():
    return SchoolYearFactory()


def page(client, district, who):
    keeping.forget()
    client.force_login(who)
    return client.get(reverse("dashboards:guide", args=[district.slug]))


def champion(district, **fields):
    role = RoleFactory(district=district, key="EXEC_CHAMPION", title="Executive Champion",
                       level="executive")  # fmt: skip
    seat = PositionFactory(district=district, role=role)
    return AssignmentFactory(district=district, position=seat, **fields)


def test_a_row_follows_the_records_at_once(client, year):
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    before = page(client, year.district, lead).content.decode()
    champion(year.district, holder=UserFactory(first_name="Ana", last_name="Ruiz"),
             starts_on=dt.date(2026, 8, 3))  # fmt: skip
    after = page(client, year.district, lead).content.decode()

    assert "There is no seat of the Exec champion yet." in before
    assert "Executive Champion: Ana Ruiz since Aug 3, 2026." in after
    assert "0 of 19 recommendations" in before
    assert "1 of 19 recommendations" in after


def test_a_next_step_is_a_link_only_for_who_may_take_it(client, year):
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    auditor = member(AccessLevel.AUDITOR, at=year.district)
    adopt = reverse("roadmap:adopt", args=[year.district.slug])

    assert f'href="{adopt}"' in page(client, year.district, lead).content.decode()
    read = page(client, year.district, auditor).content.decode()
    assert f'href="{adopt}"' not in read
    assert "Next: adopt the roadmap" in read
    assert "Add to the list" not in read


def test_what_leads_out_of_the_product_says_so(client, year):
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    found = page(client, year.district, lead).content.decode()

    for row in content.guide().rows:
        assert f'href="{row.resource.url}" rel="noopener noreferrer"' in found
    assert found.count("leaves this product") >= len(content.guide().rows)
    assert "endorses" in found


def test_another_districts_people_are_not_counted(client, year):
    champion(DistrictFactory())
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)

    assert "0 of 19" in page(client, year.district, lead).content.decode()


def questions(client, district):
    """What one visit asks of the database, with nothing kept from an earlier one."""
    keeping.forget()
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(reverse("dashboards:guide", args=[district.slug]))
    said = [q["sql"] for q in asked.captured_queries if q["sql"].startswith("SELECT")]
    return shown.content.decode(), [sql for sql in said if "set_config" not in sql]


FRAME = 8  # session, user and where they signed in, memberships, years, closures, windows


def test_it_asks_six_questions_whatever_the_size(client, year):
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    page(client, year.district, lead)
    _, small = questions(client, year.district)
    role = RoleFactory(district=year.district, key="SITE_LEAD", level="site")
    for _ in range(12):
        school = SchoolFactory(district=year.district)
        seat = PositionFactory(district=year.district, role=role, school=school)
        AssignmentFactory(district=year.district, position=seat)
    beginning.take_up(content.guide().beginning, by=reach(year.district, lead))
    shown, large = questions(client, year.district)

    assert "12 of 12 schools have a leader named." in shown
    assert len(large) == len(small)
    assert len(large) <= FRAME + 6, "\n".join(large)


def test_the_progress_of_a_new_district_leads_to_the_first_step(year, django_assert_num_queries):
    everywhere = reach(year.district, capability=Capability.ROADMAP_VIEW)
    keeping.forget()
    far = progress(everywhere, year, TODAY)

    assert (far.in_place, far.total, far.is_new) == (0, 19, True)
    assert far.row.key == "first_person"
    with django_assert_num_queries(1):
        assert progress(everywhere, year, TODAY) == far


@pytest.mark.parametrize("key", ["", "PROGRAM_LEAD", "PROJECT_MANAGER"])
def test_the_home_of_a_new_district_leads_into_the_guide(client, year, key):
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    if key:
        role = RoleFactory(district=year.district, key=key)
        seat = PositionFactory(district=year.district, role=role)
        AssignmentFactory(district=year.district, position=seat, holder=lead)
    client.force_login(lead)
    shown = client.get(reverse("dashboards:today", args=[year.district.slug])).content.decode()

    assert "Your district is new" in shown
    assert f'href="{reverse("dashboards:guide", args=[year.district.slug])}"' in shown


def test_a_site_leader_reads_it_and_changes_nothing(client, year):
    school = SchoolFactory(district=year.district)
    leader = member_near(AccessLevel.SITE_LEADER, school)
    shown = page(client, year.district, leader)

    assert shown.status_code == 200
    assert "as far as you can see them" in shown.content.decode()


# What the district settles before it begins.


@pytest.fixture
def by(year):
    lead = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    return reach(year.district, lead, capability=Capability.ROADMAP_MANAGE)


def texts(by):
    return list(BeginningItem.objects.reachable(by).values_list("text", flat=True))


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_our_suggestion_is_taken_up_once(by):
    assert beginning.take_up(content.guide().beginning, by=by) == 3
    assert beginning.take_up(content.guide().beginning, by=by) == 0
    assert texts(by) == [each.text for each in content.guide().beginning]
    assert verbs() == ["beginning.taken_up"]


def test_what_was_taken_off_comes_back_when_it_is_taken_up_again(by):
    beginning.take_up(content.guide().beginning, by=by)
    beginning.remove(BeginningItem.objects.get(key="goals"), by=by)

    assert beginning.take_up(content.guide().beginning, by=by) == 1
    assert BeginningItem.objects.last().key == "goals"


def test_an_item_is_worded_noted_settled_opened_again_moved_and_removed(by):
    item = beginning.add("Schools are chosen.", by=by)
    beginning.add("The money is there.", by=by)
    assert beginning.change(item, "Six schools are chosen.", "Board on Nov 5", by=by)
    assert not beginning.change(item, "Six schools are chosen.", "Board on Nov 5", by=by)
    assert beginning.settle(item, TODAY, by=by)
    assert not beginning.settle(item, TODAY, by=by)
    assert item.settled_by == by.user
    assert beginning.open_again(item, by=by)
    assert not beginning.open_again(item, by=by)
    assert beginning.move(item, 1, by=by)
    assert not beginning.move(item, 1, by=by)
    assert texts(by) == ["The money is there.", "Six schools are chosen."]
    beginning.remove(item, by=by)

    assert texts(by) == ["The money is there."]
    assert verbs() == [
        "beginning.added", "beginning.added", "beginning.changed", "beginning.settled",
        "beginning.open_again", "beginning.moved", "beginning.removed",
    ]  # fmt: skip


def test_what_stands_there_already_or_is_still_to_come_is_refused(by):
    item = beginning.add("Schools are chosen.", by=by)
    with pytest.raises(Refused, match="already"):
        beginning.add("schools are chosen.", by=by)
    with pytest.raises(Refused, match="to come"):
        beginning.settle(item, TODAY + dt.timedelta(days=1), by=by)


@pytest.fixture
def go(client, by):
    client.force_login(by.user)

    def knock(name, data, *args):
        address = reverse(f"dashboards:beginning-{name}", args=[by.district.slug, *args])
        return client.post(address, data)

    return knock


def test_an_empty_or_doubled_item_keeps_what_was_typed(by, go):
    beginning.add("Schools are chosen.", by=by)
    doubled, empty = go("add", {"text": "Schools are chosen. "}), go("add", {"text": " "})

    assert (doubled.status_code, empty.status_code) == (422, 422)
    assert "stands on the list already" in doubled.content.decode()
    assert 'value="Schools are chosen. "' in doubled.content.decode()


def test_the_edit_page_settles_on_a_day_and_refuses_one_to_come(by, go):
    item = beginning.add("Schools are chosen.", by=by)
    said = {"text": "Schools are chosen.", "note": "Minutes of Oct 5", "settled_on": "2026-10-05"}
    late = go("edit", said | {"settled_on": "2026-11-05"}, item.pk)
    assert late.status_code == 422
    assert "earlier day" in late.content.decode()

    go("edit", said, item.pk)
    item.refresh_from_db()
    assert (item.note, item.settled_on) == ("Minutes of Oct 5", dt.date(2026, 10, 5))
    go("edit", said | {"settled_on": ""}, item.pk)
    item.refresh_from_db()
    assert item.settled_on is None


def test_one_press_settles_today_and_another_opens_it_again(by, go):
    item = beginning.add("Schools are chosen.", by=by)
    go("settle", {"to": "settled"}, item.pk)
    item.refresh_from_db()
    assert item.settled_on == TODAY
    go("settle", {"to": "open"}, item.pk)
    item.refresh_from_db()
    assert item.settled_on is None
