"""`manage.py found_district`: a district's first day in production."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from roles.models import Approach
from tutoring_admin.founding import Founding, found


class Command(BaseCommand):
    help = "Make a district with its calendar, schools and libraries, and invite its first lead."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Its part of the address, as in maple-valley.")
        parser.add_argument("name", help="As in Maple Valley School District.")
        parser.add_argument("lead_email", help="Who is invited as its first district lead.")
        parser.add_argument("--lead-first-name", default="")
        parser.add_argument("--lead-last-name", default="")
        parser.add_argument("--time-zone", required=True, help="As in America/Chicago.")
        parser.add_argument("--approach", choices=Approach.values, default=Approach.BUILD_OWN.value)
        for which in ("first", "last"):
            parser.add_argument(
                f"--{which}-student-day",
                type=dt.date.fromisoformat,
                required=True,
                help="As in 2026-08-17.",
            )
        parser.add_argument("--school", action="append", default=[], help="Once for each school.")

    def handle(self, *args: Any, **options: Any) -> None:
        names = set(Founding.__dataclass_fields__) - {"schools"}
        wanted = {name: options[name] for name in names}
        try:
            invitation = found(Founding(schools=options["school"], **wanted))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{options['name']} is founded. An invitation for {invitation.email} is on its way;"
            f" it can be used until {invitation.expires_at:%B %d, %Y}."
        )
