"""The homes: one page for each kind of work, made by a module of its own.

A module has `home(access, year, today)`, which returns a frozen dataclass, and a template
`dashboards/homes/<kind>.html` that shows it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from roles.access import Access
from roles.models import HomeKind, SchoolYear
from tutoring_admin.dashboards.homes import (
    auditor,
    coach,
    department,
    executive,
    lead,
    manager,
    site,
    supervisor,
)


class HomeModule(Protocol):
    """What a kind's module offers."""

    def home(self, access: Access, year: SchoolYear | None, today: dt.date) -> Any:
        """All that the page shows, in a constant number of queries."""
        ...


HOMES: dict[HomeKind, HomeModule] = {
    HomeKind.SITE: site,
    HomeKind.COACH: coach,
    HomeKind.DEPARTMENT: department,
    HomeKind.PROJECT_MANAGER: manager,
    HomeKind.SUPERVISOR: supervisor,
    HomeKind.AUDITOR: auditor,
    HomeKind.EXECUTIVE: executive,
    HomeKind.PROGRAM_LEAD: lead,
}

WORDS = {
    HomeKind.PROJECT_MANAGER: "What is late, whom to chase and what waits on you.",
    HomeKind.PROGRAM_LEAD: "Whether roles, learning and fidelity are in order.",
    HomeKind.EXECUTIVE: "Five figures, and the decisions you are asked for.",
    HomeKind.SUPERVISOR: "Your schools, second ratings and notes of visits.",
    HomeKind.SITE: "Your next steps, and your school at a glance.",
    HomeKind.COACH: "Who is due for a talk, and the log of your talks.",
    HomeKind.DEPARTMENT: "What is due from your department.",
    HomeKind.AUDITOR: "The evidence by indicator, to read.",
}
