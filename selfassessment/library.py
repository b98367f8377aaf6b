"""The indicators as shipped: versioned content, frozen per edition, read from YAML.

Each indicator there is a plain mapping ("raw") that says all of itself, also how the records are
looked up for it. A round keeps the raw indicators it took, so that neither a later edition nor an
import changes what an earlier round said; what a district imports has the same form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml

if TYPE_CHECKING:
    from selfassessment.models import Round

EDITION = "2026.1"
LEA = "lea"  # the audience of a school district; the other is "organization"
FOLDER = Path(__file__).with_name("library")
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the scale; `anchor` is what it looks like for one indicator."""

    value: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A sort of evidence that an indicator asks for.

    `milestones` are library keys: such a milestone, once done, is evidence of this sort.
    `absent` is the sentence for when nothing is there. `axis`: what such evidence speaks of, that
    something is "documented" or that it is "practised".
    """

    key: str
    label: str
    required: bool = False
    max_age_months: int = 12
    milestones: tuple[str, ...] = ()
    absent: str = "Nothing is on file."
    axis: str = "documented"

    def good_until(self, dated_on: dt.date) -> dt.date:
        """The last day on which evidence of this date counts as current."""
        return dated_on + dt.timedelta(days=self.max_age_months * 365 // 12)


@dataclass(frozen=True, slots=True)
class Lookup:
    """One check as it is declared: what is measured (a name in selfassessment.measures), and how
    much of it is enough.

    `axis`: "documented" or "practised". `enough`: "all", "any" one, a percent ("80%") or a count
    (2). `roles`: keys of leadership roles, all those of the indicator unless it says otherwise.
    `kind`: the key of an evidence type of the indicator. `external`: keys of those that stand in,
    in a district with a tutoring provider, for what the provider keeps of its own people; they sit
    in the `external_roles`.
    """

    measure: str
    axis: str
    rung: int
    says: str
    enough: str | int = "all"
    roles: tuple[str, ...] = ()
    kind: str = ""
    external: tuple[str, ...] = ()
    external_roles: tuple[str, ...] = ()

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any], roles: Iterable[str]) -> Self:
        """Raises TypeError for a key it does not know, or one that is missing."""
        lists = {key: tuple(raw.get(key, ())) for key in ("external", "external_roles")}
        return cls(**{**raw, **lists, "roles": tuple(raw.get("roles", roles))})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One coded statement.

    `standard` is code and title in words. `role_keys` are the leadership roles its checks look at;
    `leaders` those whose published job descriptions stand one by one in its evidence. Without
    `lookups` the records say nothing of it.
    """

    code: str
    standard: str
    title: str
    question: str
    why: str
    rule: str
    role_keys: tuple[str, ...]
    leaders: tuple[str, ...]
    evidence_types: tuple[EvidenceType, ...]
    points: tuple[Point, ...]
    optional: bool
    editions: tuple[str, ...]
    lookups: tuple[Lookup, ...]

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any], scale: Iterable[Point] = ()) -> Self:
        """Read one indicator, shipped or imported; `scale` is that of the newest edition unless
        given. Code, standard, title and plain question must be there: else KeyError.
        """
        anchors = {int(value): words for value, words in raw.get("anchors", {}).items()}
        about = raw.get("satisfied_by", {})
        roles = tuple(about.get("positions", ()))
        return cls(
            code=raw["code"],
            standard=raw["standard"],
            title=raw["title"],
            question=raw["plain_question"],
            why=raw.get("why", ""),
            rule=about.get("rule", ""),
            role_keys=roles,
            leaders=tuple(about.get("leaders", ())),
            evidence_types=tuple(_sort(each) for each in raw.get("evidence_types", ())),
            points=tuple(
                Point(point.value, point.label, anchors.get(point.value, point.anchor))
                for point in (scale or library().scale)
            ),
            optional=raw.get("optional_module", False),
            editions=tuple(raw.get("editions", (LEA,))),
            lookups=tuple(Lookup.from_raw(each, roles) for each in raw.get("auto_check", ())),
        )

    def sort(self, key: str) -> EvidenceType:
        """An evidence type by its key. Raises StopIteration for one it does not ask for."""
        return next(each for each in self.evidence_types if each.key == key)

    @property
    def anchor_id(self) -> str:
        """The code as part of an HTML id: 6b.1 is "6b-1"."""
        return self.code.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Library:
    """One edition: the scale, and the indicators in their order."""

    version: str
    scale: tuple[Point, ...]
    indicators: tuple[Indicator, ...]

    @property
    def core(self) -> tuple[Indicator, ...]:
        """Those a round takes; the rest are optional and off."""
        return tuple(each for each in self.indicators if not each.optional)

    @property
    def optional(self) -> tuple[Indicator, ...]:
        return tuple(each for each in self.indicators if each.optional)

    def find(self, code: str) -> Indicator | None:
        """A core or optional indicator by code; None if this edition has no such code."""
        return next((each for each in self.indicators if each.code == code), None)


def titles() -> dict[str, str]:
    """Titles by code, of the newest edition."""
    return {each.code: each.title for each in library().indicators}


@cache
def _file(edition: str) -> Raw:
    content: Raw = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text(encoding="utf-8"))
    return content


@cache
def library(edition: str = EDITION) -> Library:
    """Read one edition. Raises FileNotFoundError for an edition that was never shipped."""
    content = _file(edition)
    scale = tuple(Point(**point) for point in content["scale"])
    return Library(
        version=content["version"],
        scale=scale,
        indicators=tuple(Indicator.from_raw(each, scale) for each in content["indicators"]),
    )


def raw(edition: str = EDITION) -> list[Raw]:
    """All indicators of an edition as they stand in its file; a copy, to keep in a round."""
    return deepcopy(_file(edition)["indicators"])


def elements(edition: str = EDITION) -> list[Raw]:
    """The elements of an edition: code and title of each."""
    return deepcopy(_file(edition)["elements"])


def standards(edition: str = EDITION) -> list[Raw]:
    """The standards of an edition: code and title of each, and the code of its element."""
    return deepcopy(_file(edition)["standards"])


def offered(audience: str = LEA, edition: str = EDITION) -> list[Raw]:
    """The raw indicators for an audience, core and optional, in their order."""
    return [each for each in raw(edition) if audience in each["editions"]]


def core_of(audience: str = LEA, edition: str = EDITION) -> list[Raw]:
    """Those of `offered` that a round takes without being asked."""
    return [each for each in offered(audience, edition) if not each.get("optional_module")]


def indicators_of(round_: Round) -> tuple[Indicator, ...]:
    """What a round asks: the indicators it took, or else the core of its edition."""
    scale = library(round_.edition).scale
    taken = round_.taken or core_of(round_.audience, round_.edition)
    return tuple(Indicator.from_raw(each, scale) for each in taken)


def _sort(raw: Mapping[str, Any]) -> EvidenceType:
    return EvidenceType(**{**raw, "milestones": tuple(raw.get("milestones", ()))})
