"""What the records of a district say, as plain values that the checks of readiness read.

Figures by leadership role, not positions one by one: a large district is as quick to judge as a
small one. Single positions are there as examples only, and only where somebody asks for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

YEAR = dt.timedelta(days=365)
LONGEST_VACANCY = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outline:
    """The published job description of one leadership role; `duties` is how many it lists."""

    pk: int
    title: str
    number: int
    published_on: dt.date
    published_by: str
    caseload: str = ""
    observation_rhythm: str = ""
    duties: int = 0
    has_pdf: bool = False

    def is_recent(self, today: dt.date) -> bool:
        return today - self.published_on <= YEAR


@dataclass(frozen=True, slots=True)
class PublishedChecklist:
    """A fidelity checklist in use for a leadership role."""

    pk: int
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone in a position of those few roles whose holders are told one by one."""

    name: str
    acknowledged_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """One leadership role with its active positions counted.

    `filled` positions have a holder, who has `acknowledged` the published job description; `idle`
    ones have been vacant for more than 30 days. `drafted`: a version is being written.
    """

    pk: int
    key: str
    title: str
    level: str = ""
    positions: int = 0
    filled: int = 0
    acknowledged: int = 0
    idle: int = 0
    read_on: dt.date | None = None
    holders: tuple[Holder, ...] = ()
    drafted: bool = False
    outline: Outline | None = None
    checklist: PublishedChecklist | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """One position as an example of what is missing: vacant, or held by someone who has not
    acknowledged the job description.
    """

    pk: int
    role_key: str
    role: str
    place: str
    holder: str = ""
    vacant_since: dt.date | None = None

    @property
    def label(self) -> str:
        return f"{self.role}, {self.place}"


@dataclass(frozen=True, slots=True)
class ClosedWindow:
    """A checklist window that has closed this school year.

    `agreement` is the share of items rated alike by two raters, 0 to 100; None where there are too
    few pairs to say without pointing at one.
    """

    pk: int
    label: str
    closed_on: dt.date
    asked: int
    submitted: int
    second_rated: int
    agreement: int | None = None


@dataclass(frozen=True, slots=True)
class DoneMilestone:
    """A milestone that ended with a proof; `supports` are indicator codes. `alike`: so many more
    of the same name were done, as where each school has one of its own.
    """

    pk: int
    key: str
    title: str
    done_on: dt.date
    proof: str
    supports: Collection[str]
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Evidence added by hand, for one indicator; `pk` is of its current revision.

    `expires_on` is None where it counts for as long as its kind does. `superseded_on`: it points at
    a version of a job description that another has replaced since.
    """

    pk: int
    code: str
    kind: str
    label: str
    text: str
    link: str
    dated_on: dt.date
    added_by: str
    file_name: str = ""
    expires_on: dt.date | None = None
    superseded_on: dt.date | None = None
    evidence_pk: int | None = None


@dataclass(frozen=True, slots=True)
class LevelLearning:
    """Learning of one level in the plan of the year. `came` of `marked` were present in what was
    held. `quiet`: nobody of it has met for 90 days. `has_seats`: somebody could.
    """

    label: str
    lines: int
    planned: int
    held: int
    came: int
    marked: int
    last_on: dt.date | None
    quiet: bool
    has_seats: bool


@dataclass(frozen=True, slots=True)
class HeldSession:
    """One session with its attendance."""

    pk: int
    title: str
    held_on: dt.date
    came: int
    marked: int


@dataclass(frozen=True, slots=True)
class Learning:
    """The plan of learning of the school year: when it was last worked on, how its levels stand,
    how many holders are on pace. `held` sessions, of which `sessions` are the newest, newest first.
    `from_checklists` topics went into sessions; `changed_mid_year`: lines were changed after the
    first student day.
    """

    year: str
    changed_on: dt.date
    levels: tuple[LevelLearning, ...]
    held: int
    sessions: tuple[HeldSession, ...]
    people: int
    on_pace: int
    from_checklists: int = 0
    changed_mid_year: bool = False

    @property
    def lines(self) -> int:
        return sum(level.lines for level in self.levels)

    @property
    def last_held_on(self) -> dt.date | None:
        return max((each.held_on for each in self.sessions), default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """The records on one day. `roles` by key; `examples` are empty unless they were asked for.

    `has_partner`: a tutoring provider employs the coaches, whose duties it writes itself.
    """

    today: dt.date
    roles: Mapping[str, Role] = field(default_factory=dict)
    windows: tuple[ClosedWindow, ...] = ()
    milestones: tuple[DoneMilestone, ...] = ()
    notes: tuple[Note, ...] = ()
    learning: Learning | None = None
    examples: tuple[Seat, ...] = ()
    has_partner: bool = False

    @property
    def outlines(self) -> dict[str, Outline]:
        """The published job descriptions by role key."""
        return {key: role.outline for key, role in self.roles.items() if role.outline}

    def of(self, keys: Collection[str]) -> list[Role]:
        """The roles of these keys that the district has."""
        return [self.roles[key] for key in keys if key in self.roles]

    def examples_of(self, keys: Collection[str]) -> Iterator[Seat]:
        return (seat for seat in self.examples if seat.role_key in keys)

    def milestones_for(self, code: str) -> tuple[DoneMilestone, ...]:
        return tuple(each for each in self.milestones if code in each.supports)

    def notes_for(self, code: str) -> tuple[Note, ...]:
        return tuple(each for each in self.notes if each.code == code)
