"""The demo's roster source: a week of nights, one of which found the server busy."""

from __future__ import annotations

import datetime as dt

from roles.models import OwedStatus, RosterPull, RosterSource
from roles.sealing import seal
from tutoring_admin.demo.world import ONE_DAY, World
from tutoring_admin.systems.rosters.rest.client import SCOPE

Outcome = RosterPull.Outcome
HOUR = 2
NOTHING = (OwedStatus.DONE, Outcome.NOTHING, "Nothing changed.")
SMALL = (OwedStatus.DONE, Outcome.APPLIES, "Small changes, applied by themselves.")
BUSY = (
    OwedStatus.FAILED,
    Outcome.OPEN,
    "sis.maple-valley.example has trouble of its own (it answered 503).",
)
# what came of the last nights, newest first
NIGHTS = (NOTHING, SMALL, NOTHING, BUSY, NOTHING, SMALL, NOTHING)
SUNDAY = 6


def build(world: World) -> None:
    """Only in the larger district: the other one has not set it up yet."""
    if world.district.slug != "maple-valley":
        return
    source = RosterSource.objects.create(
        district=world.district,
        name="Student information system",
        version="1.2",
        base_address="https://sis.maple-valley.example/ims/oneroster/rostering/v1p2",
        token_address="https://sis.maple-valley.example/oauth/token",  # noqa: S106 -- an address
        client_id="tutoring-leadership",
        secret=seal("a-secret-of-the-demo"),
        scopes=SCOPE["1.2"],
        hour=HOUR,
        applies_small=True,
    )
    lead = world.holder("PROGRAM_LEAD")
    _pull(
        source,
        _at(source, world.today - 8 * ONE_DAY, 10),
        key="test:demo",
        kind=RosterPull.Kind.TEST,
        asked_by=lead,
        words="It works: sis.maple-valley.example lets us in and answers in OneRoster. It speaks"
        " of 14 schools and offices and 436 people, students left out where it can.",
    )
    for back in reversed(range(len(NIGHTS))):
        _night(source, world.today - back * ONE_DAY, NIGHTS[back])


def _night(source: RosterSource, day: dt.date, night: tuple[str, str, str]) -> None:
    status, outcome, words = night
    began = _at(source, day, HOUR)
    is_full = day.weekday() == SUNDAY
    counts = {"orgs": 14, "users": 436} if is_full else {"orgs": 0, "users": 2}
    _pull(
        source,
        began,
        key=f"nightly:{source.pk}:{day.isoformat()}",
        kind=RosterPull.Kind.NIGHTLY,
        status=status,
        outcome=outcome,
        words=words,
        since=None if is_full else began - ONE_DAY,
        counts=counts if status == OwedStatus.DONE else {},
    )


def _pull(source: RosterSource, began: dt.datetime, **more: object) -> None:
    done = {"status": OwedStatus.DONE, "done_at": began, "owed_at": began, "began_at": began}
    RosterPull.objects.create(district_id=source.district_id, source=source, **{**done, **more})


def _at(source: RosterSource, day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), source.district.zone)
