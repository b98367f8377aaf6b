"""What rosters tell the floors below, once apps are ready."""

from __future__ import annotations

from importlib import import_module

from roles import uploads
from roles.models import RosterImport
from roles.services.sweep import carry

MOST_BYTES = 200_000_000


def register() -> None:
    """Have workers know the task, the sweep ring for it, and one page take large files."""
    import_module("tutoring_admin.systems.rosters.tasks")
    carry(RosterImport, "tutoring_admin.carry_roster")
    uploads.allow("systems:roster-add", MOST_BYTES)
