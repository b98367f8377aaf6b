"""The pages of the Roadmap place, in the order of their tabs."""

from __future__ import annotations

PAGES: tuple[tuple[str, str], ...] = (
    ("roadmap:index", "Roadmap"),
    ("roadmap:planning", "Planning period"),
    ("roadmap:decisions", "Decisions"),
    ("roadmap:learning", "Learning"),
    ("roadmap:visits", "Visits"),
    ("roadmap:calendar", "Calendar"),
    ("roadmap:templates", "Templates"),
)
"""View names with their words. A row joins together with its address."""
