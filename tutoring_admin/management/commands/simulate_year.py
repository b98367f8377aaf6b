"""`manage.py simulate_year`: what a school year of mail comes to for each person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tutoring_admin.simulation.counting import Year
from tutoring_admin.simulation.year import simulate

EXAMPLES = 10


class Command(BaseCommand):
    help = "Live through a school year of the demo district and count its mails. Leaves no row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--weeks", type=int, default=52)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--start", type=dt.date.fromisoformat, help="The first day; July 1 if left out."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localdate()
        start = options["start"] or dt.date(now.year, 7, 1)
        year = simulate(start, weeks=options["weeks"], seed=options["seed"], say=self._say)
        self._report(year)
        if not year.holds:
            raise CommandError("More mail than people can be asked to read, or mail out of turn.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _report(self, year: Year) -> None:
        self._say(f"\n{year.mails:,} mails in {len(year.person_weeks):,} weeks of a person")
        self._say(f"Mails per person per week: median {year.median:g}, most {year.most}")
        for mails, weeks in year.spread:
            self._say(f"  {mails} mails: {weeks:,} weeks")
        for words, found in (
            ("Duplicates", year.duplicates),
            ("Mails on quiet days", year.on_quiet_days),
            ("Escalations without their earlier rungs", year.out_of_turn),
        ):
            self._say(f"{words}: {len(found)}")
            for line in list(found)[:EXAMPLES]:
                self._say(f"  {line}")
