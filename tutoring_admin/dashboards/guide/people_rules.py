"""Measures of who is named: seats and their holders, areas of work, what departments agreed to."""

from __future__ import annotations

from selfassessment.wording import count, day, listed
from tutoring_admin.dashboards.guide.content import Part
from tutoring_admin.dashboards.guide.facts import GuideFacts, Seat
from tutoring_admin.dashboards.guide.measuring import Found, has_or_have

DEPARTMENTS = 3  # who have agreed to something


def seat(part: Part, facts: GuideFacts) -> Found:
    """Somebody sits in the one seat of a role: the seat counts one, its holder another."""
    key = part.roles[0]
    title = facts.title(key)
    seats = list(facts.seats_of([key]))
    held = [seat for seat in seats if seat.holder]
    if held:
        return Found(2, 2, f"{title}: {_named(held[0])}.")
    if seats:
        says = f"The seat of the {title} is open, and nobody holds it."
        return Found(1, 2, says, "assign", seats[0].pk)
    role = facts.roles.get(key)
    return Found(0, 2, f"There is no seat of the {title} yet.", "open", role.pk if role else None)


def _named(seat: Seat) -> str:
    since = f" since {day(seat.since)}" if seat.since else ""
    return f"{seat.holder}{since}{', for the time being' if seat.interim else ''}"


def partners(part: Part, facts: GuideFacts) -> Found:
    """How many of some roles somebody holds."""
    held = [key for key in part.roles if any(s.holder for s in facts.seats_of([key]))]
    lacking = [key for key in part.roles if key not in held]
    have, need = len(held), len(part.roles)
    if not lacking:
        names = [
            f"{seat.holder} ({facts.title(key)})" for key in held for seat in _held(key, facts)
        ]
        return Found(have, need, f"{listed(names)}.")
    still = listed([facts.title(key) for key in lacking])
    says = f"Nobody yet: {still}." if not held else f"{have} of {need} named. Still open: {still}."
    open_seat = next((seat for seat in facts.seats_of(lacking)), None)
    if open_seat:
        return Found(have, need, says, "assign", open_seat.pk)
    role = facts.roles.get(lacking[0])
    return Found(have, need, says, "open", role.pk if role else None)


def _held(key: str, facts: GuideFacts) -> list[Seat]:
    return [seat for seat in facts.seats_of([key]) if seat.holder][:1]


def level_held(part: Part, facts: GuideFacts) -> Found:
    """At least one person in roles that many may hold, wherever they sit."""
    roles = facts.of(part.roles)
    filled = sum(role.filled for role in roles)
    title = facts.title(part.roles[0])
    if filled:
        people = "1 person" if filled == 1 else f"{filled:,} people"
        return Found(2, 2, f"{title}: {people} named.")
    if any(role.positions for role in roles):
        return Found(1, 2, f"The seat of the {title} is open, and nobody holds it.", "assign")
    says = f"There is no seat of the {title} yet."
    return Found(0, 2, says, "open", roles[0].pk if roles else None)


def schools(part: Part, facts: GuideFacts) -> Found:
    have, need = facts.figures.schools_led, facts.figures.schools
    if not need:
        return Found(0, 0, "This district has no school yet.")
    says = f"{have} of {count(need, 'school')} {'has' if have == 1 else 'have'} a leader named."
    seated = any(role.positions for role in facts.roles.values() if role.level == "site")
    role = facts.roles.get(part.roles[0])
    return Found(have, need, says, "assign" if seated else "open", role.pk if role else None)


def areas(part: Part, facts: GuideFacts) -> Found:
    figures = facts.figures
    if not figures.areas:
        return Found(0, 1, "The role matrix is empty.")
    return Found(figures.areas, figures.areas, f"{count(figures.areas, 'area')} of work listed.")


def areas_led(part: Part, facts: GuideFacts) -> Found:
    have, need = facts.figures.areas_led, facts.figures.areas
    if not need:
        return Found(0, 1, "No area of work has a leader.")
    has = "has" if have == 1 else "have"
    return Found(have, need, f"{have} of {count(need, 'area')} of work {has} a named person.")


def needs(part: Part, facts: GuideFacts) -> Found:
    have = facts.figures.needs
    says = f"{count(have, 'thing')} asked of departments." if have else "Nothing is asked yet."
    return Found(min(have, 1), 1, says)


def departments_agreed(part: Part, facts: GuideFacts) -> Found:
    have = facts.figures.departments_agreed
    if not have:
        return Found(0, DEPARTMENTS, "No department has agreed to anything yet.")
    says = f"{count(have, 'department')} {has_or_have(have)} agreed to something."
    return Found(min(have, DEPARTMENTS), DEPARTMENTS, says)


def data_agreed(part: Part, facts: GuideFacts) -> Found:
    have = facts.figures.data_needs_agreed
    says = f"{count(have, 'thing')} agreed with the data team." if have else (
        "Nothing is agreed with the data team yet."
    )  # fmt: skip
    return Found(min(have, 1), 1, says)
