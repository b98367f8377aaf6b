"""How tables are written: nothing calculates, days are days, memory does not grow."""

import csv
import datetime as dt
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet import _writer

from roles import table_files
from roles.table_files import FORMULA

HEADS = [("Name", 20), ("=Due", 12)]
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
risky = st.builds("".join, st.tuples(st.sampled_from(FORMULA), words))


def written(kind, rows, heads=HEADS):
    file = io.BytesIO()
    assert table_files.write(kind, file, "Names", heads, rows) == len(list(rows))
    file.seek(0)
    return file


def sheet(rows):
    return load_workbook(written("xlsx", rows))["Names"]


@given(st.lists(st.tuples(words | risky, words | risky), max_size=5))
def test_no_cell_of_a_csv_begins_as_a_calculation_and_no_text_is_lost(rows):
    text = written("csv", rows).read().decode("utf-8-sig")

    lines = list(csv.reader(io.StringIO(text, newline="")))

    assert lines[0] == ["Name", "'=Due"]
    assert not [cell for line in lines for cell in line if cell.startswith(FORMULA)]
    assert [[cell.removeprefix("'") if cell[1:2] and cell[1:].startswith(FORMULA) else cell
             for cell in line] for line in lines[1:]] == [list(row) for row in rows]  # fmt: skip


@given(st.lists(risky, min_size=1, max_size=5))
def test_no_cell_of_a_workbook_is_a_formula(texts):
    rows = list(sheet([(text, "#N/A") for text in texts]).iter_rows(min_row=2))

    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert all(row[0].quotePrefix for row in rows)


def test_days_and_figures_are_what_they_are_in_a_workbook_and_sort_in_a_csv():
    when = dt.datetime.fromisoformat("2026-11-05T14:30")
    row = [when.date(), when, -3, 0.12345, None]
    heads = [(str(n), 10) for n in range(5)]

    day, moment, figure, share, empty = next(
        load_workbook(written("xlsx", [row], heads))["Names"].iter_rows(min_row=2)
    )
    assert day.is_date
    assert day.value.date() == when.date()
    assert moment.value == when
    assert (figure.value, share.value, empty.value) == (-3, 0.123, None)
    text = written("csv", [row], heads).read().decode("utf-8-sig")
    assert text.splitlines()[1] == "2026-11-05,2026-11-05 14:30,-3,0.123,"


def test_a_workbook_has_widths_and_a_head_that_stays():
    names = sheet([("Ana", "x")])

    assert names.freeze_panes == "A2"
    assert names.column_dimensions["A"].width == 20
    assert names["A1"].font.bold


def test_a_csv_opens_as_unicode():
    assert written("csv", [("Žofie", "x")]).read().startswith(b"\xef\xbb\xbfName")


@pytest.mark.parametrize(("kind", "many"), [("csv", 100_000), ("xlsx", 6_000)])
def test_a_long_table_is_never_in_memory(kind, many, tmp_path):
    def rows():
        for number in range(many):
            yield f"Person number {number} of a long list", number

    with (tmp_path / "long").open("wb+") as file:
        tracemalloc.start()
        assert table_files.write(kind, file, "Names", HEADS, rows()) == many
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert file.tell() > 10 * many
    assert peak < 800_000


def test_what_ends_half_way_leaves_no_file_behind():
    before = len(_writer.ALL_TEMP_FILES)

    def rows():
        yield "Ana", 1
        raise LookupError

    with pytest.raises(LookupError):
        table_files.write("xlsx", io.BytesIO(), "Names", HEADS, rows())

    assert len(_writer.ALL_TEMP_FILES) == before
