"""The tables of job descriptions and of who has read theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from roles.capabilities import Capability
from roles.forms.acknowledgements import AcknowledgementFilter
from roles.reports import acknowledgements, documents
from roles.tables.registry import Asked, Column, Rows, Table

VIEW, PEOPLE = Capability.ROLES_VIEW, Capability.PEOPLE_VIEW
DRAFTS = (Capability.JOB_DESCRIPTION_EDIT, Capability.JOB_DESCRIPTION_APPROVE)  # who reads drafts


def _documents(asked: Asked) -> Rows:
    drafts = any(asked.reach(each) for each in DRAFTS)
    levels = documents.documents_by_level(asked.reach(VIEW), with_drafts=drafts)
    return [row for level in levels for row in level.rows]


def _state(row: documents.DocumentRow) -> str:
    return row.version.get_status_display() if row.version else "To be written"


def _acknowledgements(asked: Asked) -> Rows:
    """Everyone asked; with `?only=unread` those on the page, who have not read."""
    reach, day = asked.reach(PEOPLE), asked.today
    form = AcknowledgementFilter(asked.given, totals=acknowledgements.totals(reach, day))
    if asked.given.get("only") == "unread":
        return acknowledgements.shown(acknowledgements.unread(reach, day, form.wanted()))
    return acknowledgements.everyone(reach, day, form.wanted())


def _reading(asked: Asked, rows: list[Any]) -> Iterable[acknowledgements.Asked]:
    return acknowledgements.with_reading(rows, asked.reach(PEOPLE), asked.today)


JOB_DESCRIPTIONS = Table(
    "job-descriptions",
    "Job descriptions",
    "A role with the version of its text that counts.",
    "roles:documents",
    VIEW,
    (
        Column("Level", lambda row: row.role.get_level_display(), 18),
        Column("Role", lambda row: row.role.title, 34),
        Column("State", _state, 16),
        Column("Title", lambda row: row.version.title if row.version else None, 34),
        Column("Version", lambda row: row.version.number if row.version else None, 9),
        Column("Published", lambda row: row.version.published_at if row.version else None, 20),
        Column("To be reviewed", lambda row: row.version.review_on if row.version else None),
    ),
    _documents,
    also=DRAFTS,
)
ACKNOWLEDGEMENTS = Table(
    "acknowledgements",
    "Acknowledgements",
    "Someone asked to read their job description, and the day they did.",
    "roles:acknowledgements",
    PEOPLE,
    (
        Column("Person", lambda row: row.assignment.holder, 28),
        Column("E-mail", lambda row: row.assignment.holder.email, 32),
        Column("Role", lambda row: row.assignment.position.role.title, 34),
        Column("Place", lambda row: row.assignment.position.place, 28),
        Column("Job description", lambda row: row.version.title, 34),
        Column("Version", lambda row: row.version.number, 9),
        Column("Asked on", lambda row: row.assignment.asked_on, 14),
        Column("Acknowledged on", lambda row: row.read_on, 16),
        Column("Days waiting", lambda row: row.waited, 13),
    ),
    _acknowledgements,
    more=_reading,
)
