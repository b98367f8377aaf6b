"""The rules of 6b, leader role clarity: who has written responsibilities, and do they know them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from selfassessment.checks import MOST, ROLES, Check, check, on_file, only_the_team_knows, share
from selfassessment.facts import LONGEST_VACANCY, Facts, Outline, Seat
from selfassessment.library import Indicator
from selfassessment.wording import count, day, listed


def lead_job_description(indicator: Indicator, facts: Facts) -> Iterable[Check]:
    """6b.1: the program lead's own job description."""
    key = indicator.role_keys[0]
    seats = facts.seats_of(indicator.role_keys)
    outline = facts.outlines.get(key)
    yield _written(outline, key in facts.drafts)
    holders = [seat.holder for seat in seats if seat.is_filled]
    filled = f"{listed(holders)}." if holders else "The position is vacant, or none is open."
    yield check(2, "The position is filled", filled, ROLES, passed=bool(holders))
    yield from _published(outline, facts)
    signed = [seat.acknowledged_on for seat in seats if seat.acknowledged_on]
    read = f"On {day(max(signed))}." if signed else "Not since the last version was published."
    yield check(2, "The holder has acknowledged it", read, ROLES, passed=bool(signed))
    yield _reviewed_after_data(outline, facts)
    yield only_the_team_knows(
        3,
        "The lead uses it in coaching talks",
        "The records cannot show this; the team can say.",
    )


def _written(outline: Outline | None, drafted: bool) -> Check:  # noqa: FBT001 -- one of two facts
    found = (
        "It is published." if outline else "A draft is open." if drafted else "Nothing is written."
    )
    says = "A job description is written"
    return check(1, says, found, ROLES, passed=outline is not None or drafted)


def _published(outline: Outline | None, facts: Facts) -> Iterable[Check]:
    found = "No version is published."
    if outline:
        found = f"Version {outline.number}, {outline.published_by}, {day(outline.published_on)}."
    yield check(2, "The job description is published", found, ROLES, passed=outline is not None)
    duties = outline.duties if outline else 0
    listing = "1 responsibility." if duties == 1 else f"{duties} responsibilities."
    yield check(2, "It lists responsibilities", listing, ROLES, passed=duties > 0)
    fresh = outline is not None and outline.is_recent(facts.today)
    yield check(2, "It was published within 12 months", found, ROLES, passed=fresh)


def _reviewed_after_data(outline: Outline | None, facts: Facts) -> Check:
    first = min((window.closed_on for window in facts.windows), default=None)
    reviewed = bool(outline and first and first <= outline.published_on)
    found = "Not yet this year."
    if reviewed and outline:
        found = f"Version {outline.number} was published after {day(first)}."
    says = "It was reviewed after the first checklist window of the year"
    return check(3, says, found, ROLES, passed=reviewed)


def senior_outlines(indicator: Indicator, facts: Facts) -> Iterable[Check]:
    """6b.2: outlines for those who steer or oversee the program."""
    seats = facts.seats_of(indicator.role_keys)
    covered = [seat for seat in seats if seat.role_key in facts.outlines]
    part = share(len(covered), len(seats))
    found = f"{len(covered)} of {count(len(seats), 'position')}, {part}%."
    gaps = f"{found} {_uncovered(seats, facts)}".rstrip()
    says = "Some leaders have a published outline"
    yield check(1, says, found, ROLES, passed=bool(covered))
    says = f"At least {MOST}% of positions have a published outline"
    yield check(2, says, gaps, ROLES, passed=part >= MOST)
    yield _acknowledged(seats)
    yield _none_is_old(covered, facts)
    full = bool(seats) and len(covered) == len(seats)
    yield check(3, "Every position has a published outline", gaps, ROLES, passed=full)
    yield _no_long_vacancy(seats, facts)


def _uncovered(seats: Iterable[Seat], facts: Facts) -> str:
    """Role by role, the positions without a published outline; "" if there is none."""
    gaps: dict[str, list[Seat]] = {}
    for seat in seats:
        if seat.role_key not in facts.outlines:
            gaps.setdefault(seat.role, []).append(seat)
    names = [
        f"{role}, {found[0].place}" if len(found) == 1 else f"{role}, {len(found)} positions"
        for role, found in gaps.items()
    ]
    return f"Missing: {'; '.join(names)}." if names else ""


def _acknowledged(seats: Sequence[Seat]) -> Check:
    held = [seat for seat in seats if seat.is_filled]
    read = [seat for seat in held if seat.acknowledged_on]
    part = share(len(read), len(held))
    says = f"At least {MOST}% of holders have acknowledged theirs"
    found = f"{len(read)} of {count(len(held), 'holder')}, {part}%."
    return check(2, says, found, ROLES, passed=part >= MOST)


def _none_is_old(covered: Sequence[Seat], facts: Facts) -> Check:
    outlines = [facts.outlines[key] for key in dict.fromkeys(seat.role_key for seat in covered)]
    old = [outline.title for outline in outlines if not outline.is_recent(facts.today)]
    says = "Every outline was published within 12 months"
    if not outlines:
        return check(2, says, "There is none yet.", ROLES, passed=False)
    oldest = f"The oldest is from {day(min(outline.published_on for outline in outlines))}."
    found = f"Older: {listed(old)}." if old else oldest
    return check(2, says, found, ROLES, passed=not old)


def _no_long_vacancy(seats: Sequence[Seat], facts: Facts) -> Check:
    long = [
        f"{seat.role}, {seat.place}, since {day(seat.vacant_since)}"
        for seat in seats
        if seat.vacant_since and facts.today - seat.vacant_since > LONGEST_VACANCY
    ]
    says = f"No position is vacant for more than {LONGEST_VACANCY.days} days"
    found = f"{'; '.join(long)}." if long else "None is." if seats else "No position is open yet."
    return check(3, says, found, ROLES, passed=bool(seats) and not long)


def coaching_outlines(indicator: Indicator, facts: Facts) -> Iterable[Check]:
    """6b.3: outlines for those who coach tutors, with caseload and rhythm."""
    seats = facts.seats_of(indicator.role_keys)
    held = sum(seat.is_filled for seat in seats)
    found = f"{held} of {count(len(seats), 'coaching position')} filled."
    yield check(1, "Someone coaches tutors", found, ROLES, passed=held > 0)
    outlines = facts.outlines.items()
    written = {key for key, _ in outlines}
    caseload = {key for key, outline in outlines if outline.caseload}
    rhythm = {key for key, outline in outlines if outline.observation_rhythm}
    yield _stated("Every coaching position has a published outline", seats, written)
    yield _stated("Each outline states the caseload", seats, caseload)
    yield _stated("Each outline states how often to observe", seats, rhythm)
    yield on_file(3, indicator, "caseload_list", facts)
    yield only_the_team_knows(
        3,
        "Caseload and observations match the outline in practice",
        "No observation log is kept here; the team can say.",
    )


def _stated(says: str, seats: Sequence[Seat], keys: set[str]) -> Check:
    have = [seat for seat in seats if seat.role_key in keys]
    lack = list(dict.fromkeys(seat.role for seat in seats if seat.role_key not in keys))
    found = f"{len(have)} of {count(len(seats), 'position')}."
    found = f"{found} Missing: {listed(lack)}." if lack else found
    return check(2, says, found, ROLES, passed=bool(seats) and not lack)
