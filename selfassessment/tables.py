"""The tables of the self-assessment: what the workbook of all rounds holds, sheet by sheet, and
evidence by hand as its list narrows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from roles.capabilities import Capability
from roles.tables.registry import Asked, Column, Rows, Table
from selfassessment.forms.evidence_acts import FilterForm
from selfassessment.models import OfficialResult, Round
from selfassessment.reports import audit, by_hand, readiness
from selfassessment.services import evidence
from selfassessment.sheet_gaps import gap_rows
from selfassessment.sheet_rows import frozen_rows, tables_of
from selfassessment.sheets import Sheet

VIEW = Capability.ASSESSMENT_VIEW
RATINGS, ROUNDS, VOTES, EVIDENCE, GAPS = range(5)


def _sheet(asked: Asked, number: int) -> Sheet:
    found: Sequence[Sheet] = asked.once("sheets", lambda: tables_of(asked.reach(VIEW)))
    return found[number]


def _columns(number: int) -> Callable[[Asked], Sequence[Column]]:
    def columns(asked: Asked) -> Sequence[Column]:
        named = _sheet(asked, number).columns
        return [Column(each.name, itemgetter(n), each.width) for n, each in enumerate(named)]

    return columns


def _rows(number: int) -> Callable[[Asked], Rows]:
    return lambda asked: _sheet(asked, number).rows


def _ratings(asked: Asked) -> Rows:
    """With `?show=` the indicators that the page shows then, and the optional ones, as it does."""
    rows, show = _sheet(asked, RATINGS).rows, asked.given.get("show", "")
    if show not in readiness.SHOWS:
        return rows
    board = readiness.board(asked.reach(VIEW), may_rate=False, show=show)
    shown = [row for standard in board.standards for row in standard.rows]
    codes = {row.line.code for row in (*shown, *board.optional)}
    return [row for row in rows if row[0] in codes]


def _gaps(asked: Asked) -> Rows:
    """With `?state=` the open gaps that are so, and what is settled, as the page does."""
    state = asked.given.get("state", "")
    return gap_rows(asked.reach(VIEW), state) if state else _sheet(asked, GAPS).rows


def _evidence(asked: Asked) -> Rows:
    """With `?round=` as it was frozen when that was signed, else as it is today."""
    if "round" not in asked.given:
        return _sheet(asked, EVIDENCE).rows
    reach = asked.reach(VIEW)
    found = Round.objects.reachable(reach).filter(pk=asked.number("round")).first()
    frozen = audit.frozen_evidence(reach, found) if found else None
    return frozen_rows(frozen.by_indicator) if frozen else []


def _table(
    number: int,
    name: str,
    title: str,
    says: str,
    page: str,
    rows: Callable[[Asked], Rows] | None = None,
) -> Table:
    return Table(name, title, says, page, VIEW, _columns(number), rows or _rows(number))


def _by_hand(asked: Asked) -> Rows:
    reach, today = asked.reach(VIEW), asked.today
    known = evidence.offered(asked.district)
    codes = [(code, code) for code in {each.code for each in known.indicators}]
    codes += [(code, code) for code in by_hand.codes_used(reach)]
    form = FilterForm(asked.given, codes=codes, owners=by_hand.owners(reach))
    return by_hand.listed(reach, form.chosen, today)


def _with_state(asked: Asked, rows: list[Any]) -> Iterator[Any]:
    return iter(by_hand.chips(rows, asked.reach(VIEW), asked.today))


def _official(asked: Asked) -> Rows:
    found = OfficialResult.objects.reachable(asked.reach(VIEW)).filter(withdrawn_at=None)
    return found.select_related("recorded_by").order_by("-taken_on", "-pk")


TABLES = (
    _table(
        RATINGS,
        "ratings",
        "Indicators and ratings",
        "An indicator, with the rating of each round.",
        "selfassessment:index",
        _ratings,
    ),
    _table(
        ROUNDS,
        "rounds",
        "Rounds of the self-assessment",
        "A round, with how far it is and who signed it off.",
        "selfassessment:index",
    ),
    _table(
        VOTES,
        "votes",
        "Votes of the team",
        "An indicator in a round: how the votes lay. Small teams are not told.",
        "selfassessment:index",
    ),
    _table(
        EVIDENCE,
        "evidence",
        "Evidence",
        "One piece of evidence behind an indicator, with its source and state.",
        "selfassessment:audit",
        _evidence,
    ),
    _table(
        GAPS,
        "gaps",
        "Gaps",
        "A gap of a rating, with the milestones that are to close it.",
        "selfassessment:gaps",
        _gaps,
    ),
    Table(
        "evidence-by-hand",
        "Evidence by hand",
        "A piece of evidence that somebody added, with its owner and how long it counts.",
        "selfassessment:evidence-list",
        VIEW,
        (
            Column("Evidence", lambda row: row[0].label, 44),
            Column("For", lambda row: ", ".join(use.code for use in row[0].evidence.all_uses), 18),
            Column("Owner", lambda row: row[0].evidence.owner, 28),
            Column("Dated", lambda row: row[0].dated_on, 14),
            Column("Counts until", lambda row: row[0].expires_on, 14),
            Column("State", lambda row: row[2], 20),
            Column("File", lambda row: row[0].file_name, 30),
            Column("Link", lambda row: row[0].link, 40),
            Column("Text", lambda row: row[0].text, 60),
        ),
        _by_hand,
        more=_with_state,
    ),
    Table(
        "official-results",
        "Official results",
        "A result of the official self-assessment, as it was printed.",
        "selfassessment:official",
        VIEW,
        (
            Column("Taken on", lambda row: row.taken_on, 14),
            Column("For", lambda row: row.get_audience_display(), 24),
            Column("By", lambda row: row.taken_by, 28),
            Column("6b", lambda row: row.clarity, 24),
            Column("6c", lambda row: row.development, 24),
            Column("Overall", lambda row: row.overall, 24),
            Column("What it recommends", lambda row: row.note, 60),
            Column("Link", lambda row: row.link, 40),
            Column("Recorded by", lambda row: row.recorded_by, 28),
        ),
        _official,
    ),
)
