"""People who come with a district: known here by their address, or new without a password."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from roles.models import User
from tutoring_admin.systems.moving.catalogue import Table
from tutoring_admin.systems.moving.filling import insert

Row = dict[str, str | None]


@dataclass
class Found:
    """`keys` are the keys here by the keys there; `known` of them had an account already."""

    keys: dict[int, int] = field(default_factory=dict)
    known: int = 0


def taken_in(rows: Iterable[Row], next_key: Callable[[str], int]) -> Found:
    """Find or make everyone. Who has an account here keeps it as it is; a new one gets in after
    they set a password by mail. Someone who was deleted there is nobody here but themselves.
    """
    found, table = Found(), Table(User)
    for row in rows:
        there, email = int(row["id"] or 0), (row["email"] or "").lower()
        here = _account(email) if not row["removed_at"] else None
        if here is not None:
            found.keys[there] = here
            found.known += 1
            continue
        key = next_key("roles.User")
        found.keys[there] = key
        new = {**row, "id": str(key), "email": _free(email, key)}
        insert(table, table.columns, [new])
    return found


def _account(email: str) -> int | None:
    pk: int | None = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    return pk


def _free(email: str, key: int) -> str:
    """The address, or one like it where somebody who was deleted has it."""
    if not User.objects.filter(email__iexact=email).exists():
        return email
    name, _, domain = email.partition("@")
    return f"{name}-{key}@{domain}"
