"""What else letters ask of one person: actions of meetings, attendance to take, coaching talks.

From the sources that the letters come from, so that "Open your list" finds what they named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from roles.access import Reach
from roles.models import Position
from roles.notices import Due, Mine, sources

BACK = dt.timedelta(days=90)
AHEAD = {
    "meeting_action": dt.timedelta(days=14),
    "attendance": dt.timedelta(0),
    "coaching": dt.timedelta(days=7),
}
COACHED = "coaching:coached:"  # whoever is coached notes no talk: past its day it asks nothing


@dataclass(frozen=True)
class Asked:
    """One thing with its page, and the chip that tells its day."""

    title: str
    words: str
    path: str
    due_on: dt.date
    kind: str
    label: str


def asked_of(reach: Reach, today: dt.date) -> Sequence[Asked]:
    """The earliest day first. One query for the positions, one for each kind."""
    held = Position.objects.reachable(reach).answered_for_by(reach.user, today)
    mine = Mine(reach.user.pk, frozenset(held.values_list("pk", flat=True)))
    known = sources()
    found = [
        due
        for kind, ahead in AHEAD.items()
        for due in known[kind].due(reach.district, today - BACK, today + ahead, mine)
        if mine.has(due) and not (due.subject.startswith(COACHED) and due.due_on < today)
    ]
    return [_asked(due, today) for due in sorted(found, key=lambda due: (due.due_on, due.title))]


def _asked(due: Due, today: dt.date) -> Asked:
    kind, label = _chip((due.due_on - today).days)
    title = due.title[:1].upper() + due.title[1:]
    return Asked(title, due.words, due.path, due.due_on, kind, label)


def _chip(days: int) -> tuple[str, str]:
    if days < 0:
        return "late", f"{-days} day{'' if days == -1 else 's'} late"
    if days == 0:
        return "due-soon", "Today"
    if days == 1:
        return "due-soon", "Tomorrow"
    return ("due-soon" if days <= 7 else "upcoming"), f"In {days} days"
