"""The workbook holds what its reader may see, as text and figures that no program runs."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from checklists.models import RaterKind
from checklists.reports.window_report import window_report
from checklists.workbook import of_window
from tests.checklists.reports.results import champion, checklist_of, manager, rated
from tests.factories.checklists import WindowFactory
from tests.factories.roles import DistrictFactory, SchoolFactory

pytestmark = pytest.mark.django_db
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "#N/A", '=HYPERLINK("http://x","y")']


@pytest.fixture
def window():
    window = WindowFactory(district=DistrictFactory(), over=True)
    template = checklist_of(window.district)
    school = SchoolFactory(district=window.district, name="Lincoln ES")
    for n, values in enumerate([[2, 0], [2, 2], [1, None]], 1):
        own = rated(window, template, values, seat=n, school=school)
        rated(window, template, [2, 2], seat=0, own=own, kind=RaterKind.OBSERVER)
    return window


def book(window, access):
    return load_workbook(BytesIO(of_window(window_report(window, access), "Maple")))


def texts(found):
    cells = (cell for sheet in found for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.value is not None]


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_name_that_looks_like_a_formula_stays_a_text(window, name):
    window.checklists.first().school.__class__.objects.filter(district=window.district).update(
        name=name
    )

    cell = book(window, manager(window.district))["Progress by school"]["A2"]

    assert (cell.data_type, cell.value.strip()) == ("s", name.strip())


def test_figures_are_figures_under_a_header_that_stays(window):
    found = book(window, manager(window.district))

    for sheet in found:
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["A"].width >= 20
    assert found["Progress by role"]["B2"].value == 3
    assert found["Progress by role"]["B2"].data_type == "n"


def test_it_says_what_it_is_not_for_and_what_is_left_out(window):
    said = " ".join(texts(book(window, champion(window.district))))

    assert "It is not an evaluation" in said
    assert "Results of single people are for the person" in said
    assert "once" not in book(window, champion(window.district)).sheetnames


def test_only_a_manager_finds_who_rated_higher(window):
    mine, theirs = book(window, manager(window.district)), book(window, champion(window.district))

    assert "Items that differ" in mine.sheetnames
    assert "Items that differ" not in theirs.sheetnames
    assert any("Self minus observer" in text for text in texts(mine))
    assert not any("Self minus observer" in text for text in texts(theirs))


def test_an_open_window_exports_progress_only(window):
    type(window).objects.filter(pk=window.pk).update(closes_on=window.district.today())
    window.refresh_from_db()

    found = book(window, champion(window.district))

    assert found.sheetnames == ["About", "Progress by role", "Progress by school"]


def test_characters_that_no_cell_can_hold_are_dropped(window):
    type(window).objects.filter(pk=window.pk).update(label="Fall\x0b window")
    window.refresh_from_db()

    assert "Fall window" in texts(book(window, manager(window.district)))
