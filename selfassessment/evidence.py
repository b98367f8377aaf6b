"""The evidence of an indicator, as it assembles itself from the facts. Knows no database.

Nothing here is stored: unpublish a job description, and its row is gone in the same moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from selfassessment.checks import Axis
from selfassessment.facts import (
    ClosedWindow,
    DoneMilestone,
    Facts,
    HeldSession,
    Holder,
    LevelLearning,
    Note,
    Outline,
)
from selfassessment.library import EvidenceType, Indicator
from selfassessment.measures import MEASURES, Shows
from selfassessment.measures.files import sort_of, until
from selfassessment.wording import count, day

USUAL_LIFE = dt.timedelta(days=365)
SOON = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence: what it is, the date it speaks for, and where it comes from.

    `view_name` and `pk` lead to the record, or to the file of evidence by hand; `url` to a page
    elsewhere; `pdf_pk` is the version whose PDF is ready, `evidence_pk` the evidence by hand.
    `superseded_on`: what it points at has been replaced since, and it counts no more.
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
    axis: Axis = Axis.DOCUMENTED
    file_name: str = ""
    superseded_on: dt.date | None = None
    evidence_pk: int | None = None

    def state(self, today: dt.date) -> tuple[str, str]:
        """The kind of status chip, and its words."""
        if self.superseded_on:
            return "overdue", f"Superseded since {day(self.superseded_on)}"
        if self.good_until is None or self.good_until - today > SOON:
            return "good", "Current"
        left = (self.good_until - today).days
        return ("overdue", "Too old") if left < 0 else ("due-soon", f"{count(left, 'day')} left")

    def counts(self, today: dt.date) -> bool:
        """Whether it speaks for anything on a day: not run out, not superseded."""
        in_time = self.good_until is None or self.good_until >= today
        return in_time and not self.superseded_on


def evidence(indicator: Indicator, facts: Facts) -> tuple[Item, ...]:
    """Everything in the records that speaks for an indicator today, most telling first."""
    return tuple(item for item in _all(indicator, facts) if item.counts(facts.today))


def run_out(indicator: Indicator, facts: Facts) -> tuple[Item, ...]:
    """What spoke for it once and does no more, as its state says."""
    return tuple(item for item in _all(indicator, facts) if not item.counts(facts.today))


def _all(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    for shows in dict.fromkeys(MEASURES[each.measure].shows for each in indicator.lookups):
        yield from _records(shows, indicator, facts)
    yield from map(_milestone, facts.milestones_for(indicator.code))
    yield from (_note(indicator, each) for each in facts.notes_for(indicator.code))


def _records(shows: Shows, indicator: Indicator, facts: Facts) -> Iterable[Item]:
    if shows is Shows.OUTLINES:
        return _leaders(indicator, facts) if indicator.leaders else _outlines(indicator, facts)
    if shows is Shows.LEARNING:
        return _learning(indicator, facts)
    return _checklists(indicator, facts) if shows is Shows.CHECKLISTS else ()


def _leaders(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    """Job descriptions one by one, each with those who have acknowledged it."""
    for role in facts.of(indicator.leaders):
        if role.outline is None:
            continue
        yield _job_description(role.outline, f"Published by {role.outline.published_by}")
        for holder in role.holders:
            if holder.acknowledged_on:
                yield _acknowledgement(role.outline, holder, holder.acknowledged_on)


def _outlines(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    for role in facts.of(indicator.role_keys):
        if role.outline and role.positions:
            covers = f"Covers {count(role.positions, 'position')}"
            read = f"{role.acknowledged:,} of {role.filled:,} have acknowledged it"
            yield _job_description(role.outline, f"{covers}; {read}")


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


def _acknowledgement(outline: Outline, holder: Holder, on: dt.date) -> Item:
    return Item(
        label=f"Acknowledged by {holder.name}",
        told=f"{outline.title}, version {outline.number}",
        source="Roles, acknowledgement",
        dated_on=on,
        good_until=on + USUAL_LIFE,
        view_name="roles:version",
        pk=outline.pk,
        axis=Axis.PRACTISED,
    )


def _learning(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    """The plan of the year, each level with its attendance, and the newest sessions."""
    plan = facts.learning
    if plan is None:
        return
    planned, log = sort_of(indicator, "pd_plan"), sort_of(indicator, "pd_log")
    covered = sum(level.lines > 0 for level in plan.levels)
    yield Item(
        label=f"Plan of learning {plan.year}",
        told=f"{count(plan.lines, 'line')} for {count(covered, 'level')}; "
        f"{plan.on_pace:,} of {count(plan.people, 'holder')} on pace",
        source="Roadmap, plan of learning",
        dated_on=plan.changed_on,
        good_until=_until(planned, plan.changed_on),
        view_name="roadmap:learning",
    )
    for level in plan.levels:
        if level.last_on and level.held:
            yield _level(level, level.last_on, log)
    for session in plan.sessions:
        yield _session(session, log)


def _until(sort: EvidenceType | None, dated_on: dt.date) -> dt.date:
    return sort.good_until(dated_on) if sort else dated_on + USUAL_LIFE


def _level(level: LevelLearning, last_on: dt.date, log: EvidenceType | None) -> Item:
    came = f", {level.came * 100 // level.marked}% came" if level.marked else ""
    return Item(
        label=f"Learning at the level {level.label.lower()}",
        told=f"{level.held} of {count(level.planned, 'planned session')} held{came}",
        source="Roadmap, attendance",
        dated_on=last_on,
        good_until=_until(log, last_on),
        view_name="roadmap:learning",
        axis=Axis.PRACTISED,
    )


def _session(session: HeldSession, log: EvidenceType | None) -> Item:
    return Item(
        label=session.title,
        told=f"{session.came} of {session.marked} came",
        source="Roadmap, session held",
        dated_on=session.held_on,
        good_until=_until(log, session.held_on),
        view_name="roadmap:learning-session",
        pk=session.pk,
        axis=Axis.PRACTISED,
    )


def _checklists(indicator: Indicator, facts: Facts) -> Iterable[Item]:
    yield from map(_window, reversed(facts.windows))
    for role in facts.of(indicator.role_keys):
        if role.checklist and role.positions:
            yield Item(
                label=f"{role.checklist.title}, version {role.checklist.number}",
                told=f"Published, for {count(role.positions, 'position')}",
                source="Checklists, published version",
                view_name="checklists:template",
                pk=role.checklist.pk,
            )


def _window(window: ClosedWindow) -> Item:
    told = f"{window.submitted:,} of {count(window.asked, 'checklist')} submitted"
    if window.second_rated:
        told += f", {window.second_rated:,} with a second rater"
    if window.agreement is not None:
        told += f", {window.agreement}% alike"
    return Item(
        label=f"{window.label}, closed",
        told=told,
        source="Checklists, closed window",
        dated_on=window.closed_on,
        good_until=window.closed_on + USUAL_LIFE,
        view_name="checklists:window-detail",
        pk=window.pk,
        axis=Axis.PRACTISED,
    )


def _milestone(milestone: DoneMilestone) -> Item:
    alike = f" (and {milestone.alike:,} more alike)" if milestone.alike else ""
    return Item(
        label=milestone.title,
        told=f"{milestone.proof[:160]}{alike}",
        source="Roadmap, milestone done",
        dated_on=milestone.done_on,
        good_until=milestone.done_on + USUAL_LIFE,
        view_name="roadmap:detail",
        pk=milestone.pk,
        axis=Axis.PRACTISED,
    )


def _note(indicator: Indicator, note: Note) -> Item:
    sort = sort_of(indicator, note.kind)
    return Item(
        label=note.label,
        told=note.text or (sort.label if sort else ""),
        source=f"Added by {note.added_by}",
        dated_on=note.dated_on,
        good_until=until(note, sort),
        view_name="selfassessment:evidence-file" if note.file_name else "",
        pk=note.pk if note.file_name else None,
        url="" if note.file_name else note.link,
        by_hand=True,
        axis=Axis(sort.axis) if sort else Axis.DOCUMENTED,
        file_name=note.file_name,
        superseded_on=note.superseded_on,
        evidence_pk=note.evidence_pk,
    )
