"""What roster sources tell the floors below, once apps are ready."""

from __future__ import annotations

from importlib import import_module

from roles import notices
from roles.models import RosterPull
from roles.services.sweep import carry
from tutoring_admin.systems.rosters.rest.news import Pulls


def register() -> None:
    """Have workers know the tasks, the sweep ring for pulls, and letters know the news."""
    import_module("tutoring_admin.systems.rosters.rest.tasks")
    carry(RosterPull, "tutoring_admin.pull_roster")
    notices.register(Pulls())
