"""Attendance: one tap is one row, however often it is tapped; files are read, then written."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from roadmap.attendance_files import Wrong, decoded, read
from roadmap.models import Attendance, LearningSession
from roadmap.services import attendance
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.roadmap_learning import seat, session_with_guests
from tests.factories.roles import (
    AssignmentFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)

TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def table(school_day, db):
    """A session of today with three people on its list, and who manages."""
    session, seats = session_with_guests()
    by = Reach(UserFactory(), session.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    return session, seats, by


@pytest.fixture
def leader(client, table):
    session, _, _ = table
    user = member(AccessLevel.ADMINISTRATIVE_LEADER, at=session.district)
    AssignmentFactory(district=session.district, position=session.leader, holder=user)
    client.force_login(user)
    return user


def holder(position):
    return position.assignments.get().holder


def at(session, name="learning-attendance"):
    return reverse(f"roadmap:{name}", args=[session.district.slug, session.pk])


def tap(session, position, present, **more):
    return {"position": position.pk, "person": holder(position).pk, "present": present} | more


def marks(session):
    rows = Attendance.objects.filter(session=session).order_by("position")
    return list(rows.values_list("position", "present"))


def test_the_first_mark_says_that_the_session_was_held(table):
    session, seats, by = table

    for _ in range(2):
        attendance.mark(session, seats[0], holder(seats[0]), present=True, by=by)
    attendance.mark(session, seats[0], holder(seats[0]), present=False, by=by)

    session.refresh_from_db()
    assert session.state == "held"
    assert marks(session) == [(seats[0].pk, False)]
    assert AuditEvent.objects.filter(verb="learning.session_held").count() == 1


def test_everyone_else_is_present_leaves_who_was_marked(table):
    session, seats, by = table
    attendance.mark(session, seats[1], holder(seats[1]), present=False, by=by)

    counts = [attendance.mark_rest(session, by=by) for _ in range(2)]

    assert counts == [2, 0]
    assert [present for _, present in marks(session)] == [True, False, True]


def test_the_list_holds_who_held_a_position_on_that_day_at_that_school(table):
    session, seats, _ = table
    role = seats[0].role
    school = SchoolFactory(district=session.district)
    here = seat(role, school=school)
    seat(role, starts_on=dt.date(2026, 10, 30))
    session.school = school

    alone = attendance.sheet_of(session)
    session.school = None
    everyone = attendance.sheet_of(session)

    assert [guest.position for guest in alone.guests] == [here]
    assert len(everyone.guests) == 4
    assert len(everyone.vacant) == 1  # who begins tomorrow


def test_before_the_day_and_after_a_cancelled_one_nothing_is_marked(table):
    session, seats, by = table
    LearningSession.objects.update(on=TODAY + dt.timedelta(days=1))
    with pytest.raises(Refused):
        attendance.mark(session, seats[0], holder(seats[0]), present=True, by=by)

    LearningSession.objects.update(on=TODAY, state="cancelled", reason="No room")
    with pytest.raises(Refused):
        attendance.mark_rest(session, by=by)


def test_who_is_not_on_the_list_is_added_first(table):
    session, _, by = table
    other = seat(RoleFactory(district=session.district))
    with pytest.raises(Refused):
        attendance.mark(session, other, holder(other), present=True, by=by)

    attendance.add(session, other, by=by)

    (added,) = [guest for guest in attendance.sheet_of(session).guests if guest.added]
    assert (added.position, added.present) == (other, True)
    attendance.mark(session, other, holder(other), present=False, by=by)


def test_a_session_that_was_not_held_after_all_stands_as_planned(table):
    session, _, by = table
    attendance.mark_rest(session, by=by)

    assert attendance.reopen(session, by=by)

    session.refresh_from_db()
    assert (session.state, marks(session)) == ("planned", [])


def test_the_leader_takes_attendance_and_nobody_else_of_their_level(client, table, leader):
    session, seats, _ = table

    tapped = client.post(at(session), tap(session, seats[0], "yes"))
    client.force_login(member(AccessLevel.ADMINISTRATIVE_LEADER, at=session.district))
    other = client.get(at(session))
    seen = client.get(at(session, "learning-session"))

    assert tapped["Location"].endswith(f"#seat-{seats[0].pk}")
    assert marks(session) == [(seats[0].pk, True)]
    assert other.status_code == HTTPStatus.FORBIDDEN
    assert str(holder(seats[0])) not in seen.content.decode()


def test_a_tap_answers_with_its_row_alone(client, table, leader):
    session, seats, _ = table

    response = client.post(
        at(session), tap(session, seats[0], "yes"), headers={"HX-Request": "true"}
    )

    page = response.content.decode()
    assert page.count('class="roll__marks"') == 1
    assert 'aria-pressed="true"' in page
    assert "<b>1</b> present" in page


def test_nonsense_taps_change_nothing(client, table, leader):
    session, seats, _ = table

    for sent in ({}, tap(session, seats[0], "maybe"), {"position": "x", "person": "9" * 30}):
        assert client.post(at(session), sent).status_code == HTTPStatus.FOUND

    assert marks(session) == []


def test_a_file_is_shown_before_it_is_written(client, table, leader):
    session, seats, _ = table
    text = "Name,E-mail,Present\n" + "".join(
        f"x,{holder(s).email.upper()},{word}\n" for s, word in zip(seats, "yn", strict=False)
    )

    shown = client.post(
        at(session, "learning-file"), {"file": SimpleUploadedFile("a.csv", text.encode())}
    )
    before = marks(session)
    client.post(at(session, "learning-file"), {"text": shown.context["text"], "write": "1"})

    assert [present for _, _, present in shown.context["rows"]] == [True, False]
    assert before == []
    assert marks(session) == [(seats[0].pk, True), (seats[1].pk, False)]


def test_a_file_with_one_wrong_row_is_not_written(client, table, leader):
    session, seats, _ = table
    text = f"email,present\n{holder(seats[0]).email},yes\nnobody@x.example,yes\n"

    response = client.post(at(session, "learning-file"), {"text": text, "write": "1"})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    (wrong,) = response.context["found"].wrong
    assert (wrong.row, wrong.column, wrong.got) == (3, "email", "nobody@x.example")
    assert marks(session) == []


def test_an_archived_year_takes_no_attendance(client, table, leader):
    session, _, by = table
    year = session.line.school_year
    year.archived_at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    year.save()

    assert client.get(at(session)).status_code == HTTPStatus.FORBIDDEN
    with pytest.raises(Refused):
        attendance.mark_rest(LearningSession.objects.get(pk=session.pk), by=by)


KNOWN = {"ana@x.example", "bo@x.example"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [Wrong(1, "email", 'a column named "email"', "nothing"),
              Wrong(1, "present", 'a column named "present"', "nothing")]),
        ("email,hours\n", [Wrong(1, "present", 'a column named "present"', "email, hours")]),
        ("email,present\nana@x.example,perhaps\n", [Wrong(2, "present", "yes or no", "perhaps")]),
        ("email,present\nana@x.example\n", [Wrong(2, "present", "yes or no", "nothing")]),
        ("email,present\nana@x.example,yes\nANA@x.example,no\n",
         [Wrong(3, "present", "the same as in row 2", "no")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_row_and_column(text, expected):
    assert list(read(text, KNOWN).wrong) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_common_encodings_and_separators_are_read_alike(encoding):
    text, note = decoded("email;present;name\r\nana@x.example;1;Ána\r\n\r\n".encode(encoding))

    found = read(text, KNOWN)

    assert (found.marks, found.wrong, note) == (((2, "ana@x.example", True),), (), "")


def test_windows_text_is_read_with_a_notice():
    text, note = decoded("email,present,name\nana@x.example,no,Ána\n".encode("cp1252"))

    assert "Ána" in text
    assert "cp1252" in note


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data):
    text, _ = decoded(data)
    read(text, KNOWN)


def test_the_page_of_a_session_says_when_its_leader_is_asked_for_attendance(client, table, leader):
    session, seats, by = table
    page = at(session, "learning-session")

    said = "You will be mailed on Oct 30 and Nov 3 if no attendance is taken."
    assert said in client.get(page).content.decode()
    attendance.mark(session, seats[0], holder(seats[0]), present=True, by=by)
    assert "You will be mailed" not in client.get(page).content.decode()
