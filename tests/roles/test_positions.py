"""Positions: added at schools, given seats, closed; people put into them."""

import datetime as dt
from http import HTTPStatus
from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import (
    Assignment,
    AuditEvent,
    Invitation,
    Letter,
    Membership,
    Notice,
    NotNeeded,
    Position,
    School,
)
from roles.services import assigning, gathering, positions
from roles.services.refusal import Refused
from roles.wall import district_scope
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DistrictFactory,
    JobDescriptionFactory,
    NotNeededFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 10, 29)
SEP = dt.date(2026, 9, 1)


@pytest.fixture
def district(school_day):
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def by(district, lead):
    return Reach(lead, district, Capability.ROLES_MANAGE, EVERYWHERE)


@pytest.fixture
def site_lead(district):
    return RoleFactory(district=district, title="Site Lead", level="site")


def seat_at(school, role, **fields):
    return PositionFactory(district=school.district, school=school, role=role, **fields)


def url(name, district, **kwargs):
    return reverse(f"roles:{name}", kwargs={"district": district.slug, **kwargs})


def test_a_role_is_added_at_every_school_that_has_none_and_needs_one(district, by, site_lead):
    has, spared, new, closed = [SchoolFactory(district=district) for _ in range(4)]
    seat_at(has, site_lead)
    NotNeededFactory(district=district, role=site_lead, school=spared)
    seat_at(closed, site_lead, closed_on=dt.date(2026, 8, 1))

    done = positions.open_at_schools(site_lead, list(School.objects.all()), opened_on=SEP, by=by)

    assert {p.school for p in done.positions} == {new, closed}
    assert (done.reopened, done.had, done.not_needed) == (1, 1, 1)
    open_at = Position.objects.active(TODAY).values_list("school", flat=True)
    assert set(open_at) == {has.pk, new.pk, closed.pk}
    assert AuditEvent.objects.get().detail["schools"] == 2


def test_adding_a_role_a_second_time_adds_and_tells_nothing(district, by, site_lead):
    school = SchoolFactory(district=district)
    positions.open_at_schools(site_lead, [school], opened_on=SEP, by=by)

    again = positions.open_at_schools(site_lead, [school], opened_on=SEP, by=by)

    assert (again.positions, again.had) == ([], 1)
    assert AuditEvent.objects.count() == 1


def test_a_second_seat_of_a_one_seat_role_is_refused_in_plain_words(district, by):
    role = RoleFactory(district=district, title="Principal", seats=1)
    first = seat_at(SchoolFactory(district=district), role)

    with pytest.raises(Refused, match="Principal has one seat in one place"):
        positions.add_seat(first, opened_on=SEP, by=by)

    assert Position.objects.count() == 1


def test_the_database_itself_refuses_a_seat_beyond_the_roles_seats(district):
    role = RoleFactory(district=district, seats=1)
    school = SchoolFactory(district=district)
    with pytest.raises(IntegrityError, match="no seat number 2"), transaction.atomic():
        seat_at(school, role, seat=2)


def test_a_closed_seat_beyond_the_seats_left_cannot_be_opened_again(district, by):
    role = RoleFactory(district=district, title="Coach")
    school = SchoolFactory(district=district)
    seat_at(school, role)
    second = seat_at(school, role, seat=2, closed_on=SEP)
    role.seats = 1
    role.save()

    with pytest.raises(Refused, match="Coach has one seat"):
        positions.reopen(second, by=by)

    second.refresh_from_db()
    assert second.closed_on == SEP


def test_roles_with_room_get_seat_after_seat(district, by):
    department = DepartmentFactory(district=district)
    role = RoleFactory(district=district)

    made = [positions.open_centrally(role, department, opened_on=SEP, by=by) for _ in range(3)]

    assert [p.seat for p in made] == [1, 2, 3]
    assert {p.department for p in made} == {department}


def test_a_held_position_is_not_closed_and_the_holder_is_named(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    AssignmentFactory(
        district=district, position=position, holder=UserFactory(first_name="Lu", last_name="Ferro")
    )

    with pytest.raises(Refused, match="Lu Ferro holds this position with no end date"):
        positions.close(position, closed_on=TODAY, by=by)


def test_a_position_closes_the_day_after_its_last_holder_leaves(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    AssignmentFactory(district=district, position=position, ends_on=TODAY)
    with pytest.raises(Refused, match="until Oct 29, 2026"):
        positions.close(position, closed_on=TODAY, by=by)

    positions.close(position, closed_on=TODAY + dt.timedelta(days=1), by=by)

    assert list(Position.objects.active(TODAY)) == [position]
    assert not Position.objects.active(TODAY + dt.timedelta(days=1)).exists()


def test_a_position_cannot_close_before_it_opens(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead, opened_on=TODAY)
    with pytest.raises(Refused, match="opened on Oct 29, 2026"):
        positions.close(position, closed_on=TODAY, by=by)


def test_assigning_over_someone_else_names_them_and_their_days(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    AssignmentFactory(
        district=district,
        position=position,
        ends_on=dt.date(2026, 12, 18),
        interim=True,
        holder=UserFactory(first_name="Ana", last_name="Ruiz"),
    )

    with pytest.raises(
        Refused, match=r"Ana Ruiz .* as interim from Jul 1, 2026 until Dec 18, 2026"
    ):
        assigning.assign(position, assigning.Term(UserFactory(), TODAY), by=by)
    with pytest.raises(IntegrityError, match="one_holder_at_a_time"), transaction.atomic():
        AssignmentFactory(district=district, position=position, starts_on=TODAY)

    assigning.assign(position, assigning.Term(UserFactory(), dt.date(2026, 12, 19)), by=by)
    assert Assignment.objects.filter(position=position).count() == 2


def test_nobody_is_assigned_before_a_position_opens_or_after_it_closes(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead, opened_on=SEP, closed_on=TODAY)
    early = assigning.Term(UserFactory(), dt.date(2026, 8, 31), dt.date(2026, 9, 5))
    with pytest.raises(Refused, match="opens on Sep 1, 2026"):
        assigning.assign(position, early, by=by)
    with pytest.raises(Refused, match="closed from Oct 29, 2026"):
        assigning.assign(position, assigning.Term(UserFactory(), SEP), by=by)


def test_a_new_holder_is_asked_to_read_the_job_description(district, by, site_lead):
    job = JobDescriptionFactory(district=district, role=site_lead)
    VersionFactory(district=district, job_description=job, published=True)
    position = seat_at(SchoolFactory(district=district), site_lead)
    holder = UserFactory(email="lu@district.example")
    member(AccessLevel.ADMINISTRATIVE_LEADER, at=district, user=holder)

    assigning.assign(position, assigning.Term(holder, TODAY), by=by)

    with district_scope(district):
        assert gathering.round_of(district) == 1
    assert Letter.objects.get().to == "lu@district.example"
    assert Notice.objects.get().source == "acknowledgement"


def test_assigning_ends_a_not_needed_mark_since_the_role_is_there(district, by, site_lead):
    school = SchoolFactory(district=district)
    NotNeededFactory(district=district, role=site_lead, school=school)

    assigning.assign(seat_at(school, site_lead), assigning.Term(UserFactory(), TODAY), by=by)

    assert not NotNeeded.objects.exists()


def test_an_interim_made_permanent_has_no_last_day(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    term = AssignmentFactory(
        district=district, position=position, interim=True, ends_on=dt.date(2026, 12, 1)
    )

    assert assigning.make_permanent(term, by=by)
    assert not assigning.make_permanent(term, by=by)

    term.refresh_from_db()
    assert (term.interim, term.ends_on) == (False, None)


def test_an_interim_cannot_stay_over_whoever_comes_next(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    last = dt.date(2026, 12, 1)
    term = AssignmentFactory(district=district, position=position, interim=True, ends_on=last)
    AssignmentFactory(district=district, position=position, starts_on=last + dt.timedelta(days=1))

    with pytest.raises(Refused, match="Someone else holds this position after"):
        assigning.make_permanent(term, by=by)


@pytest.mark.parametrize(
    ("level", "at_school", "fits"),
    [
        ("site", True, "site_leader"),
        ("coaching", True, "coach"),
        ("coaching", False, "administrative_leader"),
        ("executive", False, "executive"),
        ("department", False, "department_partner"),
    ],
)
def test_the_access_that_fits_follows_role_and_place(district, level, at_school, fits):
    role = RoleFactory(district=district, level=level)
    school = SchoolFactory(district=district) if at_school else None
    position = PositionFactory(district=district, role=role, school=school)
    assert assigning.fitting_level(position) == (fits, school)


def test_who_can_sign_in_gets_access_and_who_cannot_an_invitation(district, by, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    able = UserFactory()
    able.set_password("a long password")
    able.save()
    unable = UserFactory(email="new@district.example")
    people = Reach(by.user, district, Capability.PEOPLE_MANAGE, EVERYWHERE)

    assert assigning.give_fitting_access(position, able, by=people) == "given"
    assert assigning.give_fitting_access(position, able, by=people) == ""
    assert assigning.give_fitting_access(position, unable, by=people) == "invited"
    assert assigning.give_fitting_access(position, unable, by=people) == ""

    assert Membership.objects.get(user=able).school == position.school
    assert Invitation.objects.get().email == "new@district.example"


def test_a_partner_of_a_department_is_not_named_twice(district):
    department = DepartmentFactory(district=district, name="Data and Assessment")
    role = RoleFactory(district=district, title="Data and Assessment Partner", level="department")
    position = PositionFactory(district=district, role=role, department=department)
    assert str(position) == "Data and Assessment Partner"


def test_the_form_puts_the_overlap_beside_the_day(client, district, lead, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    held = AssignmentFactory(district=district, position=position)
    client.force_login(lead)

    answer = client.post(
        url("assign", district, pk=position.pk), {"holder": lead.pk, "starts_on": "2026-10-29"}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert str(held.holder) in answer.context["form"].errors["starts_on"][0]
    assert f'value="{lead.pk}" checked' in answer.content.decode()


def test_a_last_day_is_for_interim_holders_alone(client, district, lead, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    client.force_login(lead)
    typed = {"holder": lead.pk, "starts_on": "2026-10-29", "ends_on": "2026-12-01"}

    answer = client.post(url("assign", district, pk=position.pk), typed)
    assert list(answer.context["form"].errors) == ["ends_on"]

    client.post(url("assign", district, pk=position.pk), {**typed, "interim": "on"})
    assert Assignment.objects.get().ends_on == dt.date(2026, 12, 1)


def test_people_of_other_districts_cannot_be_assigned(client, district, lead, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    stranger = member(AccessLevel.AUDITOR, at=DistrictFactory())
    client.force_login(lead)

    answer = client.post(
        url("assign", district, pk=position.pk),
        {"holder": stranger.pk, "starts_on": "2026-10-29"},
    )

    assert list(answer.context["form"].errors) == ["holder"]
    assert str(stranger) not in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "x", "9" * 40, "0"])
def test_a_holder_nobody_knows_is_an_error_not_a_crash(client, district, lead, site_lead, typed):
    position = seat_at(SchoolFactory(district=district), site_lead)
    client.force_login(lead)
    answer = client.post(
        url("assign", district, pk=position.pk), {"holder": typed, "starts_on": "2026-10-29"}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_person_is_found_by_a_part_of_the_name(client, district, lead, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    wanted = member(
        AccessLevel.AUDITOR, at=district, user=UserFactory(first_name="Fatou", last_name="Ndiaye")
    )
    client.force_login(lead)

    page = client.get(url("assign", district, pk=position.pk), {"q": "ndia"})

    assert [each.person for each in page.context["people"]] == [wanted]


def test_someone_new_is_asked_in_with_the_access_that_fits(client, district, lead, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    client.force_login(lead)

    client.post(
        url("assign-invite", district, pk=position.pk),
        {"new-email": "noor@d.example", "new-first_name": "Noor", "new-last_name": "Haddad"},
    )

    invitation = Invitation.objects.get()
    assert (invitation.level, invitation.school) == ("site_leader", position.school)
    assert "noor@d.example" in client.get(url("assign", district, pk=position.pk)).content.decode()


def test_the_page_of_a_position_tells_its_whole_story(client, district, lead, site_lead):
    position = seat_at(SchoolFactory(district=district), site_lead)
    past = AssignmentFactory(
        district=district, position=position, starts_on=SEP, ends_on=dt.date(2026, 9, 30)
    )
    client.force_login(lead)

    page = client.get(url("position", district, pk=position.pk))

    story = page.context["story"]
    assert (story.state, story.since) == ("vacant", dt.date(2026, 10, 1))
    assert str(past.holder) in page.content.decode()
    assert "Assign someone" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_slower_of_two_who_assign_at_one_moment_is_told_who_was_faster(district, by, site_lead):
    """The faster one's row is not there to be read yet: only the constraint knows of it."""
    position = seat_at(SchoolFactory(district=district), site_lead)
    faster = UserFactory(first_name="Fast", last_name="Er")
    written, go_on = Event(), Event()

    def assign_faster():
        with transaction.atomic():
            Assignment.objects.create(
                district=district, position=position, holder=faster, starts_on=TODAY
            )
            written.set()
            go_on.wait(10)
        connection.close()

    thread = Thread(target=assign_faster)
    thread.start()
    written.wait(10)
    waiting = Thread(target=lambda: (Event().wait(0.3), go_on.set()))
    waiting.start()

    with pytest.raises(Refused, match="Fast Er holds this position"):
        assigning.assign(position, assigning.Term(UserFactory(), TODAY), by=by)

    thread.join()
    waiting.join()
