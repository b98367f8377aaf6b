"""When someone leaves a position: the last day, who gets the work, and taking it back."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Assignment, AuditEvent, HandoverPack, Position, SchoolYear
from roles.services import leaving
from roles.services.leaving import Ending, Taker
from roles.services.refusal import Refused
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tests.roles.test_gathering import turn

TODAY = dt.date(2026, 10, 29)
DAY = dt.timedelta(days=1)
TAKE_OVER = "Take over from Nov 4"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def school():
    school = SchoolFactory(name="Northside ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def principal(school):
    role = RoleFactory(district=school.district, key="PRINCIPAL", title="Principal")
    office = PositionFactory(district=school.district, role=role, school=school)
    user = UserFactory(first_name="James", last_name="Thornton", email="james@d.example")
    AssignmentFactory(district=school.district, position=office, holder=user)
    return member(AccessLevel.SITE_LEADER, at=school, user=user)


@pytest.fixture
def term(school, principal):
    """Lucia leads tutoring at the school; her role reports to the principal."""
    above = principal.assignments.get().position.role
    role = RoleFactory(
        district=school.district, key="SITE_LEAD", title="Site Tutoring Lead", reports_to=above
    )
    position = PositionFactory(district=school.district, role=role, school=school)
    lucia = UserFactory(first_name="Lucia", last_name="Ferro", email="lucia@d.example")
    return AssignmentFactory(district=school.district, position=position, holder=lucia)


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district)


@pytest.fixture
def by(school, lead):
    return Reach(lead, school.district, Capability.ROLES_MANAGE, EVERYWHERE)


def at(name, assignment):
    slug = assignment.district.slug
    return reverse(f"roles:{name}", kwargs={"district": slug, "pk": assignment.pk})


def milestones(term, number=1, **fields):
    year = SchoolYear.objects.get(district=term.district)
    phase = PhaseFactory(district=term.district, school_year=year)
    return MilestoneFactory.create_batch(
        number, district=term.district, phase=phase, owner=term.position, **fields
    )


def answers(user, day):
    return set(Position.objects.answered_for_by(user, day))


def test_the_work_is_the_superiors_from_the_day_after_the_last_day(term, principal, by):
    leaving.end_assignment(term, Ending(TODAY), by=by)

    assert term.position not in answers(principal, TODAY)
    assert term.position in answers(principal, TODAY + DAY)
    assert term.position not in answers(term.holder, TODAY + DAY)


def test_a_last_day_to_come_moves_nothing_until_then(term, principal, by):
    leaving.end_assignment(term, Ending(TODAY + 10 * DAY), by=by)

    assert term.position in answers(term.holder, TODAY + 10 * DAY)
    assert term.position not in answers(principal, TODAY + 10 * DAY)


def test_a_last_day_that_has_passed_moves_it_at_once(term, principal, by):
    leaving.end_assignment(term, Ending(TODAY - 3 * DAY), by=by)

    assert term.position in answers(principal, TODAY)


def test_the_interim_holds_the_position_from_the_next_day(term, principal, by):
    owen = UserFactory()

    leaving.end_assignment(term, Ending(TODAY, owen), by=by)

    interim = Assignment.objects.get(holder=owen)
    assert (interim.position, interim.interim, interim.starts_on) == (
        term.position,
        True,
        TODAY + DAY,
    )
    assert term.position in answers(owen, TODAY + DAY)
    assert term.position not in answers(principal, TODAY + DAY)


def test_until_a_later_interim_comes_the_superior_answers(term, principal, by):
    owen = UserFactory()
    ending = Ending(TODAY, owen, TODAY + 5 * DAY)

    found = leaving.takers(term, ending)

    office = principal.assignments.get()
    assert found == [Taker(principal, TODAY + DAY, office), Taker(owen, TODAY + 5 * DAY)]


@pytest.mark.parametrize(
    ("ending", "says"),
    [
        (Ending(dt.date(2026, 6, 30)), "cannot come before"),
        (Ending(TODAY, None), ""),
    ],
)
def test_nobody_leaves_before_they_came(term, by, ending, says):
    field, sentence = leaving.refusal(term, ending, today=TODAY)
    assert says in sentence
    assert bool(field) is bool(says)


def test_who_leaves_cannot_step_in_and_two_are_never_there_at_once(term):
    own = leaving.refusal(term, Ending(TODAY, term.holder), today=TODAY)
    both = leaving.refusal(term, Ending(TODAY, UserFactory(), TODAY), today=TODAY)

    assert (own[0], both[0]) == ("interim", "interim_from")


def test_what_is_over_is_not_ended_again(term, by):
    leaving.end_assignment(term, Ending(TODAY - DAY), by=by)

    with pytest.raises(Refused, match="ended on"):
        leaving.end_assignment(term, Ending(TODAY), by=by)


def test_each_ending_leaves_one_row_in_the_audit_trail(term, by):
    leaving.end_assignment(term, Ending(TODAY), by=by)

    event = AuditEvent.objects.get(verb="assignment.ended")
    assert event.detail["person"] == "Lucia Ferro"
    assert event.detail["last_day"] == "2026-10-29"


def test_who_answers_reads_it_in_their_next_letter(term, principal, by, school):
    leaving.end_assignment(term, Ending(TODAY), by=by)

    (letter,) = turn(term)

    assert letter.to == ["james@d.example"]
    assert letter.subject == "Answer for it from Oct 30: Site Tutoring Lead, Northside ES"
    words = " ".join(letter.body.split())
    assert "Lucia Ferro leaves it; the last day is Thursday, October 29." in words
    assert "It reports to you, Principal, Northside ES" in words
    assert reverse("roles:position", args=[school.district.slug, term.position.pk]) in words
    assert turn(term) == []


def test_it_is_a_line_beside_what_else_they_are_told_that_day(term, principal, by):
    (room,) = milestones(term, title="Room ready", due_on=TODAY)
    room.owner = principal.assignments.get().position
    room.save()

    leaving.end_assignment(term, Ending(TODAY), by=by)

    (letter,) = turn(term)
    assert letter.subject == "Due today, Oct 29: Room ready and 1 more"
    assert "Answer for it from Oct 30" in letter.body


def test_the_interim_is_written_to_and_the_superior_then_is_not(term, principal, by):
    leaving.end_assignment(term, Ending(TODAY, UserFactory(email="owen@d.example")), by=by)

    (letter,) = turn(term)

    assert letter.to == ["owen@d.example"]
    assert letter.subject == "Take over from Oct 30: Site Tutoring Lead, Northside ES"


def test_who_was_to_take_over_and_does_not_is_told_when_another_is_chosen(term, principal, by):
    first, second = UserFactory(email="owen@d.example"), UserFactory(email="rosa@d.example")
    leaving.end_assignment(term, Ending(TODAY + 5 * DAY, first), by=by)
    turn(term)

    leaving.end_assignment(term, Ending(TODAY + 5 * DAY, second), by=by)

    with time_machine.travel(dt.datetime(2026, 10, 30, 15, tzinfo=dt.UTC), tick=False):
        told = {sent.to[0]: sent.subject.split(":")[0] for sent in turn(term)}
    assert told == {"owen@d.example": "No need to take over", "rosa@d.example": TAKE_OVER}


def test_nothing_is_said_of_a_leave_that_was_filled_in_the_meantime(term, principal, by):
    leaving.end_assignment(term, Ending(TODAY), by=by)
    AssignmentFactory(district=term.district, position=term.position, starts_on=TODAY + DAY)

    assert turn(term) == []


def test_taken_back_in_time_they_stay_and_the_interim_does_not_come(term, principal, by):
    owen = UserFactory()
    leaving.end_assignment(term, Ending(TODAY + 5 * DAY, owen), by=by)

    assert leaving.take_back(term, by=by)

    term.refresh_from_db()
    assert term.ends_on is None
    assert not Assignment.objects.filter(holder=owen).exists()
    assert turn(term) == []
    assert leaving.take_back(term, by=by) is False


def test_an_interims_own_last_day_comes_back(school, term, by):
    until = TODAY + 60 * DAY
    Assignment.objects.filter(pk=term.pk).update(ends_on=until, interim=True)
    leaving.end_assignment(term, Ending(TODAY + DAY), by=by)

    leaving.take_back(term, by=by)

    term.refresh_from_db()
    assert term.ends_on == until


def test_who_read_of_it_hears_that_it_is_off(term, principal, by):
    leaving.end_assignment(term, Ending(TODAY + 5 * DAY), by=by)
    turn(term)

    leaving.take_back(term, by=by)

    with time_machine.travel(dt.datetime(2026, 10, 30, 15, tzinfo=dt.UTC), tick=False):
        (letter,) = turn(term)
    assert letter.to == ["james@d.example"]
    assert "Lucia Ferro stays in the position after all." in letter.body
    assert letter.subject == "No need to take over: Site Tutoring Lead, Northside ES"


def test_a_last_day_that_is_over_is_not_taken_back(term, by):
    leaving.end_assignment(term, Ending(TODAY - DAY), by=by)

    with pytest.raises(Refused, match="over"):
        leaving.take_back(term, by=by)


def test_another_last_day_replaces_the_first_and_its_interim(term, by):
    first, second = UserFactory(), UserFactory()
    leaving.end_assignment(term, Ending(TODAY + 5 * DAY, first), by=by)

    leaving.end_assignment(term, Ending(TODAY + 2 * DAY, second), by=by)

    [interim] = Assignment.objects.filter(position=term.position, interim=True)
    assert (interim.holder, interim.starts_on) == (second, TODAY + 3 * DAY)


def test_the_page_shows_what_happens_before_anything_does(client, term, principal, lead, school):
    milestones(term, title="Room ready", due_on=TODAY + DAY)
    client.force_login(lead)

    page = client.post(at("assignment-end", term), {"last_day": "2026-10-30"})

    text = page.content.decode()
    assert "Room ready" in text
    assert "James Thornton" in text
    assert "Oct 31, 2026" in text
    term.refresh_from_db()
    assert term.ends_on is None


def test_confirmed_it_is_done_and_the_pack_is_owed(client, term, principal, lead):
    client.force_login(lead)
    given = {"last_day": "2026-10-30", "confirm": "yes", "pack": "on"}

    answer = client.post(at("assignment-end", term), given, follow=True)

    term.refresh_from_db()
    assert term.ends_on == TODAY + DAY
    assert HandoverPack.objects.get().assignment == term
    assert "Queued" in answer.content.decode()
    assert "James Thornton" in answer.content.decode()


def test_an_interim_who_reaches_into_another_term_is_refused_beside_the_form(client, term, lead):
    Assignment.objects.filter(pk=term.pk).update(ends_on=TODAY + 20 * DAY)
    AssignmentFactory(district=term.district, position=term.position, starts_on=TODAY + 30 * DAY)
    owen = member(AccessLevel.SITE_LEADER, at=term.position.school)
    client.force_login(lead)
    given = {"last_day": "2026-10-30", "interim": owen.pk, "confirm": "yes"}

    answer = client.post(at("assignment-end", term), given)

    assert answer.status_code == 422
    assert "holds this position" in answer.content.decode()
    term.refresh_from_db()
    assert term.ends_on == TODAY + 20 * DAY


@pytest.mark.parametrize(
    "given",
    [
        {"last_day": ""},
        {"last_day": "someday"},
        {"last_day": "2026-06-01"},
        {"last_day": "2026-10-30", "interim_from": "2026-11-02"},
        {"last_day": "2026-10-30", "interim": "999999"},
    ],
)
def test_what_cannot_be_is_asked_again(client, term, lead, given):
    client.force_login(lead)
    assert client.post(at("assignment-end", term), given).status_code == 422


def test_taken_back_on_the_page(client, term, lead, by):
    leaving.end_assignment(term, Ending(TODAY + 5 * DAY), by=by)
    client.force_login(lead)

    answer = client.post(at("assignment-stay", term), follow=True)

    assert "Lucia Ferro stays in the position." in answer.content.decode()


def test_the_page_costs_the_same_with_little_and_with_much_open(
    client, term, lead, school, django_assert_max_num_queries
):
    client.force_login(lead)
    client.get(at("assignment-end", term))
    with django_assert_max_num_queries(60) as before:
        client.get(at("assignment-end", term))
    milestones(term, 5)
    with django_assert_max_num_queries(len(before)):
        client.get(at("assignment-end", term))
