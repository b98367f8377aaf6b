"""Seats of a role in one place, which the database weighs against the positions there are."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction

from roles.models import LeadershipRole
from roles.services.refusal import Refused


class TooFewSeats(Refused):
    """A place has more positions of the role than it would have seats."""


def saved_with_seats(role: LeadershipRole, fields: Collection[str]) -> None:
    """Save these fields of a role. Raises TooFewSeats if open positions need more seats."""
    try:
        with transaction.atomic():
            role.save(update_fields=list(fields))
    except IntegrityError as error:
        if "role_seats_cover_positions" not in _constraint(error):
            raise
        raise TooFewSeats(
            f"Some place has more than {role.seats} open positions of this role. Close the extra"
            " positions first, or allow more seats."
        ) from error


def _constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused, as PostgreSQL gives it."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
