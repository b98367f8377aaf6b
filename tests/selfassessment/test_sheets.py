"""All rounds as tables: what is in them, that nothing calculates, and that no vote is told."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from selfassessment import sheets
from selfassessment.models import Gap, GapMilestone
from selfassessment.sheet_rows import NOT_TOLD, tables_of
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import DistrictFactory, SchoolYearFactory, member
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory, RoundFactory
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory(name="Lake County Schools")


@pytest.fixture
def year(district):
    return SchoolYearFactory(district=district)


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def by(district, lead):
    return reach(district, lead, capability=Capability.ASSESSMENT_VIEW)


@pytest.fixture
def two_rounds(district, year):
    """Fall rated 1, spring 3; in between a gap with one milestone."""
    fall = RoundFactory(
        district=district,
        school_year=year,
        label="=Fall",
        opens_on=dt.date(2026, 9, 1),
        closed=True,
    )
    spring = RoundFactory(
        district=district,
        school_year=year,
        label="Spring",
        opens_on=dt.date(2026, 10, 20),
        closes_on=dt.date(2026, 11, 30),
    )
    low = RatingFactory(
        district=district, round=fall, value=1, rationale="=1+1", documented=2, practised=1, hint=1,
        counts={"1": 3, "2": 1}, turn=1,
    )  # fmt: skip
    RatingFactory(district=district, round=spring, value=3, counts={"3": 2}, turn=1)
    gap = Gap.objects.create(
        district=district,
        code="6b.1",
        rating=low,
        target=2,
        cause="No time.",
        opened_by=low.rated_by,
    )
    step = MilestoneFactory(district=district, phase__school_year=year, title="Write it down")
    GapMilestone.objects.create(district=district, gap=gap, milestone=step, added_by=low.rated_by)
    return fall, spring


def book_of(content):
    return load_workbook(io.BytesIO(content))


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_workbook_has_all_rounds_side_by_side_with_a_sheet_for_each_part(
    client, lead, district, two_rounds
):
    HandEvidenceFactory(district=district)
    client.force_login(lead)

    answer = client.get(reverse("selfassessment:sheet-xlsx", args=[district.slug]))

    book = book_of(answer.content)
    assert book.sheetnames == ["Ratings", "Rounds", "Votes", "Evidence today", "Gaps"]
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    assert all(sheet.column_dimensions["A"].width > 10 for sheet in book)
    first = rows_of(book["Ratings"])[0]
    values = list(first.values())
    assert values[0] == "6b.1"
    assert values[3:6] == [1, 3, 2]
    assert (first["Hint documented, when last frozen"], first["Evidence today"]) == (2, 1)
    assert "Target 2" in first["Open gap"]
    assert [row["Evidence"] for row in rows_of(book["Evidence today"])] == ["Minutes of the board"]
    assert [row["Milestone"] for row in rows_of(book["Gaps"])] == ["Write it down"]
    assert AuditEvent.objects.get(verb="assessment.sheet_downloaded").detail == {"kind": "XLSX"}


def test_votes_of_fewer_than_three_are_not_told(by, two_rounds):
    votes = rows_of(book_of(sheets.as_xlsx(tables_of(by)))["Votes"])

    assert [row["Votes"] for row in votes] == [4, NOT_TOLD]
    assert [row["For 1"] for row in votes] == [3, NOT_TOLD]


def test_no_text_calculates_in_either_file(by, two_rounds):
    tables = tables_of(by)
    book = book_of(sheets.as_xlsx(tables))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    data = sheets.as_csv(tables[0])
    head = next(csv.reader(io.StringIO(data.decode("utf-8-sig"))))

    assert "f" not in kinds
    assert data.startswith(b"\xef\xbb\xbf")
    assert head[3].startswith("'=Fall")


def test_a_district_without_rounds_gets_its_indicators(by, year):
    ratings = tables_of(by)[0]

    assert [row[0] for row in ratings.rows] == ["6b.1", "6b.2", "6b.3", "6c.1", "6c.2"]


@pytest.mark.parametrize("size", [1, 10])
def test_the_tables_ask_the_database_as_often_for_many_rounds(
    by, district, year, size, django_assert_max_num_queries
):
    for n in range(size):
        done = RoundFactory(district=district, school_year=year, label=f"Round {n}", closed=True)
        RatingFactory(district=district, round=done)
        HandEvidenceFactory(district=district)

    with django_assert_max_num_queries(24):
        tables_of(by)
