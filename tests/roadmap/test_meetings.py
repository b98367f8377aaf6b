"""Series of meetings: adopted, changed, moved, cancelled, ended; calendars hear of each change."""

import datetime as dt

import pytest
from django.urls import reverse

from roadmap.meeting_copies import SeriesCopier
from roadmap.meeting_library import suggestions
from roadmap.models import Meeting, MeetingSeries
from roadmap.rolling import Turn
from roadmap.services import meeting_series, meetings, series_changes
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, LeadershipRole, Position
from roles.services.refusal import Refused
from tests.factories.roadmap_meetings import MeetingFactory, SeriesFactory
from tests.factories.roles import (
    ClosureFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
WHY = "The room is taken by exams."


@pytest.fixture
def year():
    year = SchoolYearFactory()
    ClosureFactory(district=year.district, school_year=year)
    return year


def reach(district, user=None):
    return Reach(user or UserFactory(), district, Capability.ROADMAP_MANAGE, EVERYWHERE)


def plan(**fields):
    usual = {
        "title": "Program team",
        "rhythm": "monthly",
        "first_on": dt.date(2026, 9, 1),
        "last_on": dt.date(2027, 5, 28),
        "at": dt.time(10, 0),
        "minutes_long": 60,
    }
    return meeting_series.Plan(**(usual | fields))


def offered(year):
    district = year.district
    return suggestions(
        year,
        MeetingSeries.objects.filter(district=district, ended_at=None),
        LeadershipRole.objects.filter(district=district),
        Position.objects.filter(district=district).select_related("role", "school"),
        TODAY,
    )


def test_a_series_puts_its_meetings_on_working_days_once(year):
    by, weekly = reach(year.district), plan(rhythm="weekly", first_on=dt.date(2026, 11, 12))

    series = meeting_series.start(year, weekly, by=by)

    days = list(series.meetings.values_list("on", flat=True))
    assert dt.date(2026, 11, 26) not in days
    assert dt.date(2026, 11, 30) not in days
    assert AuditEvent.objects.get(verb="meeting_series.started").detail["meetings"] == len(days)
    assert series_changes.change(series, weekly, by=by).is_none
    assert series.meetings.count() == len(days)


def test_the_library_is_adopted_once_with_chairs_members_and_a_series_for_each_school(year):
    district = year.district
    chair = PositionFactory(
        district=district, role=RoleFactory(district=district, key="PROJECT_MANAGER")
    )
    schools = [SchoolFactory(district=district) for _ in range(2)]
    role = RoleFactory(district=district, key="SITE_LEAD")
    leads = [PositionFactory(district=district, role=role, school=s) for s in schools]
    found = {each.entry["key"]: each for each in offered(year)}
    plans = [
        made
        for key in ("site_leads", "data_look")
        for made in found[key].plans(0, dt.time(9), found[key].first, found[key].last)
    ]

    assert meeting_series.adopt(year, plans, by=reach(district)) == 3
    assert meeting_series.adopt(year, plans, by=reach(district)) == 0
    call = MeetingSeries.objects.get(key="site_leads")
    assert call.chair == chair
    assert set(call.members.all()) == set(leads)
    assert MeetingSeries.objects.filter(key="data_look", school__in=schools).count() == 2
    assert Meeting.objects.filter(on__lt=TODAY).count() == 0
    assert {each.entry["key"] for each in offered(year)}.isdisjoint({"site_leads", "data_look"})


def test_a_change_moves_meetings_to_come_alone_and_tells_calendars(year):
    by = reach(year.district)
    series = meeting_series.start(year, plan(), by=by)
    held = series.meetings.order_by("on").first()
    to_come = series.meetings.upcoming(TODAY).first()

    series_changes.change(series, plan(at=dt.time(14, 0), minutes_long=45), by=by)

    held.refresh_from_db()
    to_come.refresh_from_db()
    assert (held.at, held.sequence) == (dt.time(10, 0), 0)
    assert (to_come.at, to_come.minutes_long, to_come.sequence) == (dt.time(14, 0), 45, 1)


def test_an_agenda_moves_along_when_the_weekday_changes(year):
    by = reach(year.district)
    series = meeting_series.start(year, plan(), by=by)
    before = list(series.meetings.upcoming(TODAY))

    done = series_changes.change(series, plan(first_on=dt.date(2026, 9, 3)), by=by)

    after = list(series.meetings.upcoming(TODAY))
    assert [m.pk for m in before] == [m.pk for m in after]
    assert {m.on.weekday() for m in after} == {3}
    assert not done.cancelled


def test_fewer_days_cancel_the_rest_and_more_days_bring_them_back(year):
    by = reach(year.district)
    series = meeting_series.start(year, plan(), by=by)
    many = series.meetings.upcoming(TODAY).count()

    series_changes.change(series, plan(last_on=dt.date(2026, 12, 31)), by=by)
    gone = series.meetings.filter(state="cancelled")
    assert {m.sequence for m in gone} == {1}
    assert series.meetings.upcoming(TODAY).count() == 2

    series_changes.change(series, plan(), by=by)
    assert series.meetings.upcoming(TODAY).count() == many
    assert not series.meetings.filter(state="cancelled")


def test_a_meeting_moved_by_hand_keeps_its_day(year):
    by = reach(year.district)
    series = meeting_series.start(year, plan(), by=by)
    meeting = series.meetings.upcoming(TODAY).first()
    meetings.move(meeting, on=dt.date(2026, 11, 5), at=dt.time(8, 0), reason=WHY, by=by)

    series_changes.change(series, plan(at=dt.time(14, 0)), by=by)

    meeting.refresh_from_db()
    assert (meeting.on, meeting.at) == (dt.date(2026, 11, 5), dt.time(8, 0))
    assert meeting.usual_on == dt.date(2026, 11, 3)


def test_a_meeting_does_not_move_into_a_break_or_without_a_reason(year):
    meeting = MeetingFactory(district=year.district, series__school_year=year)
    by = reach(year.district)
    with pytest.raises(Refused):
        meetings.move(meeting, on=dt.date(2026, 11, 26), at=meeting.at, reason=WHY, by=by)
    with pytest.raises(Refused):
        meetings.move(meeting, on=dt.date(2026, 11, 12), at=meeting.at, reason=" ", by=by)


def test_cancelling_twice_cancels_once(year):
    meeting = MeetingFactory(district=year.district, series__school_year=year)
    by = reach(year.district)
    assert meetings.cancel(meeting, reason=WHY, by=by)
    assert not meetings.cancel(meeting, reason=WHY, by=by)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason, meeting.sequence) == ("cancelled", WHY, 1)
    assert AuditEvent.objects.filter(verb="meeting.cancelled").count() == 1


def test_ending_a_series_leaves_what_was_held(year):
    by = reach(year.district)
    series = meeting_series.start(year, plan(), by=by)
    past = series.meetings.filter(on__lt=TODAY).count()

    gone = meeting_series.end(series, reason="The program team meets with the cabinet.", by=by)

    assert series.meetings.filter(state="cancelled").count() == gone > 0
    assert series.meetings.filter(state="planned").count() == past
    with pytest.raises(Refused):
        meeting_series.end(series, reason=WHY, by=by)


def test_an_archived_year_takes_no_series(year):
    year.archived_at = dt.datetime.now(dt.UTC)
    with pytest.raises(Refused):
        meeting_series.start(year, plan(), by=reach(year.district))


def test_adopting_in_one_form_shows_the_days_first(client, year):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))
    address = reverse("roadmap:planning-adopt", args=[year.district.slug])
    page = client.get(address)
    rows = page.context["rows"]
    data = {"row-TOTAL_FORMS": len(rows.forms), "row-INITIAL_FORMS": len(rows.forms)}
    for form in rows.forms:
        first = form.suggestion.entry["key"] == "program_team"
        data |= {
            f"{form.prefix}-{name}": form.initial[name]
            for name in ("weekday", "at", "first", "last")
        }
        if first:
            data[f"{form.prefix}-take"] = "on"

    shown = client.post(address, data | {"show": "1"})
    assert shown.status_code == 200
    assert not MeetingSeries.objects.exists()

    assert client.post(address, data).status_code == 302
    series = MeetingSeries.objects.get()
    assert series.meetings.exists()
    assert (
        "Program team"
        in client.get(reverse("roadmap:planning", args=[year.district.slug])).content.decode()
    )


def test_nothing_ticked_is_refused_and_the_times_stay(client, year):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))
    address = reverse("roadmap:planning-adopt", args=[year.district.slug])
    answer = client.post(
        address, {"row-TOTAL_FORMS": 1, "row-INITIAL_FORMS": 1, "row-0-at": "07:45"}
    )
    assert answer.status_code == 422
    assert "07:45" in answer.content.decode()


def test_the_place_costs_the_same_with_few_and_many_series(
    client, year, django_assert_max_num_queries
):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=year.district))
    address = reverse("roadmap:planning", args=[year.district.slug])
    for many in (1, 12):
        for _ in range(many):
            series = SeriesFactory(district=year.district, school_year=year)
            MeetingFactory(district=year.district, series=series)
        with django_assert_max_num_queries(23):
            assert client.get(address).status_code == 200


def test_series_come_along_into_the_next_year_once(year):
    by = reach(year.district)
    meeting_series.start(year, plan(rhythm="weekly", first_on=dt.date(2026, 8, 31)), by=by)
    new = SchoolYearFactory(
        district=year.district, label="2027-28", starts_on=dt.date(2027, 7, 1),
        ends_on=dt.date(2028, 6, 30), first_student_day=dt.date(2027, 8, 23),
        last_student_day=dt.date(2028, 5, 26),
    )  # fmt: skip
    turn, copier = Turn(year, new, []), SeriesCopier()
    (offered,) = copier.preview(turn, by)

    assert "Mondays at 10:00 AM, from Sep 6, 2027" in offered.note
    assert copier.copy(turn, [offered.key], by=by) == 1
    assert copier.copy(turn, [offered.key], by=by) == 0
    copied = MeetingSeries.objects.get(school_year=new)
    assert copied.meetings.first().on == dt.date(2027, 9, 6)
