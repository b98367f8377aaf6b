import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from roadmap.calendar_files.found import Kind, Row, Trouble, Unreadable
from roadmap.calendar_files.merging import merged
from roadmap.calendar_files.reading import read
from roadmap.yeardays import Closed, YearDays

SPAN = dt.date(2026, 7, 1), dt.date(2027, 6, 30)
CHICAGO = ZoneInfo("America/Chicago")


def found(text, encoding="utf-8"):
    return read(text.encode(encoding), span=SPAN, zone=CHICAGO)


def said(text, encoding="utf-8"):
    rows = found(text, encoding).rows
    return [(row.label, str(row.first), str(row.last), row.kind) for row in rows]


def ics(*events):
    lines = "".join(
        f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{lines}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    )


def test_a_csv_gives_closures_and_student_days():
    text = (
        "Name,First day,Last day\n"
        "First day of school,2026-08-17,\n"
        "Labor Day,9/7/2026,\n"
        'Thanksgiving break,"Wed, Nov 25, 2026","November 27, 2026"\n'
        "Last student day,2027-05-28,2027-05-28\n"
    )

    assert said(text) == [
        ("First day of school", "2026-08-17", "2026-08-17", Kind.FIRST),
        ("Labor Day", "2026-09-07", "2026-09-07", Kind.CLOSURE),
        ("Thanksgiving break", "2026-11-25", "2026-11-27", Kind.CLOSURE),
        ("Last student day", "2027-05-28", "2027-05-28", Kind.LAST),
    ]


def test_other_words_for_columns_semicolons_and_a_span_in_one_cell_are_read():
    text = "Holiday;Date;Type\nWinter break;12/21/2026 - 1/1/2027;No school\n"

    assert said(text) == [("Winter break", "2026-12-21", "2027-01-01", Kind.CLOSURE)]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_the_encoding_is_found_and_said(encoding, name):
    text = "Name,Date\nDía de los Reyes,2027-01-06\n"

    assert found(text, encoding).encoding == name
    assert said(text, encoding)[0][0] == "Día de los Reyes"


def test_what_cannot_be_read_is_said_by_row_column_expected_and_got():
    text = (
        "Name,First day,Last day,Kind\n"
        "Snow,soon,,closure\n"
        ",2027-02-01,,closure\n"
        "Break,2027-02-05,2027-02-01,closure\n"
        "Odd,2027-02-09,,party\n"
        "Good,2027-02-10,,closure\n"
    )

    result = found(text)

    assert result.troubles == [
        Trouble(2, "First day", "a date such as 2026-11-25 or 11/25/2026", "soon"),
        Trouble(3, "Name", "a name", "nothing"),
        Trouble(4, "Last day", "2027-02-05 or later", "2027-02-01"),
        Trouble(5, "Kind", "closure, first student day or last student day", "party"),
    ]
    assert [row.label for row in result.rows] == ["Good"]


def test_rows_of_another_year_are_counted_and_left_out():
    result = found("Name,Date\nLabor Day,2025-09-01\nLabor Day,2026-09-07\n")

    assert (len(result.rows), result.elsewhere) == (1, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "spreadsheet"),
        (b"Who,Where\nA,B\n", "Expected \u201cname\u201d"),
        (b"\x00\x01\x02", "not text"),
        (b"x" * 2_000_001, "2 MB"),
        (b"sourcedId,startDate,endDate\n", "Expected \u201ctitle\u201d"),
        (b"Name,Date\n" + b"A,2026-09-07\n" * 5_001, "5,000"),
    ],
)
def test_a_file_that_is_no_calendar_says_what_to_do(data, words):
    with pytest.raises(Unreadable, match=words):
        read(data, span=SPAN, zone=CHICAGO)


def test_an_ics_gives_whole_days_with_the_end_that_people_mean():
    text = ics(
        "SUMMARY:First Day of School\nDTSTART;VALUE=DATE:20260817",
        "SUMMARY:Winter Break - No School\nDTSTART;VALUE=DATE:20261221\nDTEND;VALUE=DATE:20270102",
        "SUMMARY:Presidents Day\nDTSTART;VALUE=DATE:20270215\nDURATION:P1D",
        "SUMMARY:Second Semester: first day\nDTSTART;VALUE=DATE:20270111",
        "SUMMARY:Board meeting\nDTSTART:20261103T010000Z\nDTEND:20261103T030000Z",
        "SUMMARY:Spring Break\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20270315",
    )

    assert said(text) == [
        ("First Day of School", "2026-08-17", "2026-08-17", Kind.FIRST),
        ("Winter Break - No School", "2026-12-21", "2027-01-01", Kind.CLOSURE),
        ("Presidents Day", "2027-02-15", "2027-02-15", Kind.CLOSURE),
        ("Second Semester: first day", "2027-01-11", "2027-01-11", Kind.NOTHING),
        ("Board meeting", "2026-11-02", "2026-11-02", Kind.NOTHING),  # the evening in Chicago
    ]


def test_a_holiday_that_comes_every_year_is_found_in_this_one():
    text = ics("SUMMARY:Veterans Day\nDTSTART;VALUE=DATE:20181111\nRRULE:FREQ=YEARLY")

    assert said(text) == [("Veterans Day", "2026-11-11", "2026-11-11", Kind.CLOSURE)]


def test_an_event_without_a_day_is_trouble_and_a_broken_calendar_unreadable():
    assert found(ics("SUMMARY:Snow day, no school")).troubles == [
        Trouble(1, "DTSTART", "a date", "nothing")
    ]
    with pytest.raises(Unreadable, match="cannot be read"):
        found("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Half\n")


ROSTER = (
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
)


def test_one_roster_gives_the_student_days_and_says_how_the_end_was_taken():
    text = ROSTER + (
        "y27,active,,2026-27,schoolYear,2026-08-17,2027-05-28,,2027\n"
        "t1,active,,Fall,semester,2026-08-17,2026-12-18,y27,2027\n"
        "y26,active,,2025-26,schoolYear,2025-08-18,2026-05-29,,2026\n"
        "gone,tobedeleted,,Old,schoolYear,2026-08-01,2027-06-30,,2027\n"
    )

    result = found(text)

    assert said(text) == [
        ("First student day", "2026-08-17", "2026-08-17", Kind.FIRST),
        ("Last student day", "2027-05-28", "2027-05-28", Kind.LAST),
    ]
    assert "day after" in result.rows[1].note
    assert result.elsewhere == 1


def test_one_roster_without_a_school_year_is_read_from_its_terms():
    text = ROSTER + (
        "t2,,,Spring,term,2027-01-04,2027-06-02,,2027\nt1,,,Fall,term,2026-08-20,2026-12-18,,\n"
    )

    assert [row[1] for row in said(text)] == ["2026-08-20", "2027-06-02"]


def test_one_roster_names_the_cell_that_is_wrong():
    text = ROSTER + (
        "a,,,Fall,summer,2026-08-20,2026-12-18,,2027\nb,,,Fall,term,08.20.2026,2026-12-18,,\n"
    )

    assert [(t.number, t.column, t.got) for t in found(text).troubles] == [
        (2, "type", "summer"),
        (3, "startDate", "08.20.2026"),
    ]


def test_rows_join_the_days_there_or_take_their_place():
    kept = Closed(dt.date(2026, 9, 7), dt.date(2026, 9, 7), "Labor Day")
    days = YearDays(dt.date(2026, 8, 17), dt.date(2027, 5, 28), (kept,))
    rows = [
        Row(2, "LABOR DAY (No school)", kept.first, kept.last, Kind.CLOSURE),
        Row(3, "Snow", dt.date(2027, 2, 1), dt.date(2027, 2, 1), Kind.CLOSURE),
        Row(4, "Start", dt.date(2026, 8, 19), dt.date(2026, 8, 19), Kind.FIRST),
        Row(5, "Concert", dt.date(2026, 10, 1), dt.date(2026, 10, 1), Kind.NOTHING),
    ]

    assert [c.label for c in merged(days, rows).closures] == ["Labor Day", "Snow"]
    assert [c.label for c in merged(days, rows[1:], replace=True).closures] == ["Snow"]
    assert merged(days, rows).first == dt.date(2026, 8, 19)


def test_what_comes_again_leaves_out_the_days_that_its_calendar_leaves_out():
    text = ics(
        "SUMMARY:Staff day, no school\nDTSTART;VALUE=DATE:20260904\n"
        "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20260911\nEXDATE;VALUE=DATE:20260925"
    )

    assert [first for _, first, _, _ in said(text)] == ["2026-09-04", "2026-09-18"]


@pytest.mark.parametrize(
    "name", ["Early release, no school after noon", "Half day before winter break"]
)
def test_a_day_of_some_hours_is_not_proposed_as_a_closure(name):
    text = ics(f"SUMMARY:{name}\nDTSTART;VALUE=DATE:20261218")

    assert said(text) == [(name, "2026-12-18", "2026-12-18", Kind.NOTHING)]
