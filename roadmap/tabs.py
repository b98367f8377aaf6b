"""The pages of the Roadmap place, in the order of their tabs."""

from __future__ import annotations

PAGES: tuple[tuple[str, str], ...] = (
    ("roadmap:index", "Roadmap"),
    ("roadmap:learning", "Learning"),
    ("roadmap:calendar", "Calendar"),
    # Planning period, Learning, Calendar and Templates: one row each, in this order.
)
"""View names with their words. A row joins together with its address."""
