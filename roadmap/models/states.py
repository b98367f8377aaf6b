"""The states of a milestone and the ways between them."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    AT_RISK = "at_risk", "At risk"
    BLOCKED = "blocked", "Blocked"
    DONE = "done", "Done"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


OPEN = (State.NOT_STARTED, State.IN_PROGRESS, State.AT_RISK, State.BLOCKED)
NEEDS_REASON = (State.BLOCKED, State.NOT_APPLICABLE)
MOVES: dict[str, frozenset[str]] = {
    State.IN_PROGRESS: frozenset(
        {State.NOT_STARTED, State.AT_RISK, State.BLOCKED, State.DONE, State.NOT_APPLICABLE}
    ),
    State.AT_RISK: frozenset({State.NOT_STARTED, State.IN_PROGRESS}),
    State.BLOCKED: frozenset({State.NOT_STARTED, State.IN_PROGRESS, State.AT_RISK}),
    State.DONE: frozenset(OPEN),
    State.NOT_APPLICABLE: frozenset(OPEN),
    State.NOT_STARTED: frozenset(),
}
"""For each state, those from which a milestone may come to it."""
