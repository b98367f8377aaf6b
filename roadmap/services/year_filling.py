"""What was chosen of the old year and of the library, put into the new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from roadmap.models import Anchor, AnchorKind, Contribution, Milestone, Phase, Precedence
from roadmap.rolling import Turn
from roadmap.services import adoption
from roadmap.services.year_diff import NewLine
from roles.access import Reach
from roles.models import Position, SchoolYear


def bring(lines: Sequence[NewLine], turn: Turn) -> int:
    """Copy the old year's milestones, who helps with them and what is best done first."""
    year = turn.new
    sources = [milestone for line in lines for milestone in line.of]
    if not sources:
        return 0
    phases = phases_in(turn)
    days = {m.anchor.pk: _anchor_in(year, m.anchor, turn) for m in sources if m.anchor}
    open_seats = _open_seats(year)
    dates = {milestone.pk: line for line in lines for milestone in line.of}
    made = Milestone.objects.bulk_create(
        Milestone(
            district_id=year.district_id,
            school_year=year,
            phase=phases[m.phase.key],
            key=m.key,
            title=m.title,
            why=m.why,
            proof_hint=m.proof_hint,
            supports=m.supports,
            recurs=m.recurs,
            owner_id=m.owner_id if m.owner_id in open_seats else None,
            usual_owner_id=m.usual_owner_id,
            school_id=m.school_id,
            anchor=days[m.anchor.pk] if m.anchor else None,
            unit=m.unit,
            start_offset=m.start_offset,
            due_offset=m.due_offset,
            starts_on=dates[m.pk].starts_on,
            due_on=dates[m.pk].due_on,
        )
        for m in sources
    )
    new = {source.pk: copy.pk for source, copy in zip(sources, made, strict=True)}
    _bring_beside(year.district_id, new, open_seats)
    return len(made)


def _bring_beside(district: int, new: Mapping[int, int], open_seats: Collection[int]) -> None:
    helpers = Contribution.objects.filter(milestone__in=new, position__in=open_seats)
    Contribution.objects.bulk_create(
        Contribution(
            district_id=district, milestone_id=new[row.milestone_id], position_id=row.position_id
        )
        for row in helpers
    )
    pairs = Precedence.objects.filter(milestone__in=new, before__in=new)
    Precedence.objects.bulk_create(
        Precedence(
            district_id=district, before_id=new[row.before_id], milestone_id=new[row.milestone_id]
        )
        for row in pairs
    )


def _open_seats(year: SchoolYear) -> set[int]:
    seats = Position.objects.filter(district=year.district_id, closed_on=None)
    return set(seats.values_list("pk", flat=True))


def phases_in(turn: Turn) -> dict[str, Phase]:
    """The old year's phases in the new one, made where missing."""
    old, new = turn.old, turn.new
    Phase.objects.bulk_create(
        (
            Phase(
                district_id=new.district_id,
                school_year=new,
                key=phase.key,
                title=phase.title,
                usual_time=phase.usual_time,
                order=phase.order,
            )
            for phase in Phase.objects.filter(district=old.district_id, school_year=old)
        ),
        ignore_conflicts=True,
    )
    rows = Phase.objects.filter(district=new.district_id, school_year=new)
    return {phase.key: phase for phase in rows}


def _anchor_in(year: SchoolYear, anchor: Anchor, turn: Turn) -> Anchor:
    """The new year's anchor of the same kind and name, made where missing."""
    own = anchor.kind == AnchorKind.OWN
    found, _ = Anchor.objects.get_or_create(
        district_id=year.district_id,
        school_year=year,
        kind=anchor.kind,
        label=anchor.label,
        defaults={"on": turn.shifted(anchor.day)} if own else {},
    )
    return found


def bring_from_library(year: SchoolYear, lines: Sequence[NewLine], by: Reach) -> int:
    if not lines:
        return 0
    wanted = {line.key.partition(":")[2] for line in lines}
    templates = [line for line in adoption.templates(by.district) if line["id"] in wanted]
    choices = {
        offer.key: adoption.Choice(offer.owner, offer.due_on)
        for offer in adoption.offers(year, templates)
        if offer.due_on
    }
    return adoption.adopt(year, templates, choices, by=by)
