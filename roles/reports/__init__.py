"""What pages ask about roles: frozen answers, a constant number of queries each."""

from roles.reports.jobs import (
    Acknowledged,
    Coverage,
    LevelRows,
    RoleRow,
    Seat,
    acknowledged,
    asked_to_read,
    coverage,
    pdf_of,
    published_before,
    published_count,
    roles_by_level,
    seats,
    to_acknowledge,
)

__all__ = [
    "Acknowledged",
    "Coverage",
    "LevelRows",
    "RoleRow",
    "Seat",
    "acknowledged",
    "asked_to_read",
    "coverage",
    "pdf_of",
    "published_before",
    "published_count",
    "roles_by_level",
    "seats",
    "to_acknowledge",
]
