"""`manage.py seed_scale --schools 200 --windows 3`: one large district, for measuring."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.db import connection, transaction

from roles.models import District
from tutoring_admin.demo import scale
from tutoring_admin.demo.people import DEMO_PASSWORD


class Command(BaseCommand):
    help = "Make one large district with a school year's rows, for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, default=200)
        parser.add_argument("--windows", type=int, default=3, help="All closed but the last.")
        parser.add_argument("--slug", help="Its name in addresses (default: scale-SCHOOLS).")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        schools, windows = options["schools"], options["windows"]
        slug = options["slug"] or f"scale-{schools}"
        _check(slug, schools)
        password = make_password(DEMO_PASSWORD) if settings.DEMO else scale.NOBODY
        with transaction.atomic():
            world = scale.found(slug, schools, password)
            most = scale.fitting_windows(world)
            if not 1 <= windows <= most:
                raise CommandError(f"This school year has room for 1 to {most} windows by now.")
            scale.fill(world, windows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # else the planner takes the tables for as empty as before
        seconds = time.monotonic() - began
        self.stdout.write(
            f"/d/{slug}/: {schools} schools, {len(world.positions)} positions, {seconds:.1f} s"
        )


def _check(slug: str, schools: int) -> None:
    if not 1 <= schools <= scale.MOST_SCHOOLS:
        raise CommandError(f"Schools: 1 to {scale.MOST_SCHOOLS}.")
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise CommandError(f"{slug} cannot stand in an address.") from error
    if District.objects.filter(slug=slug).exists():
        raise CommandError(f"There is a district {slug} already; nothing was changed.")
