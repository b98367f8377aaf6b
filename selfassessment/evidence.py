"""The evidence of an indicator, as it assembles itself from the facts. Knows no database.

Nothing here is stored: unpublish a job description, and its row is gone in the same moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from selfassessment.facts import ClosedWindow, DoneMilestone, Facts, Note, Outline, Seat
from selfassessment.library import Indicator
from selfassessment.wording import count

USUAL_LIFE = dt.timedelta(days=365)
SOON = dt.timedelta(days=60)
NEWEST = 5  # sessions named one by one; the rest stand in the figures of their level


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence: what it is, the date it speaks for, and where it comes from.

    `view_name` and `pk` lead to the record, `url` to a page elsewhere; `pdf_pk` is the version
    whose PDF is ready.
    """

    label: str
    told: str
    source: str
    dated_on: dt.date | None = None
    good_until: dt.date | None = None
    view_name: str = ""
    pk: int | None = None
    url: str = ""
    pdf_pk: int | None = None
    by_hand: bool = False

    def state(self, today: dt.date) -> tuple[str, str]:
        """The kind of status chip, and its words."""
        if self.good_until is None or self.good_until - today > SOON:
            return "good", "Current"
        left = (self.good_until - today).days
        return ("overdue", "Too old") if left < 0 else ("due-soon", f"{count(left, 'day')} left")


def evidence(indicator: Indicator, facts: Facts) -> tuple[Item, ...]:
    """Everything in the records that speaks for an indicator, most telling first."""
    return (
        *_own(indicator, facts),
        *(_milestone(each) for each in facts.milestones_for(indicator.code)),
        *(_note(indicator, each) for each in facts.notes_for(indicator.code)),
    )


def _own(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    if indicator.leaders:
        yield from _leaders(indicator, facts)
    elif indicator.standard.startswith("6b") and not indicator.optional:
        yield from _outlines(indicator, facts)
    elif indicator.code == "6c.1":
        yield from _learning(indicator, facts)
    elif indicator.code == "6c.2":
        yield from _checklists(indicator, facts)


def _leaders(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    """Job descriptions one by one, each with those who have acknowledged it."""
    for key in indicator.leaders:
        outline = facts.outlines.get(key)
        if outline is None:
            continue
        yield _job_description(outline, f"Published by {outline.published_by}")
        for seat in facts.seats_of([key]):
            if seat.acknowledged_on:
                yield _acknowledgement(outline, seat)


def _outlines(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    for key in indicator.role_keys:
        outline, seats = facts.outlines.get(key), facts.seats_of([key])
        if outline is None or not seats:
            continue
        held = [seat for seat in seats if seat.is_filled]
        read = sum(seat.acknowledged_on is not None for seat in held)
        told = f"Covers {count(len(seats), 'position')}; {read} of {len(held)} have acknowledged it"
        yield _job_description(outline, told)


def _job_description(outline: Outline, told: str) -> Item:
    return Item(
        label=f"{outline.title} job description, version {outline.number}",
        told=told,
        source="Roles, published version",
        dated_on=outline.published_on,
        good_until=outline.published_on + USUAL_LIFE,
        view_name="roles:version",
        pk=outline.pk,
        pdf_pk=outline.pk if outline.has_pdf else None,
    )


def _acknowledgement(outline: Outline, seat: Seat) -> Item:
    assert seat.acknowledged_on  # noqa: S101 -- asked by the caller
    return Item(
        label=f"Acknowledged by {seat.holder}",
        told=f"{outline.title}, version {outline.number}",
        source="Roles, acknowledgement",
        dated_on=seat.acknowledged_on,
        good_until=seat.acknowledged_on + USUAL_LIFE,
        view_name="roles:version",
        pk=outline.pk,
    )


def _learning(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    """The plan of the year, each level with its attendance, and the newest sessions."""
    plan = facts.learning
    if plan is None:
        return
    planned, log = indicator.sort("pd_plan"), indicator.sort("pd_log")
    covered = sum(level.lines > 0 for level in plan.levels)
    yield Item(
        label=f"Plan of learning {plan.year}",
        told=f"{count(plan.lines, 'line')} for {count(covered, 'level')}; "
        f"{plan.on_pace} of {count(plan.people, 'holder')} on pace",
        source="Roadmap, plan of learning",
        dated_on=plan.changed_on,
        good_until=planned.good_until(plan.changed_on),
        view_name="roadmap:learning",
    )
    for level in plan.levels:
        if level.last_on and level.held:
            came = f", {level.came * 100 // level.marked}% came" if level.marked else ""
            yield Item(
                label=f"Learning at the level {level.label.lower()}",
                told=f"{level.held} of {count(level.planned, 'planned session')} held{came}",
                source="Roadmap, attendance",
                dated_on=level.last_on,
                good_until=log.good_until(level.last_on),
                view_name="roadmap:learning",
            )
    for session in plan.sessions[:NEWEST]:
        yield Item(
            label=session.title,
            told=f"{session.came} of {session.marked} came",
            source="Roadmap, session held",
            dated_on=session.held_on,
            good_until=log.good_until(session.held_on),
            view_name="roadmap:learning-session",
            pk=session.pk,
        )


def _checklists(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    for window in reversed(facts.windows):
        yield _window(window)
    for key in indicator.role_keys:
        checklist, seats = facts.checklists.get(key), facts.seats_of([key])
        if checklist and seats:
            yield Item(
                label=f"{checklist.title}, version {checklist.number}",
                told=f"Published, for {count(len(seats), 'position')}",
                source="Checklists, published version",
                view_name="checklists:index",
            )


def _window(window: ClosedWindow) -> Item:
    told = f"{window.submitted} of {count(window.asked, 'checklist')} submitted"
    if window.second_rated:
        told += f", {window.second_rated} with a second rater"
    if window.agreement is not None:
        told += f", {window.agreement}% alike"
    return Item(
        label=f"{window.label}, closed",
        told=told,
        source="Checklists, closed window",
        dated_on=window.closed_on,
        good_until=window.closed_on + USUAL_LIFE,
        view_name="checklists:index",
    )


def _milestone(milestone: DoneMilestone) -> Item:
    return Item(
        label=milestone.title,
        told=milestone.proof[:160],
        source="Roadmap, milestone done",
        dated_on=milestone.done_on,
        good_until=milestone.done_on + USUAL_LIFE,
        view_name="roadmap:detail",
        pk=milestone.pk,
    )


def _note(indicator: Indicator, note: Note) -> Item:
    sort = next((each for each in indicator.evidence_types if each.key == note.kind), None)
    return Item(
        label=note.label,
        told=note.text or (sort.label if sort else ""),
        source=f"Added by {note.added_by}",
        dated_on=note.dated_on,
        good_until=sort.good_until(note.dated_on) if sort else note.dated_on + USUAL_LIFE,
        url=note.link,
        by_hand=True,
    )
