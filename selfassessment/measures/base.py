"""What a measure is: from facts to how many of how many, in a sentence, with what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from selfassessment.checks import MOST_NAMED, Effort, Fix, Thing
from selfassessment.facts import Facts
from selfassessment.library import Indicator, Lookup
from selfassessment.wording import count, spelled

ROLES = Fix("Open the roles", "roles:index")
COVERAGE = Fix("Open the coverage", "roles:coverage")
CHECKLISTS = Fix("Open the checklists", "checklists:index")
LIBRARY = Fix("Open the checklist library", "checklists:library")
ROADMAP = Fix("Open the roadmap", "roadmap:index")
LEARNING = Fix("Open the plan of learning", "roadmap:learning")
TEAM_SAYS = "the team can say."


class Shows(StrEnum):
    """Which records stand as evidence where a measure looks at them."""

    NOTHING = ""
    OUTLINES = "outlines"
    LEARNING = "learning"
    CHECKLISTS = "checklists"


@dataclass(frozen=True, slots=True)
class Measured:
    """`part` of `whole`. `things` are some of those that lack it, `more` how many besides.

    `known` is False where the records cannot tell; `note` is the end of `found`.
    """

    part: int
    whole: int
    found: str
    things: tuple[Thing, ...] = ()
    more: int = 0
    known: bool = True
    note: str = ""


Run = Callable[[Lookup, Indicator, Facts], Measured]


@dataclass(frozen=True, slots=True)
class Measure:
    """A way to look something up, the same for whichever indicator names it."""

    run: Run
    fix: Fix | None
    effort: Effort
    shows: Shows = Shows.NOTHING


@dataclass(frozen=True, slots=True)
class Words:
    """How a measure speaks of what it counts: "position", "has a holder", "have a holder",
    "needs a holder". `lack` and `lacks` end the sentence about those that do not: "these do not".
    """

    noun: str
    has: str
    have: str
    needs: str
    lacks: str = "does not"
    lack: str = "do not"


Named = tuple[Thing, int]
"""A thing, and for how many of what is counted it stands."""


def counted(
    words: Words, part: int, whole: int, lacking: Iterable[Named] = (), note: str = ""
) -> Measured:
    """The sentence, and the first few of what is lacking with the number of the rest. `note` is
    put behind.
    """
    named = tuple(lacking)[:MOST_NAMED]
    more = whole - part - sum(stands_for for _, stands_for in named) if named else 0
    found = _sentence(words, part, whole, named=bool(named))
    things = tuple(thing for thing, _ in named)
    return Measured(part, whole, f"{found}{note}", things, max(more, 0), note=note)


def unknown(why: str) -> Measured:
    return Measured(0, 0, f"{why}; {TEAM_SAYS}", known=False)


def _sentence(words: Words, part: int, whole: int, *, named: bool) -> str:
    if not whole:
        return f"There is no {words.noun} yet."
    if whole == 1:
        return f"The one {words.noun} {words.has if part else words.needs}."
    if part == whole:
        return f"All {whole:,} {words.noun}s {words.have}."
    if not part:
        return f"None of the {whole:,} {words.noun}s {words.has}."
    told = f"{part:,} of {count(whole, words.noun)} {words.has if part == 1 else words.have}"
    lacking = whole - part
    if not named:
        return f"{told}."
    these = "this one" if lacking == 1 else f"these {spelled(lacking)}"
    return f"{told}; {these} {words.lacks if lacking == 1 else words.lack}."
