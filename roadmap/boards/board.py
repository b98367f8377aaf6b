"""A roadmap's page as its template reads it: sections, and rows with a line for now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from roadmap.boards.lines import (
    BY_CODE,
    BY_MONTH,
    BY_PHASE,
    BY_ROLE,
    NONE,
    PER_PAGE,
    Arrangement,
    Group,
    Line,
    Tally,
    end_of,
    lines,
    tallies,
)
from roadmap.boards.pieces import GROUP, Board, Gathered, Reader, Row, Section
from roadmap.filters import MONTH, NOBODY
from roadmap.indicators import title_of
from roadmap.models import Milestone
from roles.models import SchoolYear
from roles.schooltime import Span, days, is_school_day


def board(
    milestones: QuerySet[Milestone], reader: Reader, *, page: int | None = None, fold: bool = False
) -> Board:
    """Lay out one page of milestones, in four queries.

    Without a page it is the one of this month. The view by month always has this month, so that
    there is a place for the line of now; `fold` leaves out past months in which nothing is open.
    """
    apart = any(choice.name == GROUP for choice in reader.place.filters.choices)
    found = tallies(milestones, reader.by, reader.today, apart=apart)
    if not found:
        return Board()
    hidden = [each for each in found if fold and _is_over(each, reader.today)]
    kept = [each for each in found if each not in hidden]
    if reader.place.view == MONTH:
        kept = _with_this_month(kept, reader.today)
    everything = _sections(kept, reader)
    pages = max(1, -(-sum(each.lines for each in kept) // PER_PAGE))
    here = min(max(page or _page_of_now(everything), 1), pages)
    narrowed, begin = _narrowed(milestones, kept, reader.by, (here - 1) * PER_PAGE)
    shown = lines(narrowed, reader.by, reader.today, apart=apart, begin=begin)
    return Board(
        sections=_filled(everything, shown, reader, here),
        all_sections=everything,
        folded=sum(each.every for each in hidden),
        count=_count(milestones, kept, reader),
        page=here,
        pages=pages,
        spans_years=len({each.first.year for each in everything if each.first}) > 1,
    )


def school_weeks(year: SchoolYear) -> dict[dt.date, list[int]]:
    """The numbers of the school weeks that touch each month, keyed by its first day.

    Counts weeks with at least one school day, as the school-year strip does.
    """
    closures: list[Span] = [(c.first_day, c.last_day) for c in year.closures.all()]
    mondays: set[dt.date] = set()
    found: dict[dt.date, list[int]] = {}
    for day in days(year.first_student_day, year.last_student_day):
        if is_school_day(day, closures):
            mondays.add(day - dt.timedelta(days=day.weekday()))
            found.setdefault(day.replace(day=1), []).append(len(mondays))
    return found


def _is_over(tally: Tally, today: dt.date) -> bool:
    return bool(tally.section < today.replace(day=1) and tally.is_settled)


def _count(milestones: QuerySet[Milestone], kept: Sequence[Tally], reader: Reader) -> int:
    if reader.by is BY_CODE:  # one stands in several sections
        return milestones.count()
    return sum(each.every for each in kept)


def _with_this_month(tallied: Sequence[Tally], today: dt.date) -> list[Tally]:
    this = today.replace(day=1)
    if any(each.section == this for each in tallied):
        return list(tallied)
    return sorted([*tallied, Tally(this, 0, 0, 0, 0, 0)], key=lambda each: each.section)


def _narrowed(
    milestones: QuerySet[Milestone], kept: Sequence[Tally], by: Arrangement, begin: int
) -> tuple[QuerySet[Milestone], int]:
    """Those of the sections that reach into the page which begins with the `begin`-th line of all,
    and which line of theirs that is: the rest of the year then need not be gathered.
    """
    if by.within is None:
        return milestones, begin
    found: list[Any] = []
    so_far = skip = 0
    for tally in kept:
        if begin - tally.lines < so_far < begin + PER_PAGE:
            skip = skip if found else begin - so_far
            found.append(tally.section)
        so_far += tally.lines
    return (milestones.filter(by.within(found)) if found else milestones.none()), skip


def _page_of_now(sections: Sequence[Section]) -> int:
    return next((section.page for section in sections if section.is_now), 1)


def _sections(tallied: Sequence[Tally], reader: Reader) -> list[Section]:
    weeks = school_weeks(reader.year) if reader.by_month else {}
    found, so_far = [], 0
    for tally in tallied:
        section = _named(tally, reader, weeks)
        found.append(replace(section, tally=tally, page=so_far // PER_PAGE + 1))
        so_far += tally.lines
    last = max(1, -(-so_far // PER_PAGE))
    return [replace(section, page=min(section.page, last)) for section in found]


def _named(tally: Tally, reader: Reader, weeks: Mapping[dt.date, Sequence[int]]) -> Section:
    key, stands = tally.section, _stands(tally)
    if reader.by is BY_MONTH:
        is_now = key == reader.today.replace(day=1)
        said = _weeks(weeks.get(key, ()))
        return Section(f"m{key:%Y-%m}", f"{key:%B}", said, first=key, is_now=is_now)
    if reader.by is BY_PHASE:
        return Section(f"p{key}", reader.names.phases[key].title, stands)
    if reader.by is BY_ROLE:
        role = reader.names.roles.get(key)
        return Section(f"r{key or 0}", role.title if role else "No owner yet", stands)
    if key == NONE:
        return Section(f"i{key}", "No indicator", stands)
    said = ". ".join(filter(None, [title_of(key), stands]))
    return Section(f"i{key.replace('.', '-')}", key, said)


def _stands(tally: Tally) -> str:
    """ "8 of 12 done, 1 late"."""
    if not tally.total:
        return "None of it applies"
    late = f", {tally.late} late" if tally.late else ""
    return f"{tally.done} of {tally.total} done{late}"


def _weeks(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    first, last = min(numbers), max(numbers)
    return f"week {first}" if first == last else f"weeks {first} to {last}"


def _filled(
    everything: Sequence[Section], shown: Sequence[Line], reader: Reader, page: int
) -> list[Section]:
    """The sections of this page, with their rows."""
    by_key = {key: list(found) for key, found in groupby(shown, key=lambda line: line.section)}
    found = []
    for section in everything:
        key = section.tally.section if section.tally else None
        if key in by_key:
            rows = by_key[key]
        elif section.is_now and section.page == page:
            rows = []
        else:
            continue
        found.append(_with_rows(replace(section, goes_on=section.page < page), rows, reader))
    return found


def _with_rows(section: Section, shown: Sequence[Line], reader: Reader) -> Section:
    rows = [(_last(line.thing), _row(line, section, reader)) for line in shown]
    if not section.is_now:
        return replace(section, after=[row for _, row in rows])
    return replace(
        section,
        before=[row for day, row in rows if day < reader.today],
        after=[row for day, row in rows if day >= reader.today],
    )


def _last(thing: Milestone | Group) -> dt.date:
    return thing.last if isinstance(thing, Group) else thing.due_on


def _row(line: Line, section: Section, reader: Reader) -> Row | Gathered:
    thing, due = line.thing, _last(line.thing)
    under = f"{due:%a}" if reader.by_month else f"{due:%b}"
    if isinstance(thing, Group):
        address = reader.place.to(**_opened(thing, line.section, reader))
        return Gathered(thing, address, due.day, under)
    kind, label = thing.standing(reader.today)
    is_late = thing.is_late(reader.today)
    late = (reader.today - thing.due_on).days if is_late and kind != "late" else 0
    move = reader.pages.moving(thing) if thing.is_open and reader.may_move(thing) else ""
    return Row(thing, kind, label, late, reader.pages.of(thing), move, due.day, under)


def _opened(group: Group, key: Any, reader: Reader) -> dict[str, str]:
    """What the address adds to show a group's milestones one by one, of this section only."""
    given = {choice.name: choice.value for choice in reader.place.filters.choices}
    asked = {GROUP: str(group.one)}
    if reader.by is BY_MONTH:
        asked["due_from"] = max(given.get("due_from", ""), str(key))
        asked["due_to"] = min(given.get("due_to", "9999"), str(end_of(key)))
    elif reader.by is BY_ROLE:
        role = reader.names.roles.get(key)
        asked["owner"] = role.key if role else NOBODY
    elif reader.by is BY_CODE and key != NONE:
        asked["supports"] = key
    return asked
