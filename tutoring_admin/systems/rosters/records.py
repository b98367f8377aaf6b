"""What a roster says, whichever way it came: the one form that every reader gives.

A reader (a OneRoster zip, a plain list, a REST pull) yields records, and `staging.stage` takes
them:

    stage(Origin(source=Source.ONEROSTER, route=Route.REST, name="PowerSchool", version="1.2",
                 bulk=frozenset({Kind.ORG, Kind.PERSON, Kind.ROLE})),
          records, district=district, actor=user_or_none) -> RosterImport

It checks every record, writes what it may into the import's lines, a batch at a time, and owes
the comparing to a worker. Nothing of the district's changes until a person applies the import
(`applying.ask_to_apply`). Call it behind the wall, in one transaction; `records` may be a
generator that reads as it goes. For REST in several transactions: `begin`, `take` for each page,
`ready` at the end (see `staging`); a record that comes twice with the same values is one.

Records hold text as the source gave it; dates as `YYYY-MM-DD`. Checking them is `checking`'s.
A reader never yields a student, a guardian, a parent or a relative: `staff.Sieve` is how it
knows, and counts what it left out (`LeftOut`). Fields that the product has no use for have no
place here: no phone, no password, no grade, no agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """Whose keys these are. What one source left out never ends what another one brought."""

    ONEROSTER = "oneroster"  # sourcedIds, by file or by REST
    LIST = "list"  # a plain list with the district's own keys


class Route(StrEnum):
    FILE = "file"
    COMMAND = "command"
    REST = "rest"


class Kind(StrEnum):
    ORG = "org"
    SESSION = "session"
    PERSON = "person"
    ROLE = "role"


@dataclass(frozen=True)
class Origin:
    """Where an import comes from. `bulk` are the kinds of which it holds all there are: what is
    missing of them is ended. Other kinds are changes only.

    `columns` says what a field is called in the file, where that is not the OneRoster name.
    """

    source: Source
    route: Route
    name: str
    version: str = ""
    bulk: frozenset[Kind] = frozenset()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Where:
    """The file (or the REST collection) and the line in it; the header is line 1."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Org:
    where: Where
    key: str
    name: str
    type: str
    identifier: str = ""
    parent: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    where: Where
    key: str
    title: str
    type: str
    start_date: str
    end_date: str
    school_year: str
    parent: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    where: Where
    key: str
    given_name: str
    family_name: str
    email: str = ""
    enabled: str = "true"
    identifier: str = ""
    preferred_given_name: str = ""
    preferred_family_name: str = ""
    job_title: str = ""
    main_org: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody's role at an org. Without a key of its own it is known by who, where and what."""

    where: Where
    person: str
    org: str
    role: str
    key: str = ""
    role_type: str = ""
    begin_date: str = ""
    end_date: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a value, or worth knowing. A rejected row is left out whole; with
    `taken` the row came in all the same. `kind` and `key` of a rejected row keep what is known of
    it from being ended as missing.
    """

    where: Where
    column: str
    expected: str
    got: str
    taken: bool = False
    kind: Kind | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many rows that were dropped as they were read: only the number is kept."""

    file: str
    what: str
    rows: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence on the whole file, such as which parts of it were not read."""

    text: str


Entry = Org | Session | Person | Role
Record = Entry | Finding | LeftOut | Remark
