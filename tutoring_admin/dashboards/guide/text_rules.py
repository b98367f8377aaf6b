"""Measures of what is written: job descriptions, who has read them, checklists."""

from __future__ import annotations

from collections.abc import Sequence

from selfassessment.facts import Role
from selfassessment.wording import count, day, listed
from tutoring_admin.dashboards.guide.content import Part
from tutoring_admin.dashboards.guide.facts import GuideFacts
from tutoring_admin.dashboards.guide.measuring import Found, has_or_have, total


def published(part: Part, facts: GuideFacts) -> Found:
    """The job description of one role: a draft counts one, a published version another."""
    key = part.roles[0]
    role = facts.roles.get(key)
    if role is None:
        return Found(0, 2, f"The district has no role of {facts.title(key)}.")
    if role.outline:
        told = f"Version {role.outline.number} published {day(role.outline.published_on)}."
        return Found(2, 2, told, pk=role.pk)
    if role.drafted:
        return Found(1, 2, "A draft is open; nothing is published.", pk=role.pk)
    return Found(0, 2, "Nothing is written.", pk=role.pk)


def any_published(part: Part, facts: GuideFacts) -> Found:
    """Any role's; where none is published yet, how the one stands that comes first."""
    ready = [role for role in facts.roles.values() if role.outline]
    if ready:
        return Found(2, 2, f"{count(len(ready), 'job description')} published.")
    return published(part, facts)


def read(part: Part, facts: GuideFacts) -> Found:
    """Every holder of some roles has acknowledged what is published."""
    roles = [role for role in facts.of(part.roles) if role.filled]
    have, need = total(roles, "acknowledged"), total(roles, "filled")
    if not need:
        return Found(0, 1, "Nobody holds the position who could read it.")
    if have >= need:
        return Found(have, need, "Read by its holder." if need == 1 else f"Read by all {need}.")
    if need == 1:
        return Found(0, 1, "Its holder has not read it.")
    return Found(have, need, f"{have} of {need:,} holders {has_or_have(have)} read it.")


def covered(part: Part, facts: GuideFacts) -> Found:
    """Every position of some roles has a published job description."""
    roles = [role for role in facts.of(part.roles) if role.positions]
    lack = [role for role in roles if role.outline is None]
    need = total(roles, "positions")
    have = need - total(lack, "positions")
    if not need:
        return Found(0, 1, "There is no position yet.")
    missing = f" Still to write: {_titles(lack)}." if lack else ""
    says = f"{have} of {count(need, 'position')} {has_or_have(have)} one.{missing}"
    return Found(have, need, says, pk=lack[0].pk if lack else None)


def _titles(roles: Sequence[Role]) -> str:
    names = [role.title for role in roles]
    return listed(names) if len(names) <= 3 else listed([*names[:2], f"{len(names) - 2} more"])


def rhythm(part: Part, facts: GuideFacts) -> Found:
    """What is published for coaches names a caseload and how often they observe."""
    roles = [role for role in facts.of(part.roles) if role.positions]
    if not roles:
        return Found(0, 1, "There is no position yet.")
    lack = [
        role
        for role in roles
        if role.outline is None or not (role.outline.caseload and role.outline.observation_rhythm)
    ]
    have = len(roles) - len(lack)
    missing = f" Still without: {_titles(lack)}." if lack else ""
    says = f"{have} of {count(len(roles), 'role')} {'says' if have == 1 else 'say'} so.{missing}"
    return Found(have, len(roles), says, pk=lack[0].pk if lack else None)


def checklists(part: Part, facts: GuideFacts) -> Found:
    """A published checklist for each core role that has a position."""
    roles = [role for role in facts.of(part.roles) if role.positions]
    have = sum(role.checklist is not None for role in roles)
    if not roles:
        return Found(0, 1, "There is no position yet.")
    says = f"{have} of {count(len(roles), 'role')} with a position {has_or_have(have)} one."
    return Found(have, len(roles), says)
