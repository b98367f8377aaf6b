"""The shipped rhythm of meetings, laid on one district's school year: what each would become."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from roadmap.models import MeetingSeries, Milestone, Rhythm
from roadmap.rhythms import first_weekday
from roadmap.services.meeting_series import Plan
from roles.models import LeadershipRole, Position, School, SchoolYear

EDITION = "2026.1"
FOLDER = Path(__file__).parent / "library"
LAUNCH = dt.timedelta(weeks=4)  # after the first student day the task force has done its work
PARTNERS = "DEPT_"


@cache
def content(edition: str = EDITION) -> tuple[dict[str, Any], ...]:
    """As shipped: {key, title, rhythm, weekday, at, minutes, chair, members, guests, begins, ends,
    agenda, at_every_school, keeps}.
    """
    loaded = yaml.safe_load((FOLDER / f"meetings.{edition}.yaml").read_text())
    return tuple(loaded["meetings"])


def series_of(milestone: Milestone) -> str:
    """The key of the series as which a milestone of the library comes back; "" if as none."""
    kept = (entry["key"] for entry in content() if entry.get("keeps") == milestone.key)
    return next(kept, "") if milestone.key else ""


@dataclass(frozen=True)
class Seats:
    """Who would meet at one place: the district (`school` None) or a school."""

    school: School | None
    chair: Position | None
    members: tuple[int, ...]


@dataclass(frozen=True)
class Suggestion:
    """One meeting of the library that this district does not hold yet, with proposed times."""

    entry: dict[str, Any]
    chair: str
    members: str
    first: dt.date
    last: dt.date
    proposed: bool
    places: tuple[Seats, ...] = field(default_factory=tuple)

    @property
    def rhythm(self) -> str:
        return str(Rhythm(self.entry["rhythm"]).label)

    @property
    def schools(self) -> int:
        return sum(place.school is not None for place in self.places)

    @property
    def initial(self) -> dict[str, Any]:
        return {
            "take": self.proposed,
            "weekday": self.entry["weekday"],
            "at": dt.time.fromisoformat(self.entry["at"]),
            "first": self.first,
            "last": self.last,
        }

    def plans(self, weekday: int, at: dt.time, first: dt.date, last: dt.date) -> list[Plan]:
        """The series it becomes at these times: one, or one for each school."""
        return [
            Plan(
                key=self.entry["key"],
                title=self.entry["title"] + (f", {place.school}" if place.school else ""),
                rhythm=self.entry["rhythm"],
                first_on=first_weekday(weekday, first),
                last_on=last,
                at=at,
                minutes_long=self.entry["minutes"],
                chair=place.chair,
                members=place.members,
                school=place.school,
                guests=self.entry["guests"],
                agenda="\n".join(self.entry["agenda"]),
            )
            for place in self.places
        ]


def suggestions(
    year: SchoolYear,
    running: Sequence[MeetingSeries],
    roles: Sequence[LeadershipRole],
    seats: Sequence[Position],
    today: dt.date,
) -> list[Suggestion]:
    """What the library offers beside the series that run. Rows come through the asker's reach."""
    titles = {role.key: role.title for role in roles}
    held = {(series.key, series.school_id) for series in running if series.key}
    by_role: dict[str, list[Position]] = defaultdict(list)
    for seat in seats:
        by_role[seat.role.key].append(seat)
    found = []
    for entry in content():
        places = tuple(
            place
            for place in _places(entry, by_role)
            if (entry["key"], place.school.pk if place.school else None) not in held
        )
        if places:
            found.append(_suggestion(entry, places, titles, year, today))
    return found


def _suggestion(
    entry: dict[str, Any],
    places: tuple[Seats, ...],
    titles: dict[str, str],
    year: SchoolYear,
    today: dt.date,
) -> Suggestion:
    begins = year.first_student_day + dt.timedelta(weeks=entry["begins"])
    launch = year.first_student_day + LAUNCH
    over = entry["ends"] == "launch" and launch <= today
    last = year.last_student_day if entry["ends"] == "year" or over else launch
    return Suggestion(
        entry=entry,
        chair=titles.get(entry["chair"], "Nobody yet"),
        members=_listed(entry, titles),
        first=min(max(begins, year.starts_on, today), last),
        last=last,
        proposed=not over,
        places=places,
    )


def _places(entry: dict[str, Any], by_role: dict[str, list[Position]]) -> list[Seats]:
    seats = [s for key in _roles(entry, by_role) for s in by_role[key]]
    if not entry.get("at_every_school"):
        chairs = [s for s in by_role[entry["chair"]] if s.school_id is None]
        chair = chairs[0] if chairs else None
        return [Seats(None, chair, tuple(s.pk for s in seats))]
    chair_of = {s.school_id: s for s in reversed(by_role[entry["chair"]]) if s.school_id}
    there: dict[int, list[int]] = defaultdict(list)
    for seat in seats:
        if seat.school_id:
            there[seat.school_id].append(seat.pk)
    schools = {s.school_id: s.school for s in [*seats, *chair_of.values()] if s.school}
    ordered = sorted(schools.values(), key=lambda school: school.name)
    return [Seats(s, chair_of.get(s.pk), tuple(there[s.pk])) for s in ordered]


def _roles(entry: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """Keys of the members' roles, with every partner department for "DEPT_"."""
    found: list[str] = []
    for key in entry["members"]:
        partners = sorted(each for each in known if each.startswith(PARTNERS))
        found += partners if key == PARTNERS else [key]
    return found


def _listed(entry: dict[str, Any], titles: dict[str, str]) -> str:
    words = [
        "the partner departments" if key == PARTNERS else titles.get(key, "")
        for key in entry["members"]
    ]
    guests: str = entry["guests"]
    return ", ".join(filter(None, [*words, guests[:1].lower() + guests[1:]]))
