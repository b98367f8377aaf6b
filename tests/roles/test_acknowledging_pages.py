"""The page of who has not read, and what a holder sees of a new version."""

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import Acknowledgement, Letter
from roles.reports import acknowledgements as reports
from roles.services import acknowledging, gathering, letters
from roles.wall import district_scope
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    VersionFactory,
    member,
    member_near,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def school():
    return SchoolFactory(name="Cedar Hill ES")


def published(role, *, days_ago=0, **fields):
    at = dt.datetime(2026, 10, 29, 15, tzinfo=dt.UTC) - dt.timedelta(days=days_ago)
    job = JobDescriptionFactory(district=role.district, role=role)
    return VersionFactory(
        district=role.district, job_description=job, published=True, published_at=at, **fields
    )


def seated(role, school=None, *, first_name="Pat", last_name="Person", access=True, **fields):
    holder = UserFactory(first_name=first_name, last_name=last_name)
    if access:
        member(AccessLevel.SITE_LEADER, at=school or SchoolFactory(), user=holder)
    position = PositionFactory(district=role.district, role=role, school=school)
    return AssignmentFactory(district=role.district, position=position, holder=holder, **fields)


def page(client, who, district, name="roles:acknowledgements", **query):
    client.force_login(who)
    return client.get(reverse(name, args=[district.slug]), query)


def names(response):
    return [str(row.assignment.holder) for row in response.context["rows"]]


def test_who_has_waited_longest_stands_first_and_who_has_read_is_left_out(client, school):
    district = school.district
    role = RoleFactory(district=district)
    version = published(role, days_ago=20)
    seated(role, SchoolFactory(district=district), last_name="Late", starts_on=dt.date(2026, 10, 9))
    seated(role, SchoolFactory(district=district), last_name="New", starts_on=dt.date(2026, 10, 26))
    done = seated(role, school, last_name="Done")
    Acknowledgement.objects.create(district=district, version=version, assignment=done)
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)

    response = page(client, lead, district)

    assert names(response) == ["Pat Late", "Pat New"]
    assert [row.waited for row in response.context["rows"]] == [20, 3]
    assert "1 of 3 people have read" in response.content.decode()


def test_a_principal_sees_the_people_of_their_own_school_alone(client, school):
    district = school.district
    role = RoleFactory(district=district)
    published(role)
    seated(role, school, last_name="Own")
    seated(role, SchoolFactory(district=district), last_name="Other")
    seated(role, None, last_name="Office")
    principal = member(AccessLevel.SITE_LEADER, at=school)

    response = page(client, principal, district)
    table = page(client, principal, district, "roles:acknowledgements-export").getvalue().decode()

    assert names(response) == ["Pat Own"]
    assert "Remind now" not in response.content.decode()
    assert "Own" in table
    assert "Other" not in table
    assert "Office" not in table


def test_role_school_name_and_waiting_narrow_the_list(client, school):
    district = school.district
    role, other = RoleFactory(district=district), RoleFactory(district=district)
    published(role, days_ago=30)
    published(other, days_ago=2)
    seated(role, school, first_name="Ana", last_name="Long")
    seated(other, school, first_name="Ben", last_name="Short")
    seated(role, None, first_name="Cem", last_name="Office")
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)

    assert names(page(client, lead, district, role=other.pk)) == ["Ben Short"]
    assert names(page(client, lead, district, place="central")) == ["Cem Office"]
    assert names(page(client, lead, district, q="ana lo")) == ["Ana Long"]
    assert names(page(client, lead, district, days="7", place=school.pk)) == ["Ana Long"]
    assert len(names(page(client, lead, district, role="x", place="0", days="-1"))) == 3


def test_letters_are_told_by_number_and_last_day_and_after_three_whom_to_ask(client, school):
    district = school.district
    above = RoleFactory(district=district, title="Principal")
    role = RoleFactory(district=district, reports_to=above)
    published(role, days_ago=36)
    seated(role, school, last_name="Slow", starts_on=dt.date(2026, 8, 1))
    head = seated(above, school, first_name="Helen", last_name="Head")
    for days in (29, 15, 1):
        with time_machine.travel(dt.datetime(2026, 10, 29, 15, tzinfo=dt.UTC) - days * ONE_DAY):
            with district_scope(district):
                assert gathering.round_of(district) == 1
            letters.post(district.pk, Letter.objects.due().get().pk)
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)

    response = page(client, lead, district)

    (row,) = response.context["rows"]
    assert (row.reminders, row.last, row.above) == (3, dt.date(2026, 10, 28), (head,))
    assert "ask Helen Head" in response.content.decode()


ONE_DAY = dt.timedelta(days=1)


def test_reminding_one_writes_to_that_one_and_the_page_says_so(client, school):
    district = school.district
    role = RoleFactory(district=district)
    published(role)
    one = seated(role, school, last_name="One")
    seated(role, SchoolFactory(district=district), last_name="Two")
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    address = reverse("roles:acknowledgements-remind", args=[district.slug])

    first = client.post(address, {"assignment": one.pk}, follow=True)
    second = client.post(address, {"assignment": one.pk}, follow=True)

    assert [letter.to for letter in Letter.objects.all()] == [one.holder.email]
    assert "Pat One is reminded" in first.content.decode()
    assert "Nobody was written to" in second.content.decode()
    assert "Reminded today" in second.content.decode()


def test_reminding_all_shown_asks_first_and_keeps_to_the_filter(client, school):
    district = school.district
    role = RoleFactory(district=district)
    published(role)
    seated(role, school, last_name="Own")
    seated(role, SchoolFactory(district=district), last_name="Other")
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    address = reverse("roles:acknowledgements-remind", args=[district.slug])

    asked = client.post(address, {"place": school.pk})
    assert "Remind 1 person?" in asked.content.decode()
    assert not Letter.objects.exists()
    done = client.post(address, {"place": school.pk, "confirm": "yes"})

    assert Letter.objects.count() == 1
    assert done.url.endswith(f"?place={school.pk}")


def test_nobody_who_cannot_sign_in_here_is_written_to(client, school):
    role = RoleFactory(district=school.district)
    published(role)
    seated(role, school, access=False)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    address = reverse("roles:acknowledgements-remind", args=[school.district.slug])

    client.post(address, {"confirm": "yes"})

    assert not Letter.objects.exists()
    answer = client.get(reverse("roles:acknowledgements", args=[school.district.slug]))
    assert "cannot sign in here" in answer.content.decode()


def test_another_districts_assignment_is_not_reminded(client, school):
    foreign = SchoolFactory()
    role = RoleFactory(district=foreign.district)
    published(role)
    theirs = seated(role, foreign)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))

    address = reverse("roles:acknowledgements-remind", args=[school.district.slug])
    client.post(address, {"assignment": theirs.pk})

    assert not Letter.objects.exists()


def test_the_table_for_hr_holds_everyone_asked_and_no_cell_calculates(client, school):
    district = school.district
    role = RoleFactory(district=district, title="=HYPERLINK(1)")
    version = published(role, days_ago=3, title="+cmd")
    read = seated(role, school, first_name="@Ana", last_name="Read")
    seated(role, SchoolFactory(district=district), first_name="Ben", last_name="Unread")
    acknowledging.acknowledge(version, by=reach(district, read.holder))

    response = page(
        client,
        member(AccessLevel.DISTRICT_LEAD, at=district),
        district,
        "roles:acknowledgements-export",
    )

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert len(lines) == 3
    assert "'@Ana Read" in lines[1]
    assert "'=HYPERLINK(1)" in lines[1]
    assert "'+cmd" in lines[1]
    assert lines[1].endswith(",2026-10-26,2026-10-29,")
    assert lines[2].endswith(",2026-10-26,,3")


def test_the_page_costs_the_same_for_one_and_for_many(client, school):
    district = school.district
    role = RoleFactory(district=district)
    published(role)
    seated(role, school)
    lead = member_near(AccessLevel.DISTRICT_LEAD, school)
    page(client, lead, district)
    with CaptureQueriesContext(connection) as one:
        page(client, lead, district)
    for _ in range(6):
        more = RoleFactory(district=district)
        published(more)
        seated(more, SchoolFactory(district=district))
    with CaptureQueriesContext(connection) as many:
        page(client, lead, district)

    assert len(many) == len(one)


def worded(job, number, line, status):
    """A version with one responsibility, its text frozen by the status it gets last."""
    version = VersionFactory(district=job.district, job_description=job, number=number)
    ResponsibilityFactory(district=job.district, version=version, text=line)
    by, now = UserFactory(), timezone.now()
    version.status, version.published_by, version.published_at = status, by, now
    version.save()
    return version


def test_a_holder_sees_what_is_new_since_the_version_they_read(client, school):
    district = school.district
    role = RoleFactory(district=district)
    job = JobDescriptionFactory(district=district, role=role)
    first = worded(job, 2, "Meet tutors each week.", "superseded")
    held = seated(role, school)
    at = dt.datetime(2026, 9, 3, 15, tzinfo=dt.UTC)
    Acknowledgement.objects.create(district=district, version=first, assignment=held, at=at)
    second = worded(job, 3, "Meet tutors every Friday.", "published")
    client.force_login(held.holder)

    answer = client.get(reverse("roles:version", args=[district.slug, second.pk]))

    text = " ".join(answer.content.decode().split())
    assert "You acknowledged version 2 on Sep 3, 2026; version 3 is new" in text
    assert "every Friday.</ins>" in text
    assert "each week.</del>" in text


def test_who_never_read_one_sees_no_comparison(school):
    version = published(RoleFactory(district=school.district))
    assert reports.since_read(version, reach(school.district)) is None


def test_the_table_is_written_as_a_file_of_the_day(client, school):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    response = page(client, lead, school.district, "roles:acknowledgements-export")
    name = f"{school.district.slug}-acknowledgements-2026-10-29.csv"
    assert name in response["Content-Disposition"]
    assert (
        io.StringIO(response.getvalue().decode("utf-8-sig")).readline().startswith("Person,E-mail")
    )
