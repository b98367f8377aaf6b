"""What the role matrix shows to be wrong, each with the rule behind it. Pure, over a `Matrix`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from roles.models import WorkArea
from roles.reports.matrix import Matrix, Party

MOST_LED = 4


class Fix(StrEnum):
    """Where a finding is put right."""

    CELL = "cell"
    ASSIGN = "assign"
    COVERAGE = "coverage"
    POSITION = "position"


@dataclass(frozen=True)
class Finding:
    """One thing to look at: the sentence, and where it is put right."""

    sentence: str
    fix: Fix
    area: WorkArea | None = None
    party: Party | None = None


@dataclass(frozen=True)
class Check:
    """A rule in words with what breaks it; nothing if it is kept."""

    rule: str
    findings: Sequence[Finding]


def checks(found: Matrix) -> list[Check]:
    """All five, kept or not."""
    return [
        Check("Every area of work has a lead.", list(_nobody_leads(found))),
        Check("No area of work has two leads.", list(_two_lead(found))),
        Check(f"No role leads more than {MOST_LED} areas of work.", list(_too_much(found))),
        Check("Every role that leads has a position.", list(_without_position(found))),
        Check("Every position of a role that leads has a holder today.", list(_vacant(found))),
    ]


def _nobody_leads(found: Matrix) -> Iterator[Finding]:
    for row in found.rows:
        if not row.leads:
            yield Finding(f"Nobody leads “{row.area}”.", Fix.CELL, row.area)


def _two_lead(found: Matrix) -> Iterator[Finding]:
    for row in found.rows:
        if len(row.leads) > 1:
            names = _listed([party.title for party in row.leads])
            yield Finding(f"{names} lead “{row.area}”.", Fix.CELL, row.area, row.leads[1])


def _too_much(found: Matrix) -> Iterator[Finding]:
    for party in found.parties:
        led = found.led_by(party)
        if party.pk and len(led) > MOST_LED:
            names = _listed([str(area) for area in led])
            sentence = f"{party.title} leads {len(led)} areas: {names}."
            yield Finding(sentence, Fix.CELL, led[-1], party)


def _without_position(found: Matrix) -> Iterator[Finding]:
    for party, names in _leading(found):
        if not party.seats:
            sentence = f"{party.title} leads {names}, and the district has no such position."
            yield Finding(sentence, Fix.POSITION, party=party)


def _vacant(found: Matrix) -> Iterator[Finding]:
    for party, names in _leading(found):
        if not party.vacant:
            continue
        verb = "is" if party.vacant == 1 else "are"
        lacks = (
            "the position is vacant"
            if party.seats == 1
            else f"{party.vacant} of {party.seats} positions {verb} vacant"
        )
        fix = Fix.ASSIGN if party.vacant == 1 else Fix.COVERAGE
        yield Finding(f"{party.title} leads {names}, and {lacks}.", fix, party=party)


def _leading(found: Matrix) -> Iterator[tuple[Party, str]]:
    for party in found.parties:
        led = found.led_by(party)
        if party.pk and led:
            yield party, _listed([f"“{area}”" for area in led])


def _listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
