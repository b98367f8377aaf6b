"""The report of a window as a workbook: what the page shows, no more.

Names come from people and may begin as a formula does; every text goes in as text. Figures go in as
figures. No Django here.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import Workbook

from checklists.scoring import Band
from roles.table_files import Value, add_sheet

if TYPE_CHECKING:
    from checklists.reports.window_report import WindowReport

NOT_TOLD = "not told"


def of_window(report: WindowReport, district: str) -> bytes:
    """The bytes of an .xlsx file with a sheet for each part of the report."""
    book = Workbook(write_only=True)
    _about(book, report, district)
    _progress(book, report)
    _schools(book, report)
    if report.tells_results:
        _bands(book, report)
        _items(book, report)
        _agreement(book, report)
    if report.manages:
        _differing(book, report)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _about(book: Workbook, report: WindowReport, district: str) -> None:
    """What it is, when it was made and for whom, what is left out, and how it was worked out."""
    window, progress = report.window, report.progress
    rows: list[tuple[str, Value]] = [
        ("District", district),
        ("Window", window.label),
        ("Opens", window.opens_on),
        ("Closes", window.closes_on),
        ("State", report.state.label),
        ("As of", report.made_at.replace(tzinfo=None, second=0, microsecond=0)),
        ("Time zone", f"{report.made_at:%Z}"),
        ("Made for", report.made_for),
        ("Forms expected", progress.expected),
        ("Forms submitted", progress.submitted),
        ("Actions planned", report.actions.planned),
        ("Actions done", report.actions.done),
        ("Actions open", report.actions.open),
        ("Purpose", report.support),
        *(("Left out", sentence) for sentence in report.left_out),
        *(("How it is worked out", sentence) for sentence in report.how),
    ]
    add_sheet(book, "About", [("What", 24), ("", 100)], rows)


def _progress(book: Workbook, report: WindowReport) -> None:
    columns = [("Role", 36), ("Expected", 10), ("Submitted", 10), ("Begun", 10), ("Not begun", 10)]
    rows = [
        (row.role, row.expected, row.submitted, row.begun, row.not_begun)
        for row in report.progress.roles
    ]
    add_sheet(book, "Progress by role", columns, rows)


def _schools(book: Workbook, report: WindowReport) -> None:
    cells = [(row.school.name, row.windows[0]) for row in report.schools]
    rows = [(name, cell[1], cell[0]) for name, cell in cells if cell]
    add_sheet(
        book, "Progress by school", [("School", 36), ("Expected", 10), ("Submitted", 10)], rows
    )


def _bands(book: Workbook, report: WindowReport) -> None:
    columns = [
        ("Role", 36), ("Rated", 10), ("On track", 12), ("Developing", 12), ("Needs support", 14),
        ("Not enough ratings", 18), ("Median minutes", 15),
    ]  # fmt: skip
    rows = []
    for group in (*report.groups, *([report.whole] if report.whole else [])):
        bands = [group.bands.get(band) if group.is_shown else NOT_TOLD for band in Band]
        minutes = report.minutes.get(group.key) if group.is_shown else NOT_TOLD
        rows.append((group.title, group.forms, *bands, minutes))
    add_sheet(book, "Bands by role", columns, rows)


def _items(book: Workbook, report: WindowReport) -> None:
    columns = [
        ("Role", 30), ("Item", 12), ("Text", 70), ("Critical", 9), ("Best answer", 12),
        ("Between", 10), ("Lowest answer", 14), ("Not applicable", 14), ("In place, %", 12),
    ]  # fmt: skip
    titles = report.titles
    rows = [
        (
            titles[item.group],
            item.key,
            item.text,
            "yes" if item.critical else "no",
            item.best,
            item.between,
            item.lowest,
            item.not_applicable,
            item.percent_in_place,
        )
        for item in report.items
    ]
    add_sheet(book, "Items", columns, rows)


def _agreement(book: Workbook, report: WindowReport) -> None:
    columns = [
        ("Role", 30), ("Pairs", 8), ("Items compared", 15), ("Equal, %", 10),
        ("Within one point, %", 19), ("AC1", 8), ("AC1 from", 10), ("AC1 to", 10),
    ]  # fmt: skip
    gaps = report.accuracy.shows_gaps
    if gaps:
        columns.append(("Self minus observer, percent points", 34))
    found = [(g.title, g.pairs, g.found) for g in report.accuracy.groups]
    if report.accuracy.whole:
        found.append(("All together", report.accuracy.whole.pairs, report.accuracy.whole))
    rows: list[tuple[Value, ...]] = []
    for title, pairs, accuracy in found:
        if accuracy is None:
            rows.append((title, pairs, NOT_TOLD))
            continue
        known = accuracy.coefficient
        ac1 = (known.value, known.low, known.high) if known else ("not enough pairs", None, None)
        told = (accuracy.compared, accuracy.exact, accuracy.within_one)
        rows.append((title, pairs, *told, *ac1, *([accuracy.gap] if gaps else [])))
    add_sheet(book, "Agreement", columns, rows)


def _differing(book: Workbook, report: WindowReport) -> None:
    columns = [
        ("Role", 30), ("Text", 70), ("Pairs", 8), ("Pairs that differ", 16),
        ("Self minus observer, points", 27),
    ]  # fmt: skip
    rows = [
        (group.title, text, gap.pairs, gap.differing, gap.gap)
        for group in report.accuracy.groups
        for text, gap in group.items
    ]
    add_sheet(book, "Items that differ", columns, rows)
