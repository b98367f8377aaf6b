"""`manage.py import_oneroster FILE --district SLUG [--apply]`: a roster without a browser."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import District, Membership, RosterImport
from roles.services.refusal import Refused
from roles.wall import district_scope
from tutoring_admin.systems.rosters import applying, carrying, oneroster, staging
from tutoring_admin.systems.rosters.records import Route
from tutoring_admin.systems.rosters.tables import Unreadable
from tutoring_admin.systems.rosters.words import CHANGES, KINDS

CLEAN, REJECTS, REFUSED = 0, 1, 2
PATIENCE = 600  # seconds for a worker that took it up before us
MOST_SHOWN = 50


class Command(BaseCommand):
    """Exit code 0: all rows are good; 1: some were rejected; 2: refused, nothing was changed."""

    help = "Read a OneRoster zip: a dry run, and with --apply for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--district", required=True, help="Its name in addresses.")
        parser.add_argument("--apply", action="store_true", help="Make it true.")
        parser.add_argument(
            "--many-end", action="store_true", help="It is right that so many people end."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            district = District.objects.get(slug=options["district"])
            code = self._run(district, options)
        except District.DoesNotExist:
            code = self._refuse(f"There is no district {options['district']}.")
        except (Unreadable, Refused, OSError) as why:
            code = self._refuse(str(why))
        if code:
            sys.exit(code)

    def _refuse(self, why: str) -> int:
        self.stderr.write(f"Refused: {why}")
        return REFUSED

    def _run(self, district: District, options: dict[str, Any]) -> int:
        started = timezone.now()
        roster = _read(options["file"], district)
        _carry(roster)
        self._tell(roster)
        if options["apply"] and roster.state == "ready":
            with district_scope(district):
                by = _lead_of(district)
                applying.ask_to_apply(roster, many_end=options["many_end"], by=by)
            _carry(roster)
        if roster.state == "failed":
            return self._refuse(roster.last_error)
        took = (timezone.now() - started).total_seconds()
        done = "Applied" if roster.state == "applied" else "Dry run: nothing was changed"
        self.stdout.write(f"{done}. Number {roster.pk}, {took:.1f} seconds.")
        return REJECTS if roster.rejected else CLEAN

    def _tell(self, roster: RosterImport) -> None:
        for kind, name in KINDS.items():
            counts = roster.summary.get(kind, {})
            told = [f"{counts[each]} {word.lower()}" for each, word in CHANGES if counts.get(each)]
            self.stdout.write(f"{name}: {', '.join(told) or 'none'}")
        for file, what, rows in roster.left_out:
            self.stdout.write(f"Left out of {file}: {rows} ({what})")
        for remark in roster.remarks:
            self.stdout.write(remark)
        with district_scope(roster.district_id):
            for found in roster.findings.filter(taken=False)[:MOST_SHOWN]:
                self.stdout.write(
                    f"Rejected: {found.file}, line {found.row}, {found.column}: expected"
                    f" {found.expected}, got {found.got}"
                )
        self.stdout.write(f"Rejected: {roster.rejected}")


def _read(path: Path, district: District) -> RosterImport:
    with district_scope(district):
        known = staging.known_people(district)
    with path.open("rb") as file:
        opened = oneroster.Zip(file, path.name, known)
        with district_scope(district):
            return staging.stage(
                opened.origin(Route.COMMAND), opened.records(), district=district, actor=None
            )


def _carry(roster: RosterImport) -> None:
    """Do what is owed here, or wait for the worker who has it already."""
    until = time.monotonic() + PATIENCE
    carrying.carry(roster.district_id, roster.pk)
    roster.refresh_from_db()
    while roster.is_busy and time.monotonic() < until:
        time.sleep(0.2)
        roster.refresh_from_db()


def _lead_of(district: District) -> Reach:
    """A command acts for whoever runs the program, whom the trail then names."""
    leads = Membership.objects.filter(district=district, level=AccessLevel.DISTRICT_LEAD)
    lead = leads.select_related("user").order_by("pk").first()
    if lead is None:
        raise Refused("The district has no lead yet: found it first.")
    return Reach(lead.user, district, Capability.SYSTEMS_MANAGE, EVERYWHERE)
