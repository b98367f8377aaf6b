"""Which figures about results may be shown to people who run no program. No Django here.

Checklists are for support, not for evaluation: what one person was rated is for that person, the
rater and the people who run the program. Others with a view over the district read figures about
groups. These are the rules that keep a group from pointing at one of it:

1. Only closed windows. An open one could be read twice, and the difference is who came in between.
   Ratings agreed on after a window closed do not move its figures, for the same reason.
2. One group of people for each checklist and window: those whose own rating is in, each with the
   one rating of theirs that stands. Every figure about results of that checklist (bands, items,
   minutes) is about exactly this group, on every page, in every file. There is no filter that
   makes another one: no school, no kind of rater, no level.
3. A group of fewer than three people is left out. People the reader knows about anyhow, because
   they are one of them or have observed one of them, do not count towards the three.
4. A figure over all groups together is shown too. It is made of every group if those left out are
   three people together, or nobody; else only of the groups that are shown. No two groups hold the
   same form, so whatever is taken from whatever, three people or more remain, or nobody.
5. "Not applicable" is an answer among the answers to an item, not a smaller group of its own.
6. Agreement of two raters is a figure of its own, about the pairs; rules 1, 3 and 4 hold for the
   groups that pairs make. How much the one rated above the other is not told: with the figures of
   rule 2 it would tell what those without a second rater were given.
7. How many have begun and submitted is progress, not a result, and is shown as it always was.

A figure in which all of three or more people are alike is shown: it says of a group what is true of
the group.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

FEW = 3  # under so many people a figure about results would point at one of them
WHY = (
    "A group of fewer than three people is left out, and of the figures over all too where the"
    " rest would give it away, so that nobody's result can be read off."
)
SINGLES = (
    "Results of single people are for the person, the rater and those who run the program; they"
    " are in no figure here."
)
CLOSED_ONLY = "Results are shown once the window has closed, so that no two looks can be compared."

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group(Generic[Key]):
    """Some forms that figures are about, and the people they are about."""

    key: Key
    people: frozenset[int]


def may_show(people: Iterable[int], known: frozenset[int] = frozenset()) -> bool:
    """Whether a figure about these people points at none of them; `known`: those not counted."""
    return len(frozenset(people) - known) >= FEW


def shown(groups: Iterable[Group[Key]], known: frozenset[int] = frozenset()) -> frozenset[Key]:
    """The groups of one window that may be shown."""
    return frozenset(group.key for group in groups if may_show(group.people, known))


def whole(groups: Sequence[Group[Key]], known: frozenset[int] = frozenset()) -> frozenset[Key]:
    """The groups that a figure over all of a window is made of; none if it may not be shown."""
    visible = shown(groups, known)
    left_out = frozenset[int]().union(*(g.people for g in groups if g.key not in visible)) - known
    if left_out and len(left_out) < FEW:
        return visible
    every = frozenset(group.key for group in groups)
    return every if visible or left_out else visible
