"""`manage.py export_district SLUG FILE`: all of a district in one zip."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roles.models import District
from roles.services.audit import record_for
from tutoring_admin.systems.moving.exporting import export


class Command(BaseCommand):
    help = "Write a whole district into a zip: documented tables and all files (docs/moving.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Its part of the address, as in maple-valley.")
        parser.add_argument("file", type=Path, help="The zip to write; it must not be there yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        district = District.objects.filter(slug=options["slug"]).first()
        if district is None:
            raise CommandError(f"There is no district “{options['slug']}”.")
        if target.exists():
            raise CommandError(f"{target} is there already. Name another file.")
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        # Nobody takes half of it for the whole; nobody else reads it.
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        part = Path(name)
        try:
            with os.fdopen(number, "w+b") as file:
                told = export(district.pk, file)
            record_for(district, None, "district.exported", district, by="operator")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        rows = sum(table.rows for table in told.tables.values())
        with target.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.stdout.write(
            f"{district.name}: {rows:,} rows of {len(told.tables)} tables,"
            f" {told.files.rows:,} files.\nSHA-256 {digest}"
        )
