"""What the owner of an action is told: that it is planned, and along the ladder that it is due."""

from __future__ import annotations

from checklists.models import Action
from checklists.notices import Actions, action_subject, open_actions
from roles.access import Reach
from roles.services import foretelling, notices


def tell(action: Action, *, by: Reach) -> None:
    """Tell an owner that an action was planned for them, once."""
    notices.tell(by.district, action.owner, Actions.kind, action_subject(action.pk))


def take_back(action: Action) -> int:
    """Withdraw what waits to be told about an action that ended; returns how many notices."""
    return notices.withdraw(action.district, action_subject(action.pk))


def planned(action: Action) -> list[foretelling.Planned]:
    """The days on which its owner will be mailed while it is open. Nobody above them is."""
    if not open_actions(action.district).filter(pk=action.pk).exists():
        return []
    return foretelling.planned(
        action.district,
        action_subject(action.pk),
        action.due_on,
        reader_id=action.owner_id,
        climbs=False,
    )
