"""`manage.py seed_demo`: the two demo districts, relative to today's date."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from roles.models import District
from tutoring_admin.demo import (
    assessment_outside,
    at_schools,
    beginning,
    calendar,
    checklists,
    decisions,
    departments,
    documents,
    drafting,
    hand_evidence,
    handover,
    homes,
    jobs,
    learning,
    letters,
    made_files,
    matrix,
    meetings,
    milestones,
    notices,
    packets,
    positions,
    privacy,
    reviews,
    roadmap,
    roles,
    roster_source,
    rosters,
    selfassessment,
    signon,
    succession,
    systems_told,
    templates,
    tokens,
    visits,
    windows,
)
from tutoring_admin.demo.people import DEMO_PASSWORD, DISTRICTS

# in the order in which they build on each other
PARTS = (
    matrix,
    succession,
    jobs,
    positions,
    reviews,
    drafting,
    departments,
    documents,
    checklists,
    windows,
    roadmap,
    at_schools,
    calendar,
    milestones,
    beginning,
    learning,
    homes,
    visits,
    decisions,
    meetings,
    templates,
    handover,
    assessment_outside,
    hand_evidence,
    selfassessment,
    notices,
    packets,
    tokens,
    systems_told,
    rosters,
    roster_source,
    signon,
    letters,
    privacy,
    made_files,
)


class Command(BaseCommand):
    help = "Fill an empty database with the demo districts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing if there is a district already."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if District.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There are districts in this database; the demo needs an empty one.")
        with transaction.atomic():
            password_hash = make_password(DEMO_PASSWORD)
            for slug in DISTRICTS:
                world = roles.found(slug, password_hash)
                for part in PARTS:
                    part.build(world)
                self.stdout.write(f"{world.district}: {len(world.positions)} positions")
