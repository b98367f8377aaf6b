"""Measures of 6b, role clarity: who has written responsibilities, and has read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from selfassessment.checks import Effort, Thing
from selfassessment.facts import LONGEST_VACANCY, Facts, Outline, Role, Seat
from selfassessment.library import Indicator, Lookup
from selfassessment.measures.base import (
    COVERAGE,
    ROLES,
    Measure,
    Measured,
    Named,
    Run,
    Shows,
    Words,
    counted,
    unknown,
)
from selfassessment.measures.files import current_by_hand
from selfassessment.wording import count, day, listed

Test = Callable[[Role, Facts], bool]


def _published(role: Role, _: Facts) -> bool:
    return role.outline is not None


def _current(role: Role, facts: Facts) -> bool:
    return role.outline is not None and role.outline.is_recent(facts.today)


def _caseload(role: Role, _: Facts) -> bool:
    return role.outline is not None and bool(role.outline.caseload.strip())


def _rhythm(role: Role, _: Facts) -> bool:
    return role.outline is not None and bool(role.outline.observation_rhythm.strip())


# By role: for the few whose job description matters whether or not a position is open.


def _written(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
    """A version is published, or one is being drafted."""
    roles = facts.of(lookup.roles)
    have = [role for role in roles if role.outline or role.drafted]
    if not have:
        return Measured(0, len(lookup.roles), "Nothing is written.", _role_things(roles))
    published = all(role.outline for role in have)
    found = "It is published." if published else "A draft is open."
    return Measured(len(have), len(lookup.roles), found)


def _of_versions(test: Test) -> Run:
    """How many of the roles have a published version of which something is true."""

    def run(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
        roles = facts.of(lookup.roles)
        outlines = [role.outline for role in roles if role.outline]
        part = sum(test(role, facts) for role in roles)
        found = f"{'; '.join(map(_named, outlines))}." if outlines else "No version is published."
        lacking = _role_things([role for role in roles if not test(role, facts)])
        return Measured(part, len(lookup.roles), found, lacking)

    return run


def _named(outline: Outline) -> str:
    return f"Version {outline.number}, {outline.published_by}, {day(outline.published_on)}"


def _duties(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
    outlines = [role.outline for role in facts.of(lookup.roles) if role.outline]
    have = [outline for outline in outlines if outline.duties]
    duties = sum(outline.duties for outline in have)
    found = "1 responsibility." if duties == 1 else f"{duties} responsibilities."
    things = tuple(Thing(x.title, "roles:version", x.pk) for x in outlines if not x.duties)
    return Measured(len(have), len(lookup.roles), found, things)


def _reviewed_after_window(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
    first = min((window.closed_on for window in facts.windows), default=None)
    outlines = [role.outline for role in facts.of(lookup.roles) if role.outline]
    since = [x for x in outlines if first and first <= x.published_on]
    found = "Not yet this year."
    if since:
        numbers = listed([f"version {outline.number}" for outline in since])
        found = f"{numbers.capitalize()} was published after {day(first)}."
    return Measured(len(since), len(lookup.roles), found)


# By position: how many people sit where something is written for them.


def _of_positions(words: Words, test: Test) -> Run:
    """How many of the active positions belong to a role of which something is true."""

    def run(lookup: Lookup, indicator: Indicator, facts: Facts) -> Measured:
        roles, outside = _open(lookup, facts), _external(lookup, indicator, facts)
        lack = [role for role in roles if not test(role, facts) and role.key not in outside.keys]
        whole, missing = _sum(roles, "positions"), _sum(lack, "positions")
        return counted(words, whole - missing, whole, map(_role_named, lack), outside.note)

    return run


@dataclass(frozen=True, slots=True)
class External:
    """The roles whose people a provider answers for with what it has sent; `note` says so."""

    keys: frozenset[str] = frozenset()
    note: str = ""


def _external(lookup: Lookup, indicator: Indicator, facts: Facts) -> External:
    sent = current_by_hand(lookup.external, indicator, facts) if facts.has_partner else None
    roles = [role.title for role in facts.of(lookup.external_roles) if role.positions]
    if sent is None or not roles:
        return External()
    note = f" For {listed(roles)} the provider's own counts (external): {sent.label}."
    return External(frozenset(lookup.external_roles), note)


def _open(lookup: Lookup, facts: Facts) -> list[Role]:
    return [role for role in facts.of(lookup.roles) if role.positions]


def _covered_current(lookup: Lookup, indicator: Indicator, facts: Facts) -> Measured:
    """Of the positions that have one: how many are not out of date."""
    outside = _external(lookup, indicator, facts)
    covered = [x for x in _open(lookup, facts) if x.outline or x.key in outside.keys]
    old = [x for x in covered if not _current(x, facts) and x.key not in outside.keys]
    words = Words(
        "covered position",
        "has one of the last 12 months",
        "have one of the last 12 months",
        "has one that is older than 12 months",
    )
    dates = [role.outline.published_on for role in covered if role.outline]
    note = f" The oldest is from {day(min(dates))}." if dates else ""
    whole, missing = _sum(covered, "positions"), _sum(old, "positions")
    lacking = map(_role_named, old)
    return counted(words, whole - missing, whole, lacking, note + outside.note)


def _filled(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
    roles = _open(lookup, facts)
    names = [holder.name for role in roles for holder in role.holders]
    seats = facts.examples_of(lookup.roles)
    vacant = ((Thing(x.label, "roles:position", x.pk), 1) for x in seats if x.vacant_since)
    words = Words("position", "is filled", "are filled", "is vacant", "is not", "are not")
    found = counted(words, _sum(roles, "filled"), _sum(roles, "positions"), vacant)
    if not names or found.part < found.whole:
        return found
    return Measured(found.part, found.whole, f"{listed(names)}.", found.things, found.more)


def _acknowledged(lookup: Lookup, indicator: Indicator, facts: Facts) -> Measured:
    """Of those who hold a position: how many have acknowledged what is published now."""
    roles, outside = _open(lookup, facts), _external(lookup, indicator, facts)
    own = [role for role in roles if role.key not in outside.keys]
    seats = facts.examples_of([role.key for role in own])
    unread = ((_held(x), 1) for x in seats if not x.vacant_since)
    words = Words(
        "holder",
        "has acknowledged it",
        "have acknowledged theirs",
        "has not acknowledged the published version",
        "has not",
        "have not",
    )
    read = max((role.read_on for role in own if role.read_on), default=None)
    note = f" The last on {day(read)}." if read else ""
    whole = _sum(roles, "filled")
    missing = _sum(own, "filled") - _sum(own, "acknowledged")
    return counted(words, whole - missing, whole, unread, note + outside.note)


def _held(seat: Seat) -> Thing:
    return Thing(f"{seat.holder}, {seat.label}", "roles:position", seat.pk)


def _no_long_vacancy(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
    roles = _open(lookup, facts)
    whole, idle = _sum(roles, "positions"), _sum(roles, "idle")
    long = (
        (Thing(f"{x.label}, since {day(x.vacant_since)}", "roles:position", x.pk), 1)
        for x in facts.examples_of(lookup.roles)
        if x.vacant_since and facts.today - x.vacant_since > LONGEST_VACANCY
    )
    if not whole:
        return Measured(0, 0, "There is no position yet.")
    if not idle:
        return Measured(whole, whole, "None is.")
    has = "has" if idle == 1 else "have"
    named = tuple(thing for thing, _ in long)
    found = f"{count(idle, 'position')} of {whole:,} {has} been vacant for more than 30 days."
    return Measured(whole - idle, whole, found, named[:5], idle - len(named[:5]) if named else 0)


def _not_recorded(*_: object) -> Measured:
    return unknown("The records cannot show this")


def _sum(roles: Iterable[Role], figure: str) -> int:
    return sum(getattr(role, figure) for role in roles)


def _role_named(role: Role) -> Named:
    label = role.title if role.positions == 1 else f"{role.title} ({role.positions:,} positions)"
    return Thing(label, "roles:role", role.pk), role.positions


def _role_things(roles: Iterable[Role]) -> tuple[Thing, ...]:
    return tuple(Thing(role.title, "roles:role", role.pk) for role in roles)


def _measures() -> Iterator[tuple[str, Measure]]:
    shows = Shows.OUTLINES
    yield "role_written", Measure(_written, ROLES, Effort.PAPER, shows)
    yield "role_published", Measure(_of_versions(_published), ROLES, Effort.PAPER, shows)
    yield "role_current", Measure(_of_versions(_current), ROLES, Effort.PAPER, shows)
    yield "role_duties", Measure(_duties, ROLES, Effort.PAPER, shows)
    yield "reviewed_after_window", Measure(_reviewed_after_window, ROLES, Effort.SEASON)
    for name, test, what in (
        ("covered", _published, "a published job description"),
        ("states_caseload", _caseload, "a caseload in its job description"),
        ("states_rhythm", _rhythm, "a rhythm of observation in its job description"),
    ):
        words = Words("position", f"has {what}", f"have {_theirs(what)}", f"needs {what}")
        yield name, Measure(_of_positions(words, test), ROLES, Effort.PAPER, shows)
    yield "covered_current", Measure(_covered_current, ROLES, Effort.PAPER, shows)
    yield "filled", Measure(_filled, COVERAGE, Effort.PERSON)
    yield "acknowledged", Measure(_acknowledged, ROLES, Effort.CLICK, shows)
    yield "no_long_vacancy", Measure(_no_long_vacancy, COVERAGE, Effort.PERSON)
    yield "not_recorded", Measure(_not_recorded, None, Effort.SEASON)


def _theirs(what: str) -> str:
    return what.replace(" its ", " their ")


MEASURES = dict(_measures())
