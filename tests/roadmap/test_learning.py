"""The plan of learning: what is adopted, scheduled, moved, and how it is told."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from roadmap.learning_reports.plan import plan_of
from roadmap.learning_reports.standings import standings
from roadmap.learning_reports.topics import learned
from roadmap.learning_rolling import Lines
from roadmap.models import CoachingEntry, LearningLine, LearningSession, SessionTopic
from roadmap.rolling import Turn
from roadmap.services import attendance, learning
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.checklists import LearningTopicFactory
from tests.factories.roadmap_learning import (
    CoachingEntryFactory,
    SessionFactory,
    line_for,
    seat,
)
from tests.factories.roles import (
    ClosureFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
AT = dt.time(15, 30)


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def site_lead(year):
    return RoleFactory(district=year.district, key="SITE_LEAD", title="Site Lead", level="site")


@pytest.fixture
def line(year, site_lead):
    return line_for(site_lead, school_year=year, topic="One problem, one tool")


@pytest.fixture
def by(year):
    return Reach(UserFactory(), year.district, Capability.ROADMAP_MANAGE, EVERYWHERE)


@pytest.fixture
def lead(client, year):
    user = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(user)
    return user


def at(year, name, *args):
    return reverse(f"roadmap:{name}", args=[year.district.slug, *args])


def held(line, on, people, present=True):
    session = SessionFactory(district=line.district, line=line, on=on)
    by = Reach(UserFactory(), line.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    for position in people:
        holder = position.assignments.get().holder
        attendance.mark(session, position, holder, present=present, by=by)
    session.refresh_from_db()
    return session


def test_the_shipped_lines_are_adopted_once_for_roles_the_district_has(year, by):
    RoleFactory(district=year.district, key="PRINCIPAL", level="site")
    RoleFactory(district=year.district, key="SITE_LEAD", level="site")

    came = learning.adopt_plan(year, by=by)
    again = learning.adopt_plan(year, by=by)

    lines = {line.key for line in LearningLine.objects.all()}
    assert lines == {"PD05", "PD06", "PD07", "PD12"}  # the last is for all who rate
    assert (came, again) == (4, 0)
    assert AuditEvent.objects.filter(verb="learning.plan_adopted").count() == 1


def test_scheduling_the_same_days_twice_leaves_one_session_on_each(line, by):
    days = [dt.date(2026, 11, 10), dt.date(2026, 12, 8)]

    made = learning.schedule(line, days, at=AT, by=by)
    again = learning.schedule(line, days, at=AT, by=by)

    assert [(s.on, s.minutes_long) for s in made] == [(days[0], 60), (days[1], 60)]
    assert again == []


def test_moving_and_cancelling_tell_calendars_that_something_changed(line, by):
    (session,) = learning.schedule(line, [dt.date(2026, 11, 10)], at=AT, by=by)

    learning.move(session, on=dt.date(2026, 11, 12), at=AT, by=by)
    learning.cancel(session, reason="The room is taken", by=by)

    session.refresh_from_db()
    assert (session.on, session.state, session.sequence) == (
        dt.date(2026, 11, 12), "cancelled", 2,
    )  # fmt: skip
    with pytest.raises(Refused):
        learning.move(session, on=dt.date(2026, 11, 13), by=by)


def test_a_line_with_sessions_to_come_stays_until_they_are_cancelled(line, by):
    (session,) = learning.schedule(line, [dt.date(2026, 11, 10)], at=AT, by=by)
    with pytest.raises(Refused):
        learning.end_line(line, by=by)

    learning.cancel(session, reason="No room", by=by)

    assert learning.end_line(line, by=by)
    line.refresh_from_db()
    assert learning.bring_back(line, by=by)


def test_the_days_are_shown_before_they_are_written_and_closures_are_left_out(
    client, year, line, lead
):
    ClosureFactory(district=year.district, school_year=year)
    sent = {"first": "2026-11-26", "count": "2", "at": "15:30", "minutes_long": "60"}

    shown = client.post(at(year, "learning-schedule", line.pk), sent)

    days = shown.context["days"]
    assert LearningSession.objects.count() == 0
    assert days["day-0"].initial == dt.date(2026, 11, 30)
    assert "Moved from November 26" in days["day-0"].help_text

    written = sent | {"write": "1", "day-0": "2026-12-01", "day-1": ""}
    response = client.post(at(year, "learning-schedule", line.pk), written)

    assert response.status_code == HTTPStatus.FOUND
    assert [s.on for s in LearningSession.objects.all()] == [dt.date(2026, 12, 1)]


def test_a_day_outside_the_year_is_asked_again_and_nothing_is_lost(client, year, line, lead):
    sent = {
        "first": "2026-11-10", "count": "1", "at": "15:30", "minutes_long": "60",
        "place": "Board room", "write": "1", "day-0": "2031-11-10",
    }  # fmt: skip

    response = client.post(at(year, "learning-schedule", line.pk), sent)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "day-0" in response.context["days"].errors
    assert response.context["form"]["place"].value() == "Board room"


def test_a_line_of_ones_own_is_added_and_changed_on_its_page(client, year, site_lead, lead):
    sent = {
        "topic": "Family calls", "level": "site", "sessions": "2", "minutes_each": "45",
        "cadence": "twice_a_year", "audience": [site_lead.pk],
    }  # fmt: skip

    client.post(at(year, "learning-line-add"), sent)
    made = LearningLine.objects.get(topic="Family calls")
    client.post(at(year, "learning-line-edit", made.pk), sent | {"minutes_each": "60"})
    nobody = client.post(at(year, "learning-line-edit", made.pk), sent | {"audience": []})

    made.refresh_from_db()
    assert made.minutes_each == 60
    assert nobody.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_plan_says_planned_held_expected_and_next(year, line, site_lead, by):
    people = [seat(site_lead), seat(site_lead)]
    held(line, dt.date(2026, 9, 15), people)
    learning.schedule(line, [dt.date(2026, 11, 10)], at=AT, by=by)

    plan = plan_of(by, year, TODAY)

    (row,) = plan.lines
    assert (row.people, row.held, row.expected, row.hours_held) == (2, 1, 1, 1)
    assert (row.next_on, row.pace[1]) == (dt.date(2026, 11, 10), "On pace")


def test_a_level_nobody_met_with_for_ninety_days_is_called_out(year, line, site_lead, by):
    position = seat(site_lead)
    late = dt.date(2026, 11, 20)

    before = plan_of(by, year, late).quiet
    CoachingEntryFactory(district=year.district, coached=position, on=dt.date(2026, 11, 3),
                         next_on=dt.date(2026, 12, 1))  # fmt: skip
    after = plan_of(by, year, late).quiet

    assert [level.key for level in before] == ["site"]
    assert after == []


def test_who_began_later_is_expected_at_less(year, line, site_lead, by):
    early, late = seat(site_lead), seat(site_lead, starts_on=dt.date(2026, 12, 1))
    held(line, dt.date(2026, 9, 15), [early], present=False)

    rows = {row.positions[0].pk: row for row in standings(by, year, dt.date(2027, 1, 20))}

    assert (rows[early.pk].expected_sessions, rows[late.pk].expected_sessions) == (2, 1)
    assert not rows[early.pk].is_on_pace


def test_hours_stay_with_the_person_and_talks_of_a_line_count(year, line, site_lead, by):
    position = seat(site_lead)
    person = position.assignments.get().holder
    held(line, dt.date(2026, 9, 15), [position])
    CoachingEntryFactory(
        district=year.district, coached=position, coached_person=person, line=line, minutes_long=45
    )

    (row,) = standings(by, year, TODAY)

    assert (row.attended, row.sessions, row.coaching, row.is_on_pace) == (105, 2, 45, True)


def test_a_topic_goes_into_the_next_session_of_its_role_and_is_learned_then(
    client, year, line, site_lead, by, lead
):
    topic = LearningTopicFactory(district=year.district, role=site_lead, window__school_year=year)
    (session,) = learning.schedule(line, [TODAY], at=AT, by=by)

    page = client.get(at(year, "learning"))
    client.post(at(year, "learning-session-topic", session.pk), {"topic": topic.pk})
    client.post(at(year, "learning-session-topic", session.pk), {"topic": topic.pk})

    (proposal,) = page.context["proposals"]
    assert (proposal.topic, proposal.session) == (topic, session)
    assert SessionTopic.objects.count() == 1
    assert client.get(at(year, "learning")).context["proposals"] == []

    attendance.add(session, seat(site_lead), by=by)

    assert [each.topic for each in learned(by, year)] == [topic]


def test_the_plan_asks_as_many_questions_of_a_large_district(
    client, year, site_lead, lead, django_assert_max_num_queries
):
    for n in range(6):
        line = line_for(site_lead, school_year=year, topic=f"Line {n}")
        held(line, dt.date(2026, 9, 15), [seat(site_lead), seat(site_lead)])

    with django_assert_max_num_queries(34):
        client.get(at(year, "learning"))
    with django_assert_max_num_queries(24):
        client.get(at(year, "learning-people"))


def test_exported_names_are_text_whatever_they_begin_with(client, year, line, site_lead, lead):
    seat(site_lead, holder=UserFactory(first_name="=1+1", last_name="Doe"))

    sheet = client.get(at(year, "learning-people-file")).getvalue().decode("utf-8-sig")
    book = client.get(at(year, "learning-people-file") + "?as=xlsx")

    assert "'=1+1 Doe" in sheet
    assert book.getvalue().startswith(b"PK")


def test_lines_come_into_the_next_year_once(year, line, by):
    new = SchoolYearFactory(
        district=year.district, label="2027-28", starts_on=dt.date(2027, 7, 1),
        ends_on=dt.date(2028, 6, 30), first_student_day=dt.date(2027, 8, 16),
        last_student_day=dt.date(2028, 5, 26),
    )  # fmt: skip
    turn, copier = Turn(old=year, new=new, closures=[]), Lines()
    (proposed,) = copier.preview(turn, by)

    came = [copier.copy(turn, {proposed.key}, by=by) for _ in range(2)]

    copied = LearningLine.objects.get(school_year=new)
    assert came == [1, 0]
    assert copied.topic == line.topic
    assert [a.role for a in copied.audiences.all()] == [a.role for a in line.audiences.all()]


def test_coaching_is_read_by_the_two_and_by_who_runs_the_program(client, year, site_lead):
    position = seat(site_lead)
    other = member(AccessLevel.ADMINISTRATIVE_LEADER, at=year.district)
    coach = member(AccessLevel.ADMINISTRATIVE_LEADER, at=year.district)
    entry = CoachingEntryFactory(
        district=year.district, coached=position, coach=coach,
        coached_person=position.assignments.get().holder,
    )  # fmt: skip

    def read(person):
        client.force_login(person)
        return list(client.get(at(year, "coaching")).context["page"])

    assert read(coach) == [entry]
    assert read(member(AccessLevel.DISTRICT_LEAD, at=year.district)) == [entry]
    assert read(other) == []


def test_a_talk_is_noted_once_and_its_next_day_comes_later(client, year, line, site_lead):
    position = seat(site_lead)
    client.force_login(member(AccessLevel.ADMINISTRATIVE_LEADER, at=year.district))
    sent = {
        "coached": position.pk, "focus": "Missed sessions", "next_step": "Try the call list",
        "on": "2026-10-29", "minutes_long": "25", "next_on": "2026-11-12",
    }  # fmt: skip

    for _ in range(2):
        client.post(at(year, "coaching-add"), sent)
    early = client.post(at(year, "coaching-add"), sent | {"next_on": "2026-10-29"})

    entry = CoachingEntry.objects.get()
    assert (entry.coached_person, entry.minutes_long) == (position.assignments.get().holder, 25)
    assert early.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert early.context["form"]["focus"].value() == "Missed sessions"
    event = AuditEvent.objects.get(verb="learning.coaching_logged")
    assert "Missed" not in str(event.detail)


def test_a_talk_is_corrected_by_who_noted_it_and_the_trail_says_what_changed(
    client, year, site_lead
):
    position = seat(site_lead)
    coach = member(AccessLevel.ADMINISTRATIVE_LEADER, at=year.district)
    entry = CoachingEntryFactory(
        district=year.district, coached=position, coach=coach,
        coached_person=position.assignments.get().holder,
    )  # fmt: skip
    sent = {
        "focus": "Late sessions", "next_step": "Try the call list", "on": "2026-10-20",
        "minutes_long": "30", "next_on": "2026-11-10",
    }  # fmt: skip

    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))
    by_other = client.post(at(year, "coaching-edit", entry.pk), sent)
    client.force_login(coach)
    for _ in range(2):
        client.post(at(year, "coaching-edit", entry.pk), sent)
    early = client.post(at(year, "coaching-edit", entry.pk), sent | {"next_on": "2026-10-01"})

    entry.refresh_from_db()
    assert by_other.status_code == HTTPStatus.FORBIDDEN
    assert (entry.focus, entry.next_on) == ("Late sessions", dt.date(2026, 11, 10))
    assert early.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    event = AuditEvent.objects.get(verb="learning.coaching_corrected")
    assert event.detail["what"] == "topic, next day"
    assert "Late" not in str(event.detail)
