"""A school year that is archived stays as it is."""

from __future__ import annotations

from roles.models import SchoolYear
from roles.services.refusal import Refused


def refuse_archived(year: SchoolYear) -> None:
    """Raise Refused for a year that is archived."""
    if year.archived_at:
        raise Refused(f"The school year {year} is archived: it is read only.")
