"""From the shipped library, or a template of the district's own, to a roadmap with real dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from roadmap.models import Anchor, AnchorKind, Milestone, Phase, Precedence, Unit
from roadmap.precedence import way
from roadmap.scheduling import resolve
from roadmap.services.archived import refuse_archived
from roles.access import Reach
from roles.models import District, LeadershipRole, Position, SchoolYear
from roles.schooltime import Span
from roles.services import audit
from roles.services.calendar import closures_of

EDITION = "2026.1"
PROGRAM_START = "Program start"
FOLDER = Path(__file__).resolve().parents[1] / "library"
Line = dict[str, Any]


@cache
def content(edition: str = EDITION) -> dict[str, Any]:
    """The library as shipped: {"phases": [{key, title, order}], "core_set": [id], "milestones":
    [{id, phase, title, why, start, due, owner, approach, proof, supports}]}; weeks from the anchor.
    Some have `after`, the ids of what is best done first, and `recurs`, when it comes again.
    """
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text())["roadmap"]
    return loaded


def templates(district: District, *, core_only: bool = False, approach: str = "") -> list[Line]:
    """The library's milestones that fit an approach: the district's own if none is named."""
    fits = {"all", approach or district.approach}
    core = set(content()["core_set"])
    return [
        template
        for template in content()["milestones"]
        if fits & set(template["approach"]) and (template["id"] in core or not core_only)
    ]


@dataclass(frozen=True)
class Ground:
    """What lines are laid on: the year's dates, and who is there to own things. `start` stands in
    for the first student day where the program begins at another time.
    """

    year: SchoolYear
    start: Anchor
    anchors: Mapping[tuple[str, str], Anchor]
    closures: Sequence[Span]
    roles: Mapping[str, LeadershipRole]
    positions: Mapping[str, Position]
    had: frozenset[str]

    def anchor(self, line: Line) -> Anchor | None:
        """What a line counts from; None if the year does not have that day."""
        kind = line.get("anchor_kind", AnchorKind.FIRST_STUDENT_DAY)
        if kind == AnchorKind.FIRST_STUDENT_DAY:
            return self.start
        return self.anchors.get((kind, line.get("anchor_label", "")))


@dataclass(frozen=True)
class Offered:
    """A line as it would stand in the year. `there`: the year has it already. Without dates where
    the year does not have the day that it counts from.
    """

    line: Line
    anchor: Anchor | None
    starts_on: dt.date | None
    due_on: dt.date | None
    owner: Position | None
    usual: LeadershipRole | None
    there: bool

    @property
    def key(self) -> str:
        return str(self.line["id"])


@dataclass(frozen=True)
class Choice:
    """What a person settled for one line: its owner, and its due date."""

    owner: Position | None
    due_on: dt.date


def offers(
    year: SchoolYear, lines: Iterable[Line], *, start: dt.date | None = None
) -> list[Offered]:
    """Each line with the dates and the owner it would get. Writes nothing; six queries."""
    return _laid(lines, ground(year, _anchor(year, start)))


@transaction.atomic
def adopt(
    year: SchoolYear,
    lines: Sequence[Line],
    choices: Mapping[str, Choice],
    *,
    start: dt.date | None = None,
    source: str = "",
    by: Reach,
) -> int:
    """Copy the chosen lines (by their id) into a school year. Returns how many came.

    A date other than the plan's counts as set by hand. What the year has already is left alone,
    so that doing it twice adds nothing. Refused in an archived year. `source` names a template.
    """
    refuse_archived(year)
    SchoolYear.objects.select_for_update().get(pk=year.pk)  # two people adopting wait here
    base = ground(year, anchor_on(year, start))
    wanted = [o for o in _laid(lines, base) if o.key in choices and not o.there]
    if not wanted:
        return 0
    for offer in wanted:  # the first to count from the last student day brings its anchor along
        if offer.anchor and offer.anchor.pk is None:
            offer.anchor.save()
    phases = _phases(year, [offer.line for offer in wanted])
    made = [_copy(offer, choices[offer.key], phases, year) for offer in wanted]
    Milestone.objects.bulk_create(made)
    _link(year, lines, {offer.key for offer in wanted})
    verb = "roadmap.template_adopted" if source else "roadmap.library_adopted"
    edition = {"template": source} if source else {"edition": EDITION}
    audit.record(by, verb, year, milestones=len(made), **edition)
    return len(made)


def adopt_library(
    year: SchoolYear, *, by: Reach, core_only: bool = False, anchor: dt.date | None = None
) -> int:
    """Copy into a school year the milestones of the district's approach that it does not have, as
    the plan has them. Returns how many came; never touches those that are there.
    """
    lines = templates(by.district, core_only=core_only)
    choices = {
        offer.key: Choice(offer.owner, offer.due_on)
        for offer in offers(year, lines, start=anchor)
        if offer.due_on
    }
    return adopt(year, lines, choices, start=anchor, by=by)


def anchor_on(year: SchoolYear, day: dt.date | None) -> Anchor:
    """The anchor that milestones count from: the first student day, or a day of the district's own.
    Made where it is not there yet.
    """
    wanted = _anchor(year, day)
    if wanted.pk is None:
        wanted.save()
    return wanted


def ground(year: SchoolYear, start: Anchor) -> Ground:
    """Five queries. Owners are found among the district's own seats, the first of a role."""
    district = year.district_id
    seats = Position.objects.filter(district=district, school=None, closed_on=None)
    last = Anchor(district_id=district, kind=AnchorKind.LAST_STUDENT_DAY)
    anchors = [last, *Anchor.objects.filter(district=district, school_year=year)]
    keys = Milestone.objects.filter(school_year=year).exclude(key="").values_list("key", flat=True)
    return Ground(
        year=year,
        start=start,
        anchors={(a.kind, a.label): _of(a, year) for a in anchors},
        closures=closures_of(year.district),
        roles={role.key: role for role in LeadershipRole.objects.filter(district=district)},
        positions={s.role.key: s for s in seats.select_related("role").order_by("-seat")},
        had=frozenset(keys),
    )


def _anchor(year: SchoolYear, day: dt.date | None) -> Anchor:
    """The anchor of that day as it stands, or a new one that is not saved."""
    own = Anchor.objects.filter(district=year.district_id, school_year=year)
    if day is None or day == year.first_student_day:
        found = own.filter(kind=AnchorKind.FIRST_STUDENT_DAY).first()
        new = Anchor(kind=AnchorKind.FIRST_STUDENT_DAY)
    else:
        found = own.filter(kind=AnchorKind.OWN, on=day).first()
        taken = own.filter(kind=AnchorKind.OWN, label=PROGRAM_START).exists()
        label = f"{PROGRAM_START}, {day:%B} {day.day}" if taken else PROGRAM_START
        new = Anchor(kind=AnchorKind.OWN, label=label, on=day)
    new.district_id = year.district_id
    return _of(found or new, year)


def _of(anchor: Anchor, year: SchoolYear) -> Anchor:
    anchor.school_year = year
    return anchor


def _laid(lines: Iterable[Line], base: Ground) -> list[Offered]:
    found = []
    for line in lines:
        anchor, unit = base.anchor(line), line.get("unit", Unit.WEEKS)
        day = anchor.day if anchor else None
        found.append(
            Offered(
                line=line,
                anchor=anchor,
                starts_on=resolve(day, line["start"], unit, base.closures) if day else None,
                due_on=resolve(day, line["due"], unit, base.closures) if day else None,
                owner=base.positions.get(line["owner"]),
                usual=base.roles.get(line["owner"]),
                there=str(line["id"]) in base.had,
            )
        )
    return found


def _phases(year: SchoolYear, lines: Iterable[Line]) -> dict[str, Phase]:
    """The library's phases, and those that a template brings along; made where missing."""
    shipped = [_phase(template, year) for template in content()["phases"]]
    known = {phase.key for phase in shipped}
    own = {line["phase"]: line.get("phase_title", "") for line in lines}
    for number, (key, title) in enumerate(own.items(), len(shipped)):
        if key not in known:
            shipped.append(
                Phase(district_id=year.district_id, school_year=year, key=key,
                      title=title or key, order=number)
            )  # fmt: skip
    Phase.objects.bulk_create(shipped, ignore_conflicts=True)
    return {phase.key: phase for phase in Phase.objects.filter(school_year=year)}


def _phase(template: Line, year: SchoolYear) -> Phase:
    title, _, usual_time = template["title"].partition(" (")
    return Phase(
        district_id=year.district_id,
        school_year=year,
        key=template["key"],
        title=title,
        usual_time=usual_time.rstrip(")"),
        order=template["order"],
    )


def _copy(
    offer: Offered, choice: Choice, phases: Mapping[str, Phase], year: SchoolYear
) -> Milestone:
    line, counted = offer.line, offer.anchor is not None
    return Milestone(
        district_id=year.district_id,
        school_year=year,
        phase=phases[line["phase"]],
        key=offer.key,
        title=line["title"],
        why=line["why"],
        proof_hint=line["proof"],
        supports=line["supports"],
        recurs=line.get("recurs", ""),
        owner=choice.owner,
        usual_owner=offer.usual,
        anchor=offer.anchor,
        unit=line.get("unit", Unit.WEEKS),
        start_offset=line["start"] if counted else None,
        due_offset=line["due"] if counted else None,
        starts_on=min(offer.starts_on or choice.due_on, choice.due_on),
        due_on=choice.due_on,
        hand_dated=choice.due_on != offer.due_on,
    )


def _link(year: SchoolYear, lines: Iterable[Line], new: Container[str]) -> None:
    """Note what is best done first, where a line says so, both are there and one of them is new.
    What would close a circle with the district's own order is left out.
    """
    wanted = [(first, str(line["id"])) for line in lines for first in line.get("after", ())]
    if not wanted:
        return
    rows = Milestone.objects.filter(school_year=year).exclude(key="")
    by_key = dict(rows.values_list("key", "pk"))
    had = Precedence.objects.filter(milestone__school_year=year).order_by()
    pairs = list(had.values_list("before", "milestone"))
    made = []
    for first, key in wanted:
        if not (first in by_key and key in by_key and (first in new or key in new)):
            continue
        before, milestone = by_key[first], by_key[key]
        if way(pairs, milestone, before):
            continue
        pairs.append((before, milestone))
        made.append(
            Precedence(district_id=year.district_id, before_id=before, milestone_id=milestone)
        )
    Precedence.objects.bulk_create(made, ignore_conflicts=True)
