"""The rows of the guide as shipped, in our words: versioned content, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from roadmap.services.beginning import Suggestion

EDITION = "2026.1"
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: a press on `says` leads to `page`. `gives` says what the address carries
    of the row it is about: "" nothing, "pk" its key, "role_query" a role as a choice that is made
    already; `query` is added as it stands.
    """

    says: str
    page: str
    gives: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a row looks at; `measure` is a name in `rules.MEASURES`.

    `given`: it came with the library, so that it alone begins nothing. `steps` by the name that
    the measure gives; "" is the one for all others.
    """

    measure: str
    says: str
    steps: dict[str, Step]
    roles: tuple[str, ...] = ()
    given: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """What to read, where it is published."""

    title: str
    url: str
    note: str = ""

    @property
    def host(self) -> str:
        """Where the link leads, so that nobody leaves this product unawares."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Row:
    """One recommendation. `takes` are the roles whose task it usually is, the first one first."""

    key: str
    title: str
    why: str
    takes: tuple[str, ...]
    parts: tuple[Part, ...]
    resource: Resource
    code: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    lead: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole guide: what to settle before, and the groups of rows; `source` is the section.
    `first` are the first steps of a new district, rows of their own that count for nothing else.
    """

    edition: str
    source: Resource
    beginning: tuple[Suggestion, ...]
    groups: tuple[Group, ...]
    first: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)


@cache
def guide(edition: str = EDITION) -> Guide:
    """The shipped guide. KeyError for a resource or step that is not there."""
    told = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text())
    resources = {key: Resource(**each) for key, each in told["resources"].items()}
    steps = {key: Step(**each) for key, each in told["steps"].items()}
    return Guide(
        edition=told["edition"],
        source=resources["section"],
        beginning=tuple(Suggestion(**each) for each in told["beginning"]),
        groups=tuple(
            Group(
                key=each["key"],
                title=each["title"],
                lead=each["lead"],
                rows=tuple(_row(row, resources, steps) for row in each["rows"]),
            )
            for each in told["groups"]
        ),
        first=tuple(_row(row, resources, steps) for row in told["first"]),
    )


def _row(told: dict[str, Any], resources: dict[str, Resource], steps: dict[str, Step]) -> Row:
    return Row(
        key=told["key"],
        title=told["title"],
        why=told["why"],
        takes=tuple(told["takes"]),
        parts=tuple(_part(part, steps) for part in told["parts"]),
        resource=resources[told["resource"]],
        code=told.get("code", ""),
    )


def _part(told: dict[str, Any], steps: dict[str, Step]) -> Part:
    named = told["step"]
    by_name = named if isinstance(named, dict) else {"": named}
    return Part(
        measure=told["measure"],
        says=told["says"],
        steps={name: steps[key] for name, key in by_name.items()},
        roles=tuple(told.get("roles", ())),
        given=told.get("given", False),
    )
