"""The weakest points of the program: computed, in words, with the next step and who can take it.

A point is never about one person. Each figure gives at most one, its worst; of these the worst
are shown. What is missing counts as a part of all there is, and small groups count for less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roles.reports.seats import RoleStands, Stand
from tutoring_admin.dashboards.homes.links import Link, to
from tutoring_admin.dashboards.homes.program import (
    Fidelity,
    Learning,
    Milestones,
    Program,
    Readiness,
    Roles,
)

MOST = 2
SMALL = 2  # as many as this are added to every group: one of one is no worse than four of ten
HALF = 0.5
NOBODY = "Whoever runs the program"
MANAGER = ("PROJECT_MANAGER", "PROVIDER_MANAGER", "PROGRAM_LEAD")
LEAD = ("PROGRAM_LEAD", "PROJECT_MANAGER", "PROVIDER_MANAGER")
COACHES = ("COACH_LEAD", "INSTR_SUPERVISOR", "PROGRAM_LEAD", "PROJECT_MANAGER")


@dataclass(frozen=True, slots=True)
class Weakness:
    """`about` is the finding in words; `number` of `of` `tail` says how much, `link` and `whole`
    lead to these rows. `who` is the seat that can take the next step.
    """

    about: str
    number: int
    of: int
    tail: str
    link: Link
    whole: Link
    missing: int
    next_step: str
    who: str

    @property
    def share(self) -> float:
        """What is missing, 0 to under 1."""
        return self.missing / (self.of + SMALL)

    @property
    def state(self) -> tuple[str, str]:
        """The kind of status chip, and its words."""
        return ("low", "Needs support") if self.missing >= self.of * HALF else ("mid", "Developing")


def weakest(found: Program, most: int = MOST) -> tuple[Weakness, ...]:
    """The worst first; none where nothing is missing."""
    return worst(_all(found), most)


def worst(points: Iterable[Weakness], most: int) -> tuple[Weakness, ...]:
    lacking = [each for each in points if each.missing > 0]
    return tuple(sorted(lacking, key=lambda each: -each.share)[:most])


def _all(found: Program) -> Iterator[Weakness]:
    seated = dict(found.seated)
    for points in (
        _of_roles(found.roles, seated),
        _of_fidelity(found.fidelity, seated),
        _of_milestones(found.milestones, seated),
        _of_readiness(found.readiness, seated),
        _of_learning(found.learning, seated),
    ):
        yield from worst(points, 1)


def _who(keys: Iterable[str], seated: dict[str, str]) -> str:
    """The first of these roles that somebody holds."""
    return next((seated[key] for key in keys if key in seated), NOBODY)


def _of_roles(roles: Roles, seated: dict[str, str]) -> Iterator[Weakness]:
    for each in roles.stands:
        yield from (_of_seats(each, stand, seated) for stand in _STEPS)


_STEPS = {
    Stand.VACANT: ("vacant", "Name a holder, or say who stands in", MANAGER),
    Stand.UNWRITTEN: ("without a published job description", "Publish its job description", LEAD),
    Stand.UNREAD: (
        "not acknowledged by their holders yet",
        "Remind the holders",
        MANAGER,
    ),
}


def _of_seats(role: RoleStands, stand: Stand, seated: dict[str, str]) -> Weakness:
    tail, step, keys = _STEPS[stand]
    number = role.at(stand)
    are = "position is" if role.seats == 1 else "positions are"
    return Weakness(
        about=role.title,
        number=number,
        of=role.seats,
        tail=f"{are} {tail}",
        link=to("roles:seats", role=role.role, stand=stand.value),
        whole=to("roles:seats", role=role.role),
        missing=number,
        next_step=step,
        who=_who(keys, seated),
    )


def _of_fidelity(fidelity: Fidelity, seated: dict[str, str]) -> Iterator[Weakness]:
    item = fidelity.lowest
    if item is None or fidelity.pk is None:
        return
    row = f"item-{item.group}-{item.key}"
    yield Weakness(
        about=item.text,
        number=item.best,
        of=item.applies_to,
        tail=f"leaders have it in place, says the window “{fidelity.label}”",
        link=to("checklists:report", fidelity.pk, at=row, by="in-place"),
        whole=to("checklists:report", fidelity.pk, at=row),
        missing=item.applies_to - item.best,
        next_step="Take it up in the next learning session",
        who=_who(COACHES, seated),
    )


def _of_milestones(milestones: Milestones, seated: dict[str, str]) -> Iterator[Weakness]:
    for phase in milestones.phases:
        yield Weakness(
            about=phase.title,
            number=phase.late,
            of=phase.total,
            tail="milestone is late" if phase.total == 1 else "milestones are late",
            link=to("roadmap:index", phase=phase.key, state="late"),
            whole=to("roadmap:index", phase=phase.key, state="planned"),
            missing=phase.late,
            next_step="Lift what blocks them, or agree on new dates",
            who=_who(MANAGER, seated),
        )


def _of_readiness(readiness: Readiness, seated: dict[str, str]) -> Iterator[Weakness]:
    for each in readiness.indicators:
        if each.hint is None or each.is_ready:
            continue
        changes = each.hint.what_would_change_it
        many = len(each.hint.checks)
        yield Weakness(
            about=f"{each.code} {each.question}",
            number=each.hint.passed,
            of=many,
            tail="checks of the records pass",
            link=to("selfassessment:indicator", each.code, at="hint", by="passed"),
            whole=to("selfassessment:indicator", each.code, at="hint"),
            missing=many - each.hint.passed,
            next_step=f"Next: {_lower(changes[0].says)}" if changes else "Rate it with the team",
            who=_who(LEAD, seated),
        )


def _of_learning(learning: Learning, seated: dict[str, str]) -> Iterator[Weakness]:
    """All levels together: the page behind the number shows these lines."""
    worst_level = max(learning.levels, key=lambda each: each.behind, default=None)
    if not worst_level or not learning.behind:
        return
    yield Weakness(
        about=f"Learning, above all of the level {worst_level.label.lower()}",
        number=learning.behind,
        of=learning.lines,
        tail="lines of the plan are behind",
        link=to("roadmap:learning", pace="behind"),
        whole=to("roadmap:learning"),
        missing=learning.behind,
        next_step="Set the days of the sessions that are missing",
        who=_who(COACHES, seated),
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
