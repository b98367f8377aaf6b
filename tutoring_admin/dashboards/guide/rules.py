"""How the guide judges: each thing that a recommendation looks at, counted and put in a sentence.

A measure says how many there are of how many; the row's state follows: in place where everything
it looks at is there, under way where something is. Knows no database. What a row asks for can only
help it: a measure never has less for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from selfassessment.facts import Role
from selfassessment.wording import count, day, listed
from tutoring_admin.dashboards.guide.content import Part
from tutoring_admin.dashboards.guide.facts import GuideFacts, Seat

DEPARTMENTS = 3  # who have agreed to something
LEVELS = {
    "executive": "the cabinet",
    "administrative": "the central office",
    "site": "the schools",
    "coaching": "coaching",
}


class State(StrEnum):
    NOT_STARTED = "not-started"
    UNDER_WAY = "under-way"
    IN_PLACE = "in-place"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Found:
    """`have` of `need`, in a sentence. `pk` is of the row that the next step is about; `step` names
    the step where a part has several.
    """

    have: int
    need: int
    says: str
    step: str = ""
    pk: int | None = None

    @property
    def is_met(self) -> bool:
        return 0 < self.need <= self.have


Measure = Callable[[Part, GuideFacts], Found]


def found(part: Part, facts: GuideFacts) -> Found:
    """What the records say to one part of a row."""
    return MEASURES[part.measure](part, facts)


def state_of(parts: Sequence[tuple[Part, Found]]) -> State:
    """From what each part of a row found; what came with the library begins nothing."""
    if all(each.is_met for _, each in parts):
        return State.IN_PLACE
    begun = any(each.have for part, each in parts if not part.given)
    return State.UNDER_WAY if begun else State.NOT_STARTED


def _seat(part: Part, facts: GuideFacts) -> Found:
    """Somebody sits in the one seat of a role: the seat counts one, its holder another."""
    key = part.roles[0]
    title = facts.title(key)
    seats = list(facts.seats_of([key]))
    held = [seat for seat in seats if seat.holder]
    if held:
        return Found(2, 2, f"{title}: {_named(held[0])}.")
    if seats:
        says = f"The seat of the {title} is open, and nobody holds it."
        return Found(1, 2, says, "assign", seats[0].pk)
    role = facts.roles.get(key)
    return Found(0, 2, f"There is no seat of the {title} yet.", "open", role.pk if role else None)


def _named(seat: Seat) -> str:
    since = f" since {day(seat.since)}" if seat.since else ""
    return f"{seat.holder}{since}{', for the time being' if seat.interim else ''}"


def _partners(part: Part, facts: GuideFacts) -> Found:
    """How many of some roles somebody holds."""
    held = [key for key in part.roles if any(s.holder for s in facts.seats_of([key]))]
    lacking = [key for key in part.roles if key not in held]
    have, need = len(held), len(part.roles)
    if not lacking:
        names = [
            f"{seat.holder} ({facts.title(key)})" for key in held for seat in _held(key, facts)
        ]
        return Found(have, need, f"{listed(names)}.")
    still = listed([facts.title(key) for key in lacking])
    says = f"Nobody yet: {still}." if not held else f"{have} of {need} named. Still open: {still}."
    open_seat = next((seat for seat in facts.seats_of(lacking)), None)
    if open_seat:
        return Found(have, need, says, "assign", open_seat.pk)
    role = facts.roles.get(lacking[0])
    return Found(have, need, says, "open", role.pk if role else None)


def _held(key: str, facts: GuideFacts) -> list[Seat]:
    return [seat for seat in facts.seats_of([key]) if seat.holder][:1]


def _level_held(part: Part, facts: GuideFacts) -> Found:
    """At least one person in roles that many may hold, wherever they sit."""
    roles = facts.of(part.roles)
    filled = sum(role.filled for role in roles)
    title = facts.title(part.roles[0])
    if filled:
        people = "1 person" if filled == 1 else f"{filled:,} people"
        return Found(2, 2, f"{title}: {people} named.")
    if any(role.positions for role in roles):
        return Found(1, 2, f"The seat of the {title} is open, and nobody holds it.", "assign")
    says = f"There is no seat of the {title} yet."
    return Found(0, 2, says, "open", roles[0].pk if roles else None)


def _schools(part: Part, facts: GuideFacts) -> Found:
    have, need = facts.figures.schools_led, facts.figures.schools
    if not need:
        return Found(0, 0, "This district has no school yet.")
    says = f"{have} of {count(need, 'school')} {'has' if have == 1 else 'have'} a leader named."
    seated = any(role.positions for role in facts.roles.values() if role.level == "site")
    role = facts.roles.get(part.roles[0])
    return Found(have, need, says, "assign" if seated else "open", role.pk if role else None)


def _areas(part: Part, facts: GuideFacts) -> Found:
    figures = facts.figures
    if not figures.areas:
        return Found(0, 1, "The role matrix is empty.")
    return Found(figures.areas, figures.areas, f"{count(figures.areas, 'area')} of work listed.")


def _areas_led(part: Part, facts: GuideFacts) -> Found:
    have, need = facts.figures.areas_led, facts.figures.areas
    if not need:
        return Found(0, 1, "No area of work has a leader.")
    has = "has" if have == 1 else "have"
    return Found(have, need, f"{have} of {count(need, 'area')} of work {has} a named person.")


def _needs(part: Part, facts: GuideFacts) -> Found:
    have = facts.figures.needs
    says = f"{count(have, 'thing')} asked of departments." if have else "Nothing is asked yet."
    return Found(min(have, 1), 1, says)


def _departments_agreed(part: Part, facts: GuideFacts) -> Found:
    have = facts.figures.departments_agreed
    if not have:
        return Found(0, DEPARTMENTS, "No department has agreed to anything yet.")
    says = f"{count(have, 'department')} {_have(have)} agreed to something."
    return Found(min(have, DEPARTMENTS), DEPARTMENTS, says)


def _data_agreed(part: Part, facts: GuideFacts) -> Found:
    have = facts.figures.data_needs_agreed
    says = f"{count(have, 'thing')} agreed with the data team." if have else (
        "Nothing is agreed with the data team yet."
    )  # fmt: skip
    return Found(min(have, 1), 1, says)


def _published(part: Part, facts: GuideFacts) -> Found:
    """The job description of one role: a draft counts one, a published version another."""
    key = part.roles[0]
    role = facts.roles.get(key)
    if role is None:
        return Found(0, 2, f"The district has no role of {facts.title(key)}.")
    if role.outline:
        told = f"Version {role.outline.number} published {day(role.outline.published_on)}."
        return Found(2, 2, told, pk=role.pk)
    if role.drafted:
        return Found(1, 2, "A draft is open; nothing is published.", pk=role.pk)
    return Found(0, 2, "Nothing is written.", pk=role.pk)


def _any_published(part: Part, facts: GuideFacts) -> Found:
    """Any role's; where none is published yet, how the one stands that comes first."""
    published = [role for role in facts.roles.values() if role.outline]
    if published:
        return Found(2, 2, f"{count(len(published), 'job description')} published.")
    return _published(part, facts)


def _read(part: Part, facts: GuideFacts) -> Found:
    """Every holder of some roles has acknowledged what is published."""
    roles = [role for role in facts.of(part.roles) if role.filled]
    have, need = _sum(roles, "acknowledged"), _sum(roles, "filled")
    if not need:
        return Found(0, 1, "Nobody holds the position who could read it.")
    if have >= need:
        return Found(have, need, "Read by its holder." if need == 1 else f"Read by all {need}.")
    if need == 1:
        return Found(0, 1, "Its holder has not read it.")
    return Found(have, need, f"{have} of {need:,} holders {_have(have)} read it.")


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _covered(part: Part, facts: GuideFacts) -> Found:
    """Every position of some roles has a published job description."""
    roles = [role for role in facts.of(part.roles) if role.positions]
    lack = [role for role in roles if role.outline is None]
    need = _sum(roles, "positions")
    have = need - _sum(lack, "positions")
    if not need:
        return Found(0, 1, "There is no position yet.")
    missing = f" Still to write: {_titles(lack)}." if lack else ""
    says = f"{have} of {count(need, 'position')} {_have(have)} one.{missing}"
    return Found(have, need, says, pk=lack[0].pk if lack else None)


def _titles(roles: Sequence[Role]) -> str:
    names = [role.title for role in roles]
    return listed(names) if len(names) <= 3 else listed([*names[:2], f"{len(names) - 2} more"])


def _rhythm(part: Part, facts: GuideFacts) -> Found:
    """What is published for coaches names a caseload and how often they observe."""
    roles = [role for role in facts.of(part.roles) if role.positions]
    if not roles:
        return Found(0, 1, "There is no position yet.")
    lack = [
        role
        for role in roles
        if role.outline is None or not (role.outline.caseload and role.outline.observation_rhythm)
    ]
    have = len(roles) - len(lack)
    missing = f" Still without: {_titles(lack)}." if lack else ""
    says = f"{have} of {count(len(roles), 'role')} {'says' if have == 1 else 'say'} so.{missing}"
    return Found(have, len(roles), says, pk=lack[0].pk if lack else None)


def _checklists(part: Part, facts: GuideFacts) -> Found:
    """A published checklist for each core role that has a position."""
    roles = [role for role in facts.of(part.roles) if role.positions]
    have = sum(role.checklist is not None for role in roles)
    if not roles:
        return Found(0, 1, "There is no position yet.")
    says = f"{have} of {count(len(roles), 'role')} with a position {_have(have)} one."
    return Found(have, len(roles), says)


def _counted(figure: str, noun: str, verb: str, none: str, need: int = 1) -> Measure:
    """At least so many of something: "3 meetings held."."""

    def run(_: Part, facts: GuideFacts) -> Found:
        have: int = getattr(facts.figures, figure)
        many = noun if noun == "series" else f"{noun}s"
        says = f"{have:,} {noun if have == 1 else many} {verb}." if have else none
        return Found(min(have, need), need, says)

    return run


def _owned(part: Part, facts: GuideFacts) -> Found:
    have, need = facts.figures.owned, facts.figures.milestones
    if not need:
        return Found(0, 1, "There is no milestone to own.")
    return Found(have, need, f"{have} of {count(need, 'milestone')} {_have(have)} an owner.")


def _window(part: Part, facts: GuideFacts) -> Found:
    """A checklist window of this year that has closed; one that is open or planned counts half."""
    figures = facts.figures
    if figures.windows_closed:
        return Found(2, 2, f"{count(figures.windows_closed, 'window')} closed this year.")
    if figures.windows_open:
        return Found(1, 2, "The first window of the year is open.", "wait")
    if figures.windows:
        return Found(1, 2, "The first window of the year is planned.", "wait")
    return Found(0, 2, "No window is planned this year.", "open")


def _any_window(part: Part, facts: GuideFacts) -> Found:
    """A window that is open or has closed; one that is planned counts half."""
    figures = facts.figures
    if figures.windows_open or figures.windows_closed:
        return Found(2, 2, "The first window is open." if figures.windows_open else "It was open.")
    if figures.windows:
        return Found(1, 2, "The first window is planned.", "wait")
    return Found(0, 2, "No window is planned this year.", "open")


def _round(part: Part, facts: GuideFacts) -> Found:
    figures = facts.figures
    if figures.rounds_finished:
        return Found(2, 2, f"{count(figures.rounds_finished, 'round')} rated this year.")
    if figures.rounds:
        return Found(1, 2, "A round is open, and its team is rating.", "rate")
    return Found(0, 2, "No round was opened this year.", "open")


def _planned(part: Part, facts: GuideFacts) -> Found:
    return _levels(facts, facts.learning, "learning planned", "Nothing is planned yet.")


def _met(part: Part, facts: GuideFacts) -> Found:
    return _levels(facts, facts.learned, "met this year", "No session was held this year.")


def _levels(facts: GuideFacts, reached: frozenset[str], what: str, none: str) -> Found:
    seated = facts.seated_levels
    if not seated:
        return Found(0, 1, "There is no position yet whose holder could learn.")
    lack = [LEVELS[level] for level in seated if level not in reached]
    have = len(seated) - len(lack)
    if not have:
        return Found(0, len(seated), none)
    still = f" Still without: {listed(lack)}." if lack else ""
    has = f"{_have(have)} {what}"
    return Found(have, len(seated), f"{have} of {count(len(seated), 'level')} {has}.{still}")


def _sum(roles: Sequence[Role], figure: str) -> int:
    return sum(getattr(role, figure) for role in roles)


MEASURES: dict[str, Measure] = {
    "seat": _seat,
    "partners": _partners,
    "level_held": _level_held,
    "schools": _schools,
    "areas": _areas,
    "areas_led": _areas_led,
    "needs": _needs,
    "departments_agreed": _departments_agreed,
    "data_agreed": _data_agreed,
    "published": _published,
    "any_published": _any_published,
    "read": _read,
    "covered": _covered,
    "rhythm": _rhythm,
    "checklists": _checklists,
    "meets": _counted("series", "series", "of meetings in the calendar", "No meeting is planned."),
    "held": _counted("meetings_held", "meeting", "held this year", "None was held yet this year."),
    "protected": _counted(
        "protected", "series", "with protected time", "No planning time is protected."
    ),
    "to_come": _counted("meetings_to_come", "meeting", "still to come", "None is to come."),
    "milestones": _counted(
        "milestones", "milestone", "in the year's roadmap", "The roadmap of the year is empty."
    ),
    "owned": _owned,
    "done": _counted("done", "milestone", "done, with proof", "None is done yet."),
    "planned": _planned,
    "met": _met,
    "window": _window,
    "any_window": _any_window,
    "second_rated": _counted(
        "second_rated", "form", "by a second rater", "No second rater has sent a form yet."
    ),
    "round": _round,
    "official": _counted(
        "official", "result", "of the assessment at NSSA recorded", "None is recorded this year."
    ),
}
