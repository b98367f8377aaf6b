"""`manage.py import_district FILE`: a district from another installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tutoring_admin.systems.moving.checking import NotTaken
from tutoring_admin.systems.moving.importing import import_district


class Command(BaseCommand):
    help = "Take in a district from a zip that export_district made (docs/moving.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The zip.")
        parser.add_argument(
            "--slug", default="", help="Its part of the address here, if not as it was."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                done = import_district(file, slug=options["slug"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except NotTaken as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        gone = f" {done.missing:,} files were gone before the export." if done.missing else ""
        self.stdout.write(
            f"{done.district.name} is here as “{done.district.slug}”: {done.rows:,} rows,"
            f" {done.files:,} files.{gone} {done.people_known:,} people had an account here,"
            f" {done.people_new:,} got one without a password. Nobody was written to."
        )
