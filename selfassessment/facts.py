"""What the records of a district say, as plain values that the rules of readiness read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

YEAR = dt.timedelta(days=365)
LONGEST_VACANCY = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outline:
    """The published job description of one leadership role; `duties` is how many it lists."""

    pk: int
    role_key: str
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
class Seat:
    """One active position; `vacant_since` is None while someone holds it."""

    pk: int
    role_key: str
    role: str
    place: str
    vacant_since: dt.date | None = None
    holder: str = ""
    acknowledged_on: dt.date | None = None

    @property
    def is_filled(self) -> bool:
        return self.vacant_since is None


@dataclass(frozen=True, slots=True)
class PublishedChecklist:
    """A fidelity checklist in use for a leadership role."""

    role_key: str
    title: str
    number: int


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
    """A milestone that ended with a proof; `supports` are indicator codes."""

    pk: int
    key: str
    title: str
    done_on: dt.date
    proof: str
    supports: Collection[str]


@dataclass(frozen=True, slots=True)
class Note:
    """Evidence added by hand."""

    pk: int
    code: str
    kind: str
    label: str
    text: str
    link: str
    dated_on: dt.date
    added_by: str


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
    how many holders are on pace. `from_checklists` topics went into sessions; `changed_mid_year`:
    lines were changed after the first student day.
    """

    year: str
    changed_on: dt.date
    levels: tuple[LevelLearning, ...]
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
    """The records on one day. `outlines` by role key, and `drafts` the role keys with one open."""

    today: dt.date
    seats: tuple[Seat, ...] = ()
    outlines: Mapping[str, Outline] = field(default_factory=dict)
    drafts: frozenset[str] = frozenset()
    checklists: Mapping[str, PublishedChecklist] = field(default_factory=dict)
    windows: tuple[ClosedWindow, ...] = ()
    milestones: tuple[DoneMilestone, ...] = ()
    notes: tuple[Note, ...] = ()
    learning: Learning | None = None

    def seats_of(self, role_keys: Collection[str]) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.role_key in role_keys)

    def milestones_for(self, code: str) -> tuple[DoneMilestone, ...]:
        return tuple(each for each in self.milestones if code in each.supports)

    def notes_for(self, code: str) -> tuple[Note, ...]:
        return tuple(each for each in self.notes if each.code == code)
