"""Who has access, and what happens when it changes."""

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from roles.access import EVERYWHERE, Reach
from roles.capabilities import CATALOGUE, AccessLevel, Capability
from roles.models import AuditEvent, Invitation, Membership
from roles.services import people
from roles.services.refusal import Refused
from roles.wall import district_scope
from roles.words import CAN
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = SchoolFactory(name="Cedar Hill ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district, user=UserFactory(first_name="Ada"))


def url(name, school, **kwargs):
    return reverse(f"roles:{name}", kwargs={"district": school.district.slug, **kwargs})


def names(answer):
    return [str(row.membership.user) for row in answer.context["rows"]]


def held(user):
    return Membership.objects.get(user=user)


def test_the_page_tells_level_place_and_positions_held_now(client, school, lead):
    coach = member(AccessLevel.COACH, at=school)
    now = AssignmentFactory(district=school.district, holder=coach)
    past = AssignmentFactory(district=school.district, holder=coach, ends_on=dt.date(2026, 7, 31))
    client.force_login(lead)
    page = client.get(url("people", school)).content.decode()
    assert "Cedar Hill ES" in page
    assert now.position.role.title in page
    assert past.position.role.title not in page


def test_a_district_shows_its_own_people_only(client, school, lead):
    stranger = member(AccessLevel.AUDITOR, at=DistrictFactory())
    client.force_login(lead)
    assert str(stranger) not in client.get(url("people", school)).content.decode()


def test_a_site_leader_sees_the_people_of_that_school(client, school, lead):
    site = member(AccessLevel.SITE_LEADER, at=school)
    coach = member(AccessLevel.COACH, at=school)
    member(AccessLevel.COACH, at=SchoolFactory(district=school.district))
    client.force_login(site)
    assert set(names(client.get(url("people", school)))) == {str(site), str(coach)}


def test_two_hats_show_people_only_where_they_may_be_seen(client, school, lead):
    """Site leader at one school, coach at the next: the people of the first alone."""
    site = member(AccessLevel.SITE_LEADER, at=school)
    next_door = SchoolFactory(district=school.district)
    member(AccessLevel.COACH, at=next_door, user=site)
    member(AccessLevel.COACH, at=next_door)
    client.force_login(site)

    shown = client.get(url("people", school)).context["rows"]

    assert [row.membership.school for row in shown] == [school]


def test_last_sign_in_and_changes_are_for_those_who_manage_people(client, school, lead):
    auditor = member(AccessLevel.AUDITOR, at=school.district)
    client.force_login(auditor)
    seen = client.get(url("people", school)).content.decode()
    assert "Last seen" not in seen
    assert "Last sign-in" not in seen
    assert "Invite a person" not in seen
    client.force_login(lead)
    assert "Last seen" in client.get(url("people", school)).content.decode()


@pytest.mark.parametrize("words", ["ndiaye", "Fatou", "fatou NDIAYE", "fatou@"])
def test_people_are_found_by_a_part_of_their_name(client, school, lead, words):
    wanted = UserFactory(first_name="Fatou", last_name="Ndiaye", email="fatou@d.example")
    member(AccessLevel.AUDITOR, at=school.district, user=wanted)
    client.force_login(lead)
    assert names(client.get(url("people", school), {"q": words})) == ["Fatou Ndiaye"]


def test_people_are_found_by_level_and_nobody_is_said_plainly(client, school, lead):
    auditor = member(AccessLevel.AUDITOR, at=school.district)
    client.force_login(lead)
    assert names(client.get(url("people", school), {"level": "auditor"})) == [str(auditor)]
    none = client.get(url("people", school), {"level": "coach"})
    assert "Nobody found" in none.content.decode()


def test_a_long_list_comes_in_pages(client, school, lead):
    for _ in range(30):
        member(AccessLevel.AUDITOR, at=school.district)
    client.force_login(lead)
    assert len(names(client.get(url("people", school)))) == 25
    assert len(names(client.get(url("people", school), {"page": 2}))) == 6


def test_the_page_costs_the_same_for_one_person_and_for_many(
    client, school, lead, django_assert_num_queries
):
    client.force_login(lead)
    invitation(school, lead)
    client.get(url("people", school))
    with connection.execute_wrapper(count := Count()):
        client.get(url("people", school))
    for _ in range(4):
        AssignmentFactory(district=school.district, holder=member(AccessLevel.COACH, at=school))
        invitation(school, lead)
    with django_assert_num_queries(count.queries):
        client.get(url("people", school))


class Count:
    queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


def invitation(school, lead, **fields):
    token = f"{Invitation.objects.count():064}"
    fields = {"expires_at": timezone.now() + Invitation.LIFE, **fields}
    return Invitation.objects.create(
        district=school.district,
        email="asked@district.example",
        level="auditor",
        token_hash=token,
        invited_by=lead,
        **fields,
    )


def test_open_and_expired_invitations_are_shown_and_answered_ones_are_not(client, school, lead):
    now = timezone.now()
    open_, ran_out = invitation(school, lead), invitation(school, lead, expires_at=now)
    invitation(school, lead, accepted_at=now)
    invitation(school, lead, revoked_at=now)
    client.force_login(lead)
    shown = client.get(url("people", school)).context["invitations"]
    assert {one.pk for one in shown} == {open_.pk, ran_out.pk}


def test_the_table_of_rights_is_the_catalogue(client, school, lead):
    client.force_login(lead)
    rows = client.get(url("people-levels", school)).context["rows"]
    told = dict(rows)
    for capability in Capability:
        grants = [capability in spec.grants for spec in CATALOGUE.values()]
        assert told[CAN[capability]] == grants


def test_a_change_is_shown_first_and_made_after_a_yes(client, school, lead):
    coach = held(member(AccessLevel.COACH, at=school))
    client.force_login(lead)
    door = url("people-change", school, pk=coach.pk)
    asked = client.post(door, {"level": "auditor", "school": ""})
    coach.refresh_from_db()
    assert (asked.status_code, coach.level) == (200, "coach")
    assert "From now on" in asked.content.decode()
    client.post(door, {"level": "auditor", "school": "", "confirm": "yes"})
    coach.refresh_from_db()
    assert (coach.level, coach.school) == ("auditor", None)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.detail["level"]) == (
        "access.changed",
        lead,
        "Auditor (reads only)",
    )


def test_a_change_to_a_school_level_needs_the_school(client, school, lead):
    auditor = held(member(AccessLevel.AUDITOR, at=school.district))
    client.force_login(lead)
    door = url("people-change", school, pk=auditor.pk)
    answer = client.post(door, {"level": "coach", "school": "", "confirm": "yes"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"school"}


def test_ended_access_is_gone_at_the_next_request(client, school, lead):
    coach = member(AccessLevel.SITE_LEADER, at=school)
    client.force_login(coach)
    assert client.get(url("people", school)).status_code == 200
    reach = Reach(lead, school.district, Capability.PEOPLE_MANAGE, EVERYWHERE)
    with district_scope(school.district):
        people.end_access(held(coach), by=reach)
    assert client.get(url("people", school)).status_code == 404
    event = AuditEvent.objects.get()
    assert (event.verb, event.detail["person"]) == ("access.ended", str(coach))


def test_changed_access_counts_at_the_next_request(client, school, lead):
    person = held(member(AccessLevel.AUDITOR, at=school.district))
    client.force_login(person.user)
    assert client.get(url("audit", school)).status_code == 200
    reach = Reach(lead, school.district, Capability.PEOPLE_MANAGE, EVERYWHERE)
    people.change_access(person, level="executive", school=None, by=reach)
    assert client.get(url("audit", school)).status_code == 403


def test_a_lead_cannot_take_away_their_own_lead_access(client, school, lead):
    member(AccessLevel.DISTRICT_LEAD, at=school.district)
    own = held(lead)
    client.force_login(lead)
    client.post(url("people-end", school, pk=own.pk))
    client.post(url("people-change", school, pk=own.pk), {"level": "auditor", "confirm": "yes"})
    own.refresh_from_db()
    assert own.level == "district_lead"
    assert not AuditEvent.objects.exists()
    page = client.get(url("people-end", school, pk=own.pk)).content.decode()
    assert "You cannot take away your own district lead access" in page


def test_a_lead_who_cannot_sign_in_does_not_count_as_the_one_who_remains(school, lead):
    lead.is_active = False
    lead.save()
    second = held(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    reach = Reach(lead, school.district, Capability.PEOPLE_MANAGE, EVERYWHERE)
    with pytest.raises(Refused, match="At least one district lead"):
        people.end_access(second, by=reach)


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_end_each_other_at_once_leave_one(school):
    leads = [member(AccessLevel.DISTRICT_LEAD, at=school.district) for _ in range(2)]
    ready = Barrier(2)

    def end(by, whom):
        try:
            reach = Reach(by, school.district, Capability.PEOPLE_MANAGE, EVERYWHERE)
            membership = held(whom)
            ready.wait(10)
            with district_scope(school.district):
                people.end_access(membership, by=reach)
        except Refused:
            pass
        finally:
            connection.close()

    both = [Thread(target=end, args=pair) for pair in (leads, leads[::-1])]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)
    assert Membership.objects.filter(level="district_lead").count() == 1
