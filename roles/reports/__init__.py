"""What pages ask about roles: frozen answers, a constant number of queries each."""

from roles.reports.jobs import (
    Coverage,
    LevelRows,
    RoleRow,
    coverage,
    pdf_of,
    published_before,
    roles_by_level,
)

__all__ = [
    "Coverage",
    "LevelRows",
    "RoleRow",
    "coverage",
    "pdf_of",
    "published_before",
    "roles_by_level",
]
