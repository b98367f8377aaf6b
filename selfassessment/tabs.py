"""The pages of the Self-assessment place, in the order of their tabs."""

from __future__ import annotations

PAGES: tuple[tuple[str, str], ...] = (
    ("selfassessment:index", "Readiness"),
    ("selfassessment:gaps", "Gaps"),
    ("selfassessment:evidence-list", "Evidence"),
    ("selfassessment:compare", "Compare rounds"),
    ("selfassessment:standards", "Standards"),
    ("selfassessment:official", "Official results"),
    ("selfassessment:audit", "For an auditor"),
)
"""View names with their words. A row joins together with its address."""
