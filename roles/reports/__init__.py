"""What pages ask about roles: frozen answers, a constant number of queries each."""

from roles.reports.jobs import (
    Acknowledged,
    Coverage,
    LevelRows,
    RoleRow,
    acknowledged,
    coverage,
    pdf_of,
    published_before,
    published_count,
    roles_by_level,
    to_acknowledge,
)

__all__ = [
    "Acknowledged",
    "Coverage",
    "LevelRows",
    "RoleRow",
    "acknowledged",
    "coverage",
    "pdf_of",
    "published_before",
    "published_count",
    "roles_by_level",
    "to_acknowledge",
]
