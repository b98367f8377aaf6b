"""What an export says of itself, as JSON in manifest.json."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tutoring_admin.systems.moving.catalogue import OURS, tables
from tutoring_admin.systems.moving.values import type_of

FORMAT = 1
MANIFEST, FILES, README = "manifest.json", "files.csv", "README.txt"
FILES_HEAD = ("name", "size", "sha256")
MISSING = "missing"


@dataclass(frozen=True)
class Part:
    """One file of the export: `rows` without its head, the lowest and highest key among them."""

    name: str
    sha256: str
    bytes: int
    rows: int = 0
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Manifest:
    """`home` is how addresses of its pages began.

    `shape` stands for all tables and columns; two installations of one version agree in it.
    """

    slug: str
    name: str
    home: str
    district: int
    made_at: str
    versions: dict[str, str]
    shape: str
    tables: dict[str, Part]
    files: Part
    seal: dict[str, Any]

    def written(self) -> bytes:
        told = {"format": FORMAT, **asdict(self)}
        return json.dumps(told, indent=1, sort_keys=True).encode()


def parsed(content: bytes) -> Manifest:
    """Raises ValueError, KeyError or TypeError for what is no manifest of this format."""
    told = json.loads(content)
    if told.pop("format") != FORMAT:
        raise ValueError("another format")
    told["tables"] = {str(label): _part(part) for label, part in told["tables"].items()}
    told["files"] = _part(told["files"])
    found = Manifest(**told)
    texts = (found.slug, found.name, found.home, found.made_at, found.shape)
    if not all(isinstance(each, str) for each in texts) or not isinstance(found.district, int):
        raise TypeError("not what it should be")
    return found


def _part(told: dict[str, Any]) -> Part:
    part = Part(**told)
    counted = (part.bytes, part.rows, part.first, part.last)
    if not all(isinstance(each, int) and each >= 0 for each in counted) or part.first > part.last:
        raise ValueError("no number")
    if part.last - part.first > 1 << 40:
        raise ValueError("keys beyond reason")
    return part


def home_of(slug: str) -> str:
    """How the addresses of a district's pages begin in this installation."""
    return f"{settings.SITE_URL.rstrip('/')}/d/{slug}/"


def versions() -> dict[str, str]:
    """The newest migration of each of our apps."""
    with connection.cursor() as cursor:
        if MigrationRecorder.Migration._meta.db_table not in connection.introspection.table_names(
            cursor
        ):
            return {}
        cursor.execute(
            "SELECT app, max(name) FROM django_migrations WHERE app = ANY(%s) GROUP BY app",
            [sorted(OURS)],
        )
        return dict(cursor.fetchall())


def shape() -> str:
    """A digest of all tables that go with a district, with their columns and types."""
    told = [
        [table.label, table.name, *([each.name, type_of(each)] for each in table.columns)]
        for table in tables()
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
