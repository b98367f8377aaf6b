"""What a year of mail comes to: pure functions over what was sent and what was said. No Django."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from roles.schooltime import Span, is_quiet

CLIMB = ("owner", "supervisor", "project_manager", "champion")


@dataclass(frozen=True)
class Sent:
    """One mail that reached the mail server; `at` in the reader's own time. `gathered`: about what
    is due, and so at most one a day, unlike a file or an invitation that somebody asked for.
    """

    at: dt.datetime
    to: str
    subject: str
    message_id: str
    gathered: bool

    @property
    def week(self) -> tuple[int, int]:
        return self.at.date().isocalendar()[:2]


@dataclass(frozen=True)
class Said:
    """One line of a mail: this person was told of this thing, due on this day, on this rung."""

    at: dt.datetime
    subject: str
    due_on: dt.date
    rung: int
    audience: str
    to: str


@dataclass(frozen=True)
class Year:
    """What came of it. `person_weeks`: mails of each person in each week of theirs, zeros too."""

    mails: int
    person_weeks: Sequence[int]
    duplicates: Sequence[str]
    on_quiet_days: Sequence[str]
    out_of_turn: Sequence[str]

    @property
    def median(self) -> float:
        return median(self.person_weeks) if self.person_weeks else 0

    @property
    def most(self) -> int:
        return max(self.person_weeks, default=0)

    @property
    def spread(self) -> list[tuple[int, int]]:
        """(mails in a week, in how many weeks of a person), from none up."""
        return sorted(Counter(self.person_weeks).items())

    @property
    def holds(self) -> bool:
        """Whether mail stayed what people do not learn to ignore."""
        broken = (self.duplicates, self.on_quiet_days, self.out_of_turn)
        return self.median <= 1 and self.most <= 5 and not any(broken)


def judge(
    sent: Collection[Sent],
    said: Collection[Said],
    people: Collection[str],
    weeks: Collection[tuple[int, int]],
    closures: Sequence[Span],
) -> Year:
    """Count what `people` got in `weeks` (ISO year and week)."""
    per_week = Counter((mail.to, mail.week) for mail in sent)
    return Year(
        mails=len(sent),
        person_weeks=[per_week[person, week] for person in people for week in weeks],
        duplicates=[*doubled(sent), *twice_a_day(sent), *said_twice(said)],
        on_quiet_days=[
            f"{mail.at:%b %d}: {mail.subject} to {mail.to}"
            for mail in sent
            if mail.gathered and is_quiet(mail.at.date(), closures)
        ],
        out_of_turn=list(out_of_turn(said)),
    )


def doubled(sent: Iterable[Sent]) -> Iterator[str]:
    """Mails whose Message-ID was sent before."""
    for message_id, n in Counter(mail.message_id for mail in sent).items():
        if n > 1:
            yield f"{message_id} sent {n} times"


def twice_a_day(sent: Iterable[Sent]) -> Iterator[str]:
    """People who got more than one gathered mail on a day."""
    days = Counter((mail.to, mail.at.date()) for mail in sent if mail.gathered)
    for (person, day), n in days.items():
        if n > 1:
            yield f"{n} mails to {person} on {day:%b %d}"


def said_twice(said: Iterable[Said]) -> Iterator[str]:
    """Things that a person was told twice on one rung."""
    times = Counter((s.subject, s.due_on, s.rung, s.audience, s.to) for s in said)
    for (subject, due_on, rung, audience, person), n in times.items():
        if n > 1:
            yield f"{subject}, due {due_on}, rung {rung} of {audience}: {n} times to {person}"


def out_of_turn(said: Iterable[Said]) -> Iterator[str]:
    """Escalations that came before anyone on the rungs below had heard."""
    first: dict[tuple[str, dt.date], dict[str, dt.datetime]] = defaultdict(dict)
    for line in said:
        heard = first[line.subject, line.due_on]
        heard[line.audience] = min(line.at, heard.get(line.audience, line.at))
    for (subject, due_on), heard in first.items():
        for audience in CLIMB[1:]:
            below = [heard[a] for a in CLIMB[: CLIMB.index(audience)] if a in heard]
            if audience in heard and (not below or max(below) >= heard[audience]):
                yield f"{subject}, due {due_on}: {audience} heard on {heard[audience]:%b %d}"
