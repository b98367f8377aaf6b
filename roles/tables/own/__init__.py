"""The tables of roles, positions, people, and what they did, in the order of the list."""

from roles.tables.own.people import AUDIT_TRAIL, INVITATIONS, LETTERS, PEOPLE
from roles.tables.own.seats import COVERAGE_GAPS, DEPARTMENT_NEEDS, MATRIX, POSITIONS, ROLES
from roles.tables.own.texts import ACKNOWLEDGEMENTS, JOB_DESCRIPTIONS

__all__ = ["ACKNOWLEDGEMENTS", "TABLES"]

TABLES = (
    ROLES,
    POSITIONS,
    COVERAGE_GAPS,
    JOB_DESCRIPTIONS,
    ACKNOWLEDGEMENTS,
    DEPARTMENT_NEEDS,
    MATRIX,
    PEOPLE,
    INVITATIONS,
    LETTERS,
    AUDIT_TRAIL,
)
