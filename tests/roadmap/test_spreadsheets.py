"""Tables of milestones: what goes out opens as text, what comes in is read with care."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from roadmap import sheet_rows, spreadsheets
from roadmap.sheet_rows import Names, Wrong
from roadmap.spreadsheets import FORMULA, OF_A_TEMPLATE, Unreadable

HEAD = "Phase,Title,Due\r\n"
NAMES = Names({"project_manager": "PROJECT_MANAGER", "project manager": "PROJECT_MANAGER"}, {})
RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]


def read(data, name="plan.csv"):
    return spreadsheets.read(io.BytesIO(data), name)


def cells(table):
    return [row for _, row in table.rows]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def meant(*rows, dates=True):
    told = [(number, row) for number, row in enumerate(rows, 2)]
    return sheet_rows.meaning(told, NAMES, dates=dates)


@pytest.mark.parametrize(
    ("data", "read_as", "is_a_guess"),
    [
        ("é".encode(), "CSV, UTF-8", False),
        ("é".encode("utf-8-sig"), "CSV, UTF-8 with a byte-order mark", False),
        ("é".encode("utf-16"), "CSV, UTF-16", False),
        ("é".encode("cp1252"), "CSV, Windows text (cp1252)", True),
    ],
)
def test_the_encoding_is_found_and_told(data, read_as, is_a_guess):
    encoding = {"CSV, UTF-16": "utf-16-le", "CSV, Windows text (cp1252)": "cp1252"}.get(
        read_as, "utf-8"
    )
    mark = b"\xff\xfe" if "16" in read_as else data[:-2] if "mark" in read_as else b""

    table = read(mark + f"{HEAD}Launch,Soirée,3\r\n".encode(encoding))

    assert (table.read_as, bool(table.notice)) == (read_as, is_a_guess)
    assert cells(table) == [{"phase": "Launch", "title": "Soirée", "due": "3"}]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_line_end_and_any_delimiter_will_do(newline, delimiter):
    lines = [["phase", "TITLE", "due"], ["Launch", "Kickoff", "3"]]
    table = read(newline.join(delimiter.join(line) for line in lines).encode())

    assert cells(table) == [{"phase": "Launch", "title": "Kickoff", "due": "3"}]


@pytest.mark.parametrize("risky", RISKY)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_calculates_and_each_comes_back_as_it_was(risky, kind):
    row = ["K1", "Launch", f"{risky}x", *[""] * 7, -4, *[""] * 3]
    if kind == "csv":
        data = spreadsheets.as_csv(OF_A_TEMPLATE, [row])
        told = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert [cell for cell in told[1] if cell.startswith(FORMULA)] == ["-4"]
    else:
        data = spreadsheets.as_xlsx("Plan", OF_A_TEMPLATE, [row])
        sheet = load_workbook(io.BytesIO(data)).active
        assert "f" not in {cell.data_type for line in sheet for cell in line}

    (back,) = cells(read(data, f"plan.{kind}"))

    assert (back["title"], back["due"]) == (f"{risky}x".strip(), "-4")


def test_a_formula_in_a_workbook_is_its_text():
    data = workbook(["Phase", "Title", "Due"], ["Launch", "=1+1", "=2*2"])

    table = read(data, "plan.xlsx")

    assert cells(table)[0]["title"] == "=1+1"
    assert meant(*cells(table)).wrong == (
        Wrong(2, "Due", "a whole number between -400 and 400", "=2*2"),
    )


def test_a_workbook_that_unpacks_to_far_more_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 31_000_000)

    with pytest.raises(Unreadable, match="unpacks to far more"):
        read(file.getvalue(), "plan.xlsx")


def test_a_workbook_that_names_outside_things_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc">]>')

    with pytest.raises(Unreadable, match="outside itself"):
        read(file.getvalue(), "plan.xlsx")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"not a zip", "plan.xlsx", "not an Excel workbook"),
        (b"Title,Due\r\nKickoff,3\r\n", "plan.csv", "Expected among them: Phase"),
        (b"", "plan.csv", "Got: nothing"),
        (b"Phase,Title,title\r\na,b,c\r\n", "plan.csv", "twice: Title"),
        (HEAD.encode() + b"a,b,1\r\n" * 1001, "plan.csv", "more than 1,000 rows"),
        (b"Phase,Title\0,Due\r\n", "plan.csv", "no text has"),
    ],
)
def test_what_cannot_be_read_is_said(data, name, says):
    with pytest.raises(Unreadable, match=says):
        read(data, name)


def test_each_wrong_cell_is_named_by_row_column_expected_and_got():
    found = meant(
        {"phase": "Launch", "title": "Fine", "due": "2"},
        {"phase": "Launch", "title": "x" * 161, "due": "soon", "owner_role": "Cook"},
        {"title": "No phase", "due_date": "Feb 30, 2027", "supports": "6b.1, nine"},
        {"phase": "Launch", "title": "Backwards", "starts": "3", "due": "1", "unit": "moons"},
    )

    assert [row.title for row in found.rows] == ["Fine"]
    assert found.wrong == (
        Wrong(3, "Title", "at most 160 characters", "161 characters"),
        Wrong(3, "Owner role", "a role of this district", "Cook"),
        Wrong(3, "Due", "a whole number between -400 and 400", "soon"),
        Wrong(4, "Phase", "some words", "nothing"),
        Wrong(4, "Supports", "codes of indicators such as 6b.1", "nine"),
        Wrong(4, "Due date", "a day such as 2026-11-05 or 11/5/2026", "Feb 30, 2027"),
        Wrong(5, "Unit", "weeks or school days", "moons"),
        Wrong(5, "Starts", "at most 1, what stands under Due", "3"),
    )


def test_a_row_needs_a_due_date_of_some_kind():
    row = {"phase": "Launch", "title": "Kickoff"}

    assert meant(row).wrong[0].expected == "a whole number, or a Due date"
    assert meant(row | {"due_date": "11/5/2026"}).wrong == ()
    assert meant(row | {"due_date": "11/5/2026"}, dates=False).wrong != ()


def test_a_key_stands_once():
    row = {"phase": "Launch", "title": "Kickoff", "due": "1", "key": "M07"}

    assert meant(row, row).wrong == (Wrong(3, "Key", "another key than in row 2", "M07"),)


@pytest.mark.parametrize(
    ("words", "kind", "label"),
    [
        ("", "first_student_day", ""),
        ("last student day", "last_student_day", ""),
        ("Program start", "own", "Program start"),
    ],
)
def test_what_a_line_counts_from_is_named_in_words(words, kind, label):
    row = {"phase": "Launch", "title": "Kickoff", "due": "1", "counted_from": words}

    (found,) = meant(row).rows

    assert (found.anchor_kind, found.anchor_label) == (kind, label)


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=8))
def test_any_words_come_back_through_csv(rows):
    """What is between the ends of a cell, without the characters that no table can hold."""
    plain = [[_tame(cell) for cell in row] for row in rows]
    full = [["", phase, title, why, *[""] * 10] for phase, title, why in plain]

    table = read(spreadsheets.as_csv(OF_A_TEMPLATE, full))

    said = [[row.get(key, "") for key in ("phase", "title", "why")] for row in cells(table)]
    assert said == [row for row in plain if any(row)]


def _tame(cell):
    told = "".join(c for c in cell if c.isprintable() and c not in "\0\ufeff'").strip()
    return told.strip()
