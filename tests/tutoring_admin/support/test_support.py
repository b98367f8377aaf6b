"""An operator of the installation sees a district only while its lead lets them, and only reads."""

import datetime as dt
import re

import pytest
from django.db import DatabaseError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from roles.access import EVERYWHERE, Access
from roles.capabilities import SUPPORT_READS, AccessLevel, Capability
from roles.models import AuditEvent, Letter, Membership, School, SupportVisit, User
from roles.services.refusal import Refused
from roles.wall import district_scope
from tests.factories.roles import (
    DistrictFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tests.guards.addresses import district_pages
from tests.reach import reach
from tutoring_admin.systems.support import visits

pytestmark = pytest.mark.django_db
REASON = "The roadmap of two schools does not open."


@pytest.fixture
def school():
    school = SchoolFactory(name="Cedar Hill ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def district(school):
    return school.district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def operator():
    return UserFactory(is_staff=True, first_name="Oda", last_name="Perez")


@pytest.fixture
def visit(district, lead, operator):
    """One that was asked for and allowed."""
    visits.ask(operator, district.slug, REASON, 30)
    return visits.allow(SupportVisit.objects.get(), by=by(lead, district))


def by(lead, district):
    return reach(district, lead, capability=Capability.SYSTEMS_MANAGE)


def home(district):
    return reverse("dashboards:today", args=[district.slug])


def doors(district):
    """The address of every page of a district that can be opened without a row."""
    for route, name, view in district_pages():
        if "GET" in view.methods and not re.search(r"<(int|str|uuid|slug:(?!district))", route):
            yield name, view, reverse(name, args=[district.slug])


def lines():
    return AuditEvent.objects.filter(verb="support.page_opened")


def test_an_operator_without_a_grant_gets_what_an_unknown_district_gives(
    client, district, operator
):
    client.force_login(operator)
    unknown = client.get(home(district).replace(district.slug, "nowhere"))

    for _, _, address in doors(district):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, unknown.content), address
    assert not AuditEvent.objects.exists()


def test_a_question_alone_opens_nothing(client, district, lead, operator):
    client.force_login(operator)
    client.post(reverse("support"), {"district": district.slug, "reason": REASON, "minutes": "30"})

    assert SupportVisit.objects.get().state == "asked"
    assert client.get(home(district)).status_code == 404


def test_the_leads_are_written_to_and_one_lets_them_in(client, district, lead, operator):
    visits.ask(operator, district.slug, REASON, 30)
    letter = Letter.objects.get(key__startswith="support:")
    assert letter.to == lead.email
    assert REASON in letter.body
    client.force_login(lead)
    page = client.get(reverse("systems:support", args=[district.slug]))
    assert REASON in page.content.decode()

    pk = SupportVisit.objects.get().pk
    client.post(reverse("systems:support-allow", args=[district.slug, pk]))

    client.force_login(operator)
    opened = client.get(home(district))
    assert opened.status_code == 200
    assert "Support visit until" in opened.content.decode()


def test_every_page_shows_the_banner_and_leaves_one_line(client, district, visit, operator):
    client.force_login(operator)
    opened = 0
    for _, view, address in doors(district):
        answer = client.get(address)
        opened += 1
        may = view.requires in SUPPORT_READS
        allowed = {200, 302, 403, 404} if may else {403}
        assert answer.status_code in allowed, address
        whole = answer.status_code == 200 and b'class="top"' in answer.content
        assert not whole or b"Support visit until" in answer.content, address

    assert lines().count() == opened
    assert {line.actor for line in lines()} == {operator}


def test_the_lead_reads_the_line_in_words(client, district, visit, lead, operator):
    client.force_login(operator)
    client.get(reverse("roles:index", args=[district.slug]))
    client.force_login(lead)

    page = client.get(reverse("roles:audit", args=[district.slug]) + "?verb=support.page_opened")

    assert f"/d/{district.slug}/roles/" in page.content.decode()


def test_nothing_is_changed_on_a_visit(client, district, visit, operator):
    client.force_login(operator)
    before = AuditEvent.objects.exclude(verb="support.page_opened").count()
    for route, name, view in district_pages():
        if "POST" in view.methods and not re.search(r"<(str|uuid|slug:(?!district))", route):
            kwargs = dict.fromkeys(re.findall(r"<int:(\w+)>", route), 1)
            address = reverse(name, kwargs={"district": district.slug, **kwargs})
            assert client.post(address).status_code == 403, address
    assert AuditEvent.objects.exclude(verb="support.page_opened").count() == before


def test_the_database_refuses_to_write_on_a_visit(district, school):
    with (
        pytest.raises(InternalError, match="read-only"),
        district_scope(district, reads_only=True),
    ):
        School.objects.filter(pk=school.pk).update(name="Taken over")

    with district_scope(district):
        School.objects.filter(pk=school.pk).update(name="Written again")


def test_support_reads_what_an_auditor_reads_and_manages_nothing(operator, district):
    access = Access.for_support(operator, district)
    assert {can for can in Capability if access.reach(can)} == SUPPORT_READS
    assert all(can.endswith(".view") for can in SUPPORT_READS)
    assert access.reach(Capability.HOME_VIEW).schools is EVERYWHERE


def test_the_lead_ends_it_at_once(client, district, visit, lead, operator):
    client.force_login(lead)
    client.post(reverse("systems:support-end", args=[district.slug, visit.pk]))

    client.force_login(operator)
    assert client.get(home(district)).status_code == 404
    assert AuditEvent.objects.filter(verb="support.ended", actor=lead).exists()


def test_it_ends_by_itself(client, district, visit, operator):
    SupportVisit.objects.update(
        starts_at=timezone.now() - dt.timedelta(minutes=31),
        ends_at=timezone.now() - dt.timedelta(minutes=1),
    )
    client.force_login(operator)
    assert client.get(home(district)).status_code == 404


@pytest.mark.parametrize(("field", "code"), [("is_staff", 404), ("is_active", 302)])
def test_who_runs_the_installation_no_more_is_out_at_the_next_click(
    client, district, visit, operator, field, code
):
    client.force_login(operator)
    assert client.get(home(district)).status_code == 200
    User.objects.filter(pk=operator.pk).update(**{field: False})

    assert client.get(home(district)).status_code == code


def test_the_operator_ends_it_themselves(client, district, visit, operator):
    client.force_login(operator)
    client.post(reverse("support-leave", args=[visit.pk]))
    assert client.get(home(district)).status_code == 404


def test_another_operator_and_another_district_stay_shut(client, district, visit):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(home(district)).status_code == 404
    client.force_login(visit.operator)
    assert client.get(home(DistrictFactory())).status_code == 404


@pytest.mark.parametrize("minutes", [61, 24 * 60], ids=["a minute more than an hour", "a day"])
def test_the_database_knows_no_visit_of_more_than_an_hour(visit, minutes):
    with pytest.raises(DatabaseError), transaction.atomic():
        SupportVisit.objects.update(ends_at=visit.starts_at + dt.timedelta(minutes=minutes))


def test_nobody_lets_themselves_in(district, lead):
    lead.is_staff = True
    lead.save()
    asked = SupportVisit.objects.create(district=district, operator=lead, reason=REASON)

    with pytest.raises(Refused):
        visits.allow(asked, by=by(lead, district))
    with pytest.raises(DatabaseError), transaction.atomic():
        now = timezone.now()
        SupportVisit.objects.update(
            starts_at=now, ends_at=now + dt.timedelta(minutes=9), allowed_by=lead
        )


def test_a_question_lapses_after_a_day(district, lead, operator):
    visits.ask(operator, district.slug, REASON, 30)
    SupportVisit.objects.update(asked_at=timezone.now() - dt.timedelta(hours=25))
    late = SupportVisit.objects.get()

    assert late.state == "lapsed"
    with pytest.raises(Refused):
        visits.allow(late, by=by(lead, district))


def test_a_declined_question_is_closed(district, lead, operator):
    visits.ask(operator, district.slug, REASON, 30)
    asked = SupportVisit.objects.get()
    visits.decline(asked, by=by(lead, district))

    with pytest.raises(Refused):
        visits.allow(asked, by=by(lead, district))


def test_asking_tells_nothing_about_which_districts_there_are(client, district, lead, operator):
    client.force_login(operator)
    told = []
    for slug in (district.slug, "no-such-district"):
        data = {"district": slug, "reason": REASON, "minutes": "30"}
        answer = client.post(reverse("support"), data, follow=True)
        told.append([str(message) for message in answer.context["messages"]])
    assert told[0] == told[1]


def test_the_page_of_operators_is_not_there_for_others(client, lead):
    client.force_login(lead)
    assert client.get(reverse("support")).status_code == 404


def test_an_operator_who_is_a_member_works_as_one(client, district, operator):
    Membership.objects.create(district=district, user=operator, level=AccessLevel.AUDITOR)
    client.force_login(operator)
    assert client.get(home(district)).status_code == 200
    assert not lines().exists()
