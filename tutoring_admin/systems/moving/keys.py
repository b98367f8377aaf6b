"""New keys for rows that come in.

The keys of a table move together: the rows get a block of new numbers, and each is as far from the
old one as every other of its table. So they keep their order, any key can be followed in both
directions, and none of it has to be remembered row by row. People are the exception: some of them
are here already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction

from tutoring_admin.systems.moving.values import quote


@dataclass(frozen=True)
class Block:
    """Keys from `first` to `last` move by `by`."""

    first: int
    last: int
    by: int


@dataclass
class Keys:
    """Called with a label and a key it gives the new key of that row. `home` as in `spelled.Moved`.

    A key that no row had (of a row deleted long ago) becomes a number that no row has here.
    """

    blocks: Mapping[str, Block]
    people: dict[int, int] = field(default_factory=dict)
    district: tuple[int, int] = (0, 0)
    home: tuple[str, str] = ("", "")
    strays: dict[tuple[str, int], int] = field(default_factory=dict)

    def __call__(self, label: str, key: int) -> int:
        if label == "roles.District":
            return self.district[1] if key == self.district[0] else self._stray(label, key)
        if label == "roles.User":
            known = self.people.get(key)
            return self._stray(label, key) if known is None else known
        block = self.blocks.get(label)
        if block and block.first <= key <= block.last:
            return key + block.by
        return self._stray(label, key)

    def _stray(self, label: str, key: int) -> int:
        if (label, key) not in self.strays:
            self.strays[label, key] = next_key(label)
        return self.strays[label, key]


def next_key(label: str) -> int:
    """A key that no row of this label has had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))",
            [apps.get_model(label)._meta.db_table],
        )
        return int(cursor.fetchone()[0])


def reserve(label: str, first: int, last: int) -> Block:
    """A block of new keys for rows whose keys run from `first` to `last`.

    Whoever is adding rows to the table is let through before, and held up for a moment: nobody gets
    a number of the block. It stays reserved even if the import fails.
    """
    table = apps.get_model(label)._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {quote(table)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (start,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, start + last - first])
    return Block(first, last, start - first)
