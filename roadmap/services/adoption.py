"""From the shipped library to a district's own roadmap, with real dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from roadmap.models import Anchor, AnchorKind, Milestone, Phase, Unit
from roadmap.scheduling import resolve
from roles.access import Reach
from roles.models import District, LeadershipRole, Position, SchoolYear
from roles.schooltime import Span
from roles.services import audit
from roles.services.calendar import closures_of

EDITION = "2026.1"
PROGRAM_START = "Program start"
FOLDER = Path(__file__).resolve().parents[1] / "library"


@cache
def content(edition: str = EDITION) -> dict[str, Any]:
    """The library as shipped: {"phases": [{key, title, order}], "core_set": [id], "milestones":
    [{id, phase, title, why, start, due, owner, approach, proof, supports}]}; weeks from the anchor.
    """
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text())["roadmap"]
    return loaded


@dataclass(frozen=True)
class Ground:
    """What templates are laid on: the year's dates and who is there to own things."""

    year: SchoolYear
    anchor: Anchor
    closures: Sequence[Span]
    phases: dict[str, Phase]
    roles: dict[str, LeadershipRole]
    positions: dict[str, Position]

    def date(self, weeks: int) -> dt.date:
        return resolve(self.anchor.day, weeks, Unit.WEEKS, self.closures)


@transaction.atomic
def adopt_library(
    year: SchoolYear, *, by: Reach, core_only: bool = False, anchor: dt.date | None = None
) -> int:
    """Copy into a school year the milestones of the district's approach that it does not have.

    Weeks count from the first student day, or from `anchor` where the program starts at another
    time. The owner is the first of the district's seats in the template's role, if it has one.
    Returns how many came; never touches those that are there.
    """
    had = set(Milestone.objects.filter(school_year=year).values_list("key", flat=True))
    wanted = [t for t in templates(by.district, core_only=core_only) if t["id"] not in had]
    if not wanted:
        return 0
    ground = _ground(year, by.district, anchor_on(year, anchor))
    Milestone.objects.bulk_create(
        (_copy(template, ground) for template in wanted), ignore_conflicts=True
    )
    audit.record(by, "roadmap.library_adopted", year, milestones=len(wanted), edition=EDITION)
    return len(wanted)


def templates(district: District, *, core_only: bool = False) -> list[dict[str, Any]]:
    """The library's milestones that fit the district's approach."""
    fits = {"all", district.approach}
    core = set(content()["core_set"])
    return [
        template
        for template in content()["milestones"]
        if fits & set(template["approach"]) and (template["id"] in core or not core_only)
    ]


def anchor_on(year: SchoolYear, day: dt.date | None) -> Anchor:
    """The anchor that milestones count from: the first student day, or a day of the district's own.
    Made where it is not there yet.
    """
    if day is None or day == year.first_student_day:
        wanted: dict[str, Any] = {"kind": AnchorKind.FIRST_STUDENT_DAY}
    else:
        wanted = {"kind": AnchorKind.OWN, "label": PROGRAM_START, "on": day}
    found, _ = Anchor.objects.get_or_create(
        district_id=year.district_id, school_year=year, **wanted
    )
    found.school_year = year
    return found


def _ground(year: SchoolYear, district: District, anchor: Anchor) -> Ground:
    Phase.objects.bulk_create(
        (_phase(template, year) for template in content()["phases"]), ignore_conflicts=True
    )
    seats = Position.objects.filter(district=district, school=None, closed_on=None)
    return Ground(
        year=year,
        anchor=anchor,
        closures=closures_of(district),
        phases={phase.key: phase for phase in Phase.objects.filter(school_year=year)},
        roles={role.key: role for role in LeadershipRole.objects.filter(district=district)},
        positions={s.role.key: s for s in seats.select_related("role").order_by("-seat")},
    )


def _phase(template: dict[str, Any], year: SchoolYear) -> Phase:
    title, _, usual_time = template["title"].partition(" (")
    return Phase(
        district_id=year.district_id,
        school_year=year,
        key=template["key"],
        title=title,
        usual_time=usual_time.rstrip(")"),
        order=template["order"],
    )


def _copy(template: dict[str, Any], ground: Ground) -> Milestone:
    return Milestone(
        district_id=ground.year.district_id,
        school_year=ground.year,
        phase=ground.phases[template["phase"]],
        key=template["id"],
        title=template["title"],
        why=template["why"],
        proof_hint=template["proof"],
        supports=template["supports"],
        recurs=template.get("recurs", ""),
        owner=ground.positions.get(template["owner"]),
        usual_owner=ground.roles.get(template["owner"]),
        anchor=ground.anchor,
        start_offset=template["start"],
        due_offset=template["due"],
        starts_on=ground.date(template["start"]),
        due_on=ground.date(template["due"]),
    )
