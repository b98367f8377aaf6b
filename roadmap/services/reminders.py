"""What people are told of a milestone, and that it is taken back when it moves."""

from __future__ import annotations

from roadmap.models import Milestone
from roadmap.notices import subject_of
from roles.services import notices


def take_back(milestone: Milestone) -> int:
    """Withdraw what waits to be told about a milestone; returns how many notices.

    Called when it moved: what they say is no longer so. The next round owes what still is.
    """
    return notices.withdraw(milestone.district, subject_of(milestone.pk))


def planned(milestone: Milestone) -> list[notices.Planned]:
    """Who will be mailed about an open milestone and when, if it does not move."""
    if not milestone.is_open:
        return []
    return notices.planned(
        milestone.district,
        subject_of(milestone.pk),
        milestone.due_on,
        position_id=milestone.owner_id,
    )
