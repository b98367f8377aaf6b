"""`manage.py delete_district SLUG --certificate FILE`: a district with all it holds, for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from roles.models import Certificate, District
from tutoring_admin.systems.moving.certifying import pdf_of, text_of
from tutoring_admin.systems.moving.removing import remove

ASK = "This deletes all of {name} at once: it cannot be undone. Type its name to go on: "


class Command(BaseCommand):
    help = "Delete a district, its files and its people, and write a certificate (docs/moving.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Its part of the address, as in maple-valley.")
        parser.add_argument(
            "--certificate",
            type=Path,
            required=True,
            help="The PDF to write; the same as text is written beside it, ending in .txt.",
        )
        parser.add_argument("--by", default="", help="Whose name the certificate bears.")
        parser.add_argument("--name", default="", help="The district's name, instead of asking.")

    def handle(self, *args: Any, **options: Any) -> None:
        paper: Path = options["certificate"]
        text = paper.with_suffix(".txt")
        if paper.suffix.lower() != ".pdf":
            raise CommandError("The certificate is a PDF: give it a name that ends in .pdf.")
        for each in (paper, text):
            if each.exists() or not each.parent.is_dir():
                raise CommandError(f"{each} cannot be written: it is there, or its folder is not.")
        district = District.objects.filter(slug=options["slug"]).first()
        if district is None:
            raise CommandError(f"There is no district “{options['slug']}”.")
        typed = options["name"] or input(ASK.format(name=district.name))
        if typed.strip() != district.name:
            raise CommandError(f"That is not its name, “{district.name}”. Nothing is deleted.")
        done = remove(district.pk, way=Certificate.Way.COMMAND, asked_at=timezone.now())
        if done is None:
            raise CommandError("It was deleted a moment ago.")
        text.write_text(text_of(done, options["by"]))
        self.stdout.write(
            f"{done.name} is gone: {done.total:,} rows of {len(done.rows)} tables,"
            f" {done.files:,} files, {done.people:,} accounts. {text}"
        )
        if done.files_owed:
            self.stdout.write(f"{len(done.files_owed):,} files are still to go; a worker goes on.")
        paper.write_bytes(pdf_of(done, options["by"]))
        self.stdout.write(f"Certificate {done.number}: {paper}")
