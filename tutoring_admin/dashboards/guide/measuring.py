"""What a measure of the guide finds, and the words that measures share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selfassessment.facts import Role
from tutoring_admin.dashboards.guide.content import Part
from tutoring_admin.dashboards.guide.facts import GuideFacts


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


def counted(figure: str, noun: str, verb: str, none: str, need: int = 1) -> Measure:
    """At least so many of something: "3 meetings held."."""

    def run(_: Part, facts: GuideFacts) -> Found:
        have: int = getattr(facts.figures, figure)
        many = noun if noun == "series" else f"{noun}s"
        says = f"{have:,} {noun if have == 1 else many} {verb}." if have else none
        return Found(min(have, need), need, says)

    return run


def has_or_have(number: int) -> str:
    return "has" if number == 1 else "have"


def total(roles: Sequence[Role], figure: str) -> int:
    return sum(getattr(role, figure) for role in roles)
