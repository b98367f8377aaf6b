"""The file of a table holds the rows of its page: asked for by the link there, filters and all."""

import csv
import datetime as dt
import html
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from roadmap.models import Attendance
from roles.capabilities import AccessLevel
from roles.models import OwedStatus
from roles.services import acknowledging
from selfassessment.models import GapMilestone
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_decisions import DecisionRequestFactory
from tests.factories.roadmap_learning import SessionFactory, line_for, seat
from tests.factories.roadmap_visits import VisitFactory
from tests.factories.roles import (
    JobDescriptionFactory,
    LetterFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    VersionFactory,
    member,
)
from tests.factories.selfassessment import RatingFactory, RoundFactory
from tests.factories.selfassessment_gaps import GapFactory, SnapshotFactory
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
HELD = {"state": "held", "held_at": timezone.now()}


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(client, year):
    user = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(user)
    return user


def link(client, year, view, table, kind="csv", query=""):
    """Where the page, narrowed so, says that its table can be had."""
    slug = year.district.slug
    page = client.get(reverse(view, args=[slug]) + query).content.decode()
    address = reverse("roles:table-file", args=[slug, table, kind])
    return html.unescape(re.search(f'href="({re.escape(address)}[^"]*)"', page)[1])


def taken(client, year, view, table, query=""):
    answer = client.get(link(client, year, view, table, query=query))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_milestones_of_one_title_at_schools_are_those_of_the_group(client, year, lead):
    phase = PhaseFactory(district=year.district, school_year=year)

    def at(school, title):
        return MilestoneFactory(district=year.district, phase=phase, school=school, title=title)

    schools = SchoolFactory.create_batch(2, district=year.district)
    one, _ = (at(school, "Rooms booked") for school in schools)
    at(schools[0], "Devices booked")

    rows = taken(client, year, "roadmap:index", "milestones", f"?group={one.pk}")

    assert [row["Milestone"] for row in rows] == ["Rooms booked"] * 2


def test_lines_of_learning_and_their_sessions_are_those_of_the_pace_shown(client, year, lead):
    role = RoleFactory(district=year.district, level="site")
    seat(role)
    for topic, held in (("Met as planned", 4), ("Never met", 0)):
        line = line_for(role, school_year=year, topic=topic)
        for n in range(held):
            on = dt.date(2026, 10, 1 + n)
            SessionFactory(district=year.district, line=line, on=on, held_by=lead, **HELD)

    def topics(table, query=""):
        head = "Topic" if table == "learning-plan" else "Session"
        return [row[head] for row in taken(client, year, "roadmap:learning", table, query)]

    assert set(topics("learning-plan")) == {"Met as planned", "Never met"}
    assert topics("learning-plan", "?pace=behind") == ["Never met"]
    assert topics("learning-plan", "?pace=on") == ["Met as planned"]
    assert topics("learning-sessions", "?pace=behind") == []
    assert topics("learning-sessions", "?pace=on") == ["Met as planned"] * 4


def test_attendance_is_that_of_the_people_shown(client, year, lead):
    role = RoleFactory(district=year.district, level="site")
    there, away = seat(role), seat(role)
    line = line_for(role, school_year=year)
    session = SessionFactory(district=year.district, line=line, held_by=lead, **HELD)
    for position in (there, away):
        Attendance.objects.create(
            district=year.district, session=session, position=position, marked_by=lead,
            attendee=position.assignments.get().holder, present=position == there,
        )  # fmt: skip

    def people(table, query):
        return [
            row["Person"] for row in taken(client, year, "roadmap:learning-people", table, query)
        ]

    behind = [str(away.assignments.get().holder)]
    assert people("learning-hours", "?behind=on") == people("attendance", "?behind=on") == behind
    assert len(people("attendance", "")) == 2


def test_visits_of_no_school_at_all_are_all_visits_as_on_the_page(client, year, lead):
    visit = VisitFactory(district=year.district, by=lead)

    rows = taken(client, year, "roadmap:visits", "visits", "?school=0")

    assert [row["School"] for row in rows] == [str(visit.school)]


def test_acknowledgements_are_those_that_the_page_still_waits_for(client, year, lead):
    role = RoleFactory(district=year.district)
    job = JobDescriptionFactory(district=year.district, role=role)
    version = VersionFactory(
        district=year.district, job_description=job, published=True, published_at=timezone.now()
    )
    read, unread = seat(role).assignments.get(), seat(role).assignments.get()
    acknowledging.acknowledge(version, by=reach(year.district, read.holder))

    rows = taken(client, year, "roles:acknowledgements", "acknowledgements")

    assert [row["E-mail"] for row in rows] == [unread.holder.email]


def test_letters_are_those_of_the_heap_that_the_page_opens_with(client, year, lead):
    for status in (OwedStatus.WAITING, OwedStatus.FAILED):
        LetterFactory(district=year.district, status=status, subject=status.label)

    rows = taken(client, year, "roles:letters", "letters")

    assert [row["Letter"] for row in rows] == [OwedStatus.FAILED.label]


def test_people_are_all_when_one_filter_means_nothing(client, year, lead):
    rows = taken(client, year, "roles:people", "people", "?q=nobody&level=nonsense")

    assert [row["E-mail"] for row in rows] == [lead.email]


def test_ratings_and_gaps_are_those_shown(client, year, lead):
    round_ = RoundFactory(district=year.district, school_year=year, closed=True)
    low = RatingFactory(district=year.district, round=round_, code="6b.1", value=1)
    RatingFactory(district=year.district, round=round_, code="6b.2", value=3)
    GapFactory(district=year.district, rating=low)

    def codes(view, table, query):
        return [row["Indicator"] for row in taken(client, year, view, table, query)]

    assert codes("selfassessment:index", "ratings", "?show=ready") == ["6b.2"]
    assert "6b.2" not in codes("selfassessment:index", "ratings", "?show=short")
    assert codes("selfassessment:gaps", "gaps", "?state=explain") == ["6b.1"]
    assert codes("selfassessment:gaps", "gaps", "?state=work") == []


def test_evidence_is_that_of_the_round_shown(client, year, lead):
    kept = {"6b.1": {"evidence": [{"label": "Minutes of the board", "dated_on": "2026-09-14"}]}}
    round_ = RoundFactory(district=year.district, school_year=year, closed=True)
    SnapshotFactory(district=year.district, round=round_, content=kept)

    rows = taken(client, year, "selfassessment:audit", "evidence")

    assert [(row["Evidence"], row["Dated"]) for row in rows] == [
        ("Minutes of the board", "2026-09-14")
    ]


def cells(client, year, table):
    address = reverse("roles:table-file", args=[year.district.slug, table, "xlsx"])
    book = load_workbook(io.BytesIO(b"".join(client.get(address).streaming_content)))
    head, *rows = book.worksheets[0].iter_rows()
    return [{name.value: cell for name, cell in zip(head, row, strict=True)} for row in rows]


@pytest.mark.parametrize(
    ("table", "days"),
    [
        ("decisions", ("Needed by", "Asked on")),
        ("rounds", ("From", "To", "Closed on")),
        ("gaps", ("Opened on", "Due")),
        ("milestones", ("Starts", "Due")),
        ("visits", ("Day",)),
    ],
)
def test_days_are_days_in_a_workbook(client, year, lead, table, days):
    DecisionRequestFactory(district=year.district, school_year=year)
    gap = GapFactory(district=year.district, rating__round__school_year=year)
    phase = PhaseFactory(district=year.district, school_year=year)
    step = MilestoneFactory(district=year.district, phase=phase)
    GapMilestone.objects.create(district=year.district, gap=gap, milestone=step, added_by=lead)
    VisitFactory(district=year.district, by=lead)

    (row,) = cells(client, year, table)

    assert [(row[day].is_date, "yy" in row[day].number_format) for day in days] == [
        (True, True)
    ] * len(days)
