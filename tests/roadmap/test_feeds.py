"""What calendar programs read: with a real calendar library, over HTTP, without signing in."""

import datetime as dt
import hashlib
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from roadmap import feed_rows
from roadmap.models import Phase
from roadmap.services import milestones
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, FeedToken
from roles.services import feeds
from tests.factories.checklists import (
    ActionFactory,
    ChecklistFactory,
    RatingFactory,
    WindowFactory,
    year_of,
)
from tests.factories.roadmap import MilestoneFactory, PhaseFactory, owned_milestone
from tests.factories.roadmap_feeds import (
    AudienceFactory,
    MeetingActionFactory,
    MeetingFactory,
    SeriesMemberFactory,
    SessionFactory,
)
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    SchoolFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def position(district, lead):
    """What the reader holds."""
    position = PositionFactory(district=district)
    AssignmentFactory(district=district, position=position, holder=lead)
    return position


@pytest.fixture
def token(district, lead):
    return feeds.renew(by=reach(district, lead))


def due(**fields):
    """A milestone in its district's one school year."""
    year = year_of(fields["district"])
    phase = Phase.objects.filter(school_year=year).first() or PhaseFactory(
        district=fields["district"], school_year=year
    )
    return MilestoneFactory(phase=phase, **fields)


def read(client, token, **headers):
    return client.get(reverse("calendar-feed", args=[token]), headers=headers)


def events(response):
    found = Calendar.from_ical(response.content)
    return {str(event["uid"]).partition(".")[0]: event for event in found.walk("VEVENT")}


def titles(response):
    return {str(event["summary"]) for event in events(response).values()}


def test_what_is_due_is_a_whole_day_that_leaves_the_person_free(client, district, position, token):
    milestone = due(district=district, owner=position, title="Budget", due_on=dt.date(2026, 11, 5))

    event = events(read(client, token))[f"milestone-{milestone.pk}"]

    assert (event["summary"], event["transp"]) == ("Due: Budget", "TRANSPARENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        dt.date(2026, 11, 5),
        dt.date(2026, 11, 6),
    )
    assert event["url"].endswith(f"/roadmap/{milestone.pk}/")


@pytest.mark.parametrize(
    ("day", "in_utc"), [(dt.date(2026, 10, 30), 15), (dt.date(2026, 11, 2), 16)]
)
def test_a_meeting_keeps_its_hour_when_the_clock_changes(
    client, district, position, token, day, in_utc
):
    """Ten in the morning before and after the night of November 1."""
    meeting = MeetingFactory(district=district, on=day, series__chair=position)

    response = read(client, token)

    event = events(response)[f"meeting-{meeting.pk}"]
    begins = event.decoded("dtstart")
    assert event["dtstart"].params["TZID"] == "America/Chicago"
    assert begins.replace(tzinfo=CHICAGO).astimezone(dt.UTC).hour == in_utc
    assert event.decoded("dtend") - begins == dt.timedelta(minutes=45)
    assert event["transp"] == "OPAQUE"


def test_the_rules_of_the_clock_are_those_of_the_districts_zone(client, district, position, token):
    """A program that knows no zone names finds both changes of the clock in the file itself."""
    MeetingFactory(district=district, series__chair=position)

    (zone,) = Calendar.from_ical(read(client, token).content).walk("VTIMEZONE")

    clock = zone.to_tz(lookup_tzid=False)
    around = [dt.datetime(2026, month, day, 12, tzinfo=clock) for month, day in ((10, 31), (11, 1))]
    assert str(zone["tzid"]) == "America/Chicago"
    assert [noon.utcoffset() / dt.timedelta(hours=1) for noon in around] == [-5, -6]


def test_a_zone_without_summer_time_has_one_rule(client, district, position, token):
    district.time_zone = "America/Phoenix"
    district.save()
    MeetingFactory(district=district, series__chair=position)

    (zone,) = Calendar.from_ical(read(client, token).content).walk("VTIMEZONE")

    clock = zone.to_tz(lookup_tzid=False)
    found = {dt.datetime(2026, month, 1, tzinfo=clock).utcoffset() for month in (1, 7)}
    assert found == {dt.timedelta(hours=-7)}


def test_a_moved_milestone_keeps_its_name_and_counts_on(client, district, lead, position, token):
    milestone = due(district=district, owner=position)
    before = events(read(client, token))[f"milestone-{milestone.pk}"]

    milestones.redate(milestone, dt.date(2026, 11, 20), reason="Later.", by=reach(district, lead))

    after = events(read(client, token))[f"milestone-{milestone.pk}"]
    assert after["uid"] == before["uid"]
    assert after.decoded("dtstart") == dt.date(2026, 11, 20)
    assert after["sequence"] > before["sequence"]


def test_a_cancelled_meeting_says_so_and_gives_its_hour_back(client, district, position, token):
    meeting = MeetingFactory(
        district=district, series__chair=position, state="cancelled", reason="Snow", sequence=2
    )

    event = events(read(client, token))[f"meeting-{meeting.pk}"]

    assert (event["status"], event["transp"], event["sequence"]) == ("CANCELLED", "TRANSPARENT", 2)
    assert event["summary"] == "Cancelled: Tutoring team"
    assert "Snow" in event["description"]


def test_a_person_reads_what_is_theirs_and_no_more(client, district, lead, position, token):
    other = PositionFactory(district=district)
    due(district=district, owner=PositionFactory(district=district), title="Somebody else's")
    due(district=district, owner=position, title="Mine")
    joined = MeetingFactory(district=district, series__title="I sit in")
    SeriesMemberFactory(district=district, series=joined.series, position=position)
    MeetingFactory(district=district, series__title="Others meet")
    MeetingActionFactory(district=district, owner=position, text="Call the provider")
    MeetingActionFactory(district=district, owner=other, text="Not my call")
    for role, topic in ((position.role, "For my role"), (other.role, "For another")):
        line = AudienceFactory(district=district, role=role, line__topic=topic).line
        SessionFactory(district=district, line=line)
    ActionFactory(district=district, owner=lead, text="Visit two sessions")

    assert titles(read(client, token)) == {
        "Due: Mine",
        "I sit in",
        "Due: Call the provider",
        "Learning: For my role",
        "Due: Visit two sessions",
    }


def test_learning_at_one_school_is_not_in_the_calendar_of_another(client, district, lead, token):
    here, there = SchoolFactory(district=district), SchoolFactory(district=district)
    seat = PositionFactory(district=district, school=here)
    AssignmentFactory(district=district, position=seat, holder=lead)
    line = AudienceFactory(district=district, role=seat.role).line
    mine = SessionFactory(district=district, line=line, school=here)
    SessionFactory(district=district, line=line, school=there)

    assert list(events(read(client, token))) == [f"session-{mine.pk}"]


def test_a_window_stands_until_the_form_is_in(client, district, lead, token):
    window = WindowFactory(district=district, label="Fall", opened_at=dt.datetime.now(dt.UTC))
    form = ChecklistFactory(district=district, window=window, holder=lead, rater=lead)
    RatingFactory(district=district, checklist=form, note="Needs more time for coaching")

    during = read(client, token)
    form.submitted_at, form.coverage, form.score, form.band = (
        dt.datetime.now(dt.UTC), 100, 40, "needs_support",
    )  # fmt: skip
    form.save()
    afterwards = read(client, token)

    assert titles(during) == {"Fill in your checklist by Nov 3: Fall"}
    assert b"coaching" not in during.content
    assert titles(afterwards) == set()
    assert during["ETag"] != afterwards["ETag"]


def test_the_districts_calendar_holds_everyones_dates_and_no_persons_actions(
    client, district, lead
):
    due(district=district, owner=PositionFactory(district=district), title="Somebody's")
    MeetingFactory(district=district)
    SessionFactory(district=district)
    MeetingActionFactory(district=district, meeting__series__title="Finance")
    ActionFactory(district=district, owner=lead, text="Practice feedback")
    token = feeds.renew(by=reach(district, lead), whole_district=True)

    found = titles(read(client, token))

    assert {"Due: Somebody's", "Tutoring team", "Finance"} <= found
    assert not [title for title in found if "feedback" in title or "money line" in title]


def test_nothing_of_another_district_or_an_archived_year_comes_in(
    client, district, lead, position, token
):
    owned_milestone(holder=lead, title="Of another district")
    old = due(district=district, owner=position, title="Last year's")
    old.school_year.archived_at = dt.datetime.now(dt.UTC)
    old.school_year.save()

    assert titles(read(client, token)) == set()


def test_a_school_leader_reads_no_milestone_of_a_school_they_may_not_enter(client, district):
    home, away = SchoolFactory(district=district), SchoolFactory(district=district)
    leader = member(AccessLevel.SITE_LEADER, at=home)
    seat = PositionFactory(district=district)
    AssignmentFactory(district=district, position=seat, holder=leader)
    due(district=district, owner=seat, school=home, title="Here")
    due(district=district, owner=seat, school=away, title="There")
    token = feeds.renew(by=reach(district, leader, schools=[home]))

    assert titles(read(client, token)) == {"Due: Here"}


def test_an_unchanged_calendar_is_answered_without_its_contents(client, district, position, token):
    due(district=district, owner=position)
    first = read(client, token)

    by_tag = read(client, token, if_none_match=first["ETag"])
    by_date = read(client, token, if_modified_since=first["Last-Modified"])

    assert (by_tag.status_code, by_date.status_code) == (HTTPStatus.NOT_MODIFIED,) * 2
    assert (by_tag.content, by_tag["ETag"]) == (b"", first["ETag"])
    assert "no-cache" in first["Cache-Control"]
    assert not first.cookies


def test_an_unchanged_calendar_costs_one_query(client, district, position, token):
    due(district=district, owner=position)
    tag = read(client, token)["ETag"]

    with CaptureQueriesContext(connection) as asked:
        read(client, token, if_none_match=tag)

    assert len(asked) == 1


def test_a_calendar_costs_the_same_queries_however_much_is_in_it(client, district, position, token):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            read(client, token)
        return len(asked)

    due(district=district, owner=position)
    meeting = MeetingFactory(district=district, series__chair=position)
    few = cost()
    for n in range(1, 6):
        due(district=district, owner=position)
        MeetingFactory(
            district=district, series=meeting.series, on=dt.date(2026, 11, 2) + dt.timedelta(n)
        )

    # the first answer was noted as read; the second notes that what it holds is new
    assert cost() <= few


def having(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


CHANGES = {
    "a milestone moves": lambda m, _: having(m, due_on="2026-12-01"),
    "a milestone gets another title": lambda m, _: having(m, title="Another"),
    "a milestone goes to another owner": lambda m, _: having(m, owner=None),
    "a milestone is gone": lambda m, _: m.delete(),
    "a meeting moves": lambda _, t: having(t, at="11:00"),
    "a meeting is cancelled": lambda _, t: having(t, state="cancelled", reason="Snow"),
    "a series gets another place": lambda _, t: having(t.series, place="Room 4"),
    "a position changes hands": lambda m, _: m.owner.assignments.update(ends_on="2026-10-28"),
}


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_is_news_by_tag_and_by_date(client, district, position, token, school_day, change):
    milestone = due(district=district, owner=position)
    meeting = MeetingFactory(district=district, series__chair=position)
    first = read(client, token)
    school_day.shift(dt.timedelta(minutes=5))

    CHANGES[change](milestone, meeting)

    by_tag = read(client, token, if_none_match=first["ETag"])
    by_date = read(client, token, if_modified_since=first["Last-Modified"])
    assert (by_tag.status_code, by_date.status_code) == (HTTPStatus.OK, HTTPStatus.OK)


def test_the_address_is_kept_as_a_hash_and_a_new_one_ends_the_old(client, district, lead, token):
    new = feeds.renew(by=reach(district, lead))

    assert read(client, token).status_code == HTTPStatus.NOT_FOUND
    assert read(client, new).status_code == HTTPStatus.OK
    kept = set(FeedToken.objects.values_list("hash", flat=True))
    assert kept == {hashlib.sha256(t.encode()).hexdigest() for t in (token, new)}
    assert [e.verb for e in AuditEvent.objects.all()] == [
        "calendar_feed.renewed",
        "calendar_feed.made",
    ]


def test_an_ended_address_stays_ended(client, district, lead, token):
    by = reach(district, lead)

    assert (feeds.revoke(by=by), feeds.revoke(by=by)) == (True, False)
    assert read(client, token).status_code == HTTPStatus.NOT_FOUND


def test_a_person_who_lost_access_or_their_account_has_no_calendar(client, district, lead, token):
    lead.is_active = False
    lead.save()
    inactive = read(client, token).status_code
    lead.is_active = True
    lead.save()
    lead.memberships.all().delete()

    assert (inactive, read(client, token).status_code) == (HTTPStatus.NOT_FOUND,) * 2


def test_guessing_addresses_is_slowed_down(client):
    tries = [read(client, f"guess-{n}") for n in range(31)]

    assert {t.status_code for t in tries[:30]} == {HTTPStatus.NOT_FOUND}
    assert tries[30].status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert tries[30]["Cache-Control"] == "no-store"


def test_a_calendar_is_made_anew_only_so_often(client, district, position, token):
    due(district=district, owner=position)
    tag = [read(client, token) for _ in range(60)][-1]["ETag"]

    assert read(client, token).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert read(client, token, if_none_match=tag).status_code == HTTPStatus.NOT_MODIFIED
    cache.clear()


def test_the_address_is_shown_once(client, district, lead):
    client.force_login(lead)
    page = reverse("roadmap:feeds", args=[district.slug])

    client.post(reverse("roadmap:feed-make", args=[district.slug]))
    once = client.get(page)
    again = client.get(page)

    address = once.context["new"]
    assert address in once.content.decode()
    assert ".ics" not in again.content.decode().split("</main>")[0].replace("ends in .ics", "")
    assert client.get(address.partition("localhost:8000")[2]).status_code == HTTPStatus.OK


def test_the_sources_say_all_that_their_events_are_made_of():
    """Every told field is one of the row or of what it belongs to."""
    for source in feed_rows.SOURCES:
        model = source.rows(feed_rows.Whose(1, 1, dt.date(2026, 11, 1))).model
        assert list(model.objects.values_list(*source.told)) == []


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_read_although_the_database_hung_up_meanwhile(client, district, lead):
    path = reverse("calendar-feed", args=[feeds.renew(by=reach(district, lead))])
    assert client.get(path).status_code == HTTPStatus.OK
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()

    assert client.get(path).status_code == HTTPStatus.OK
