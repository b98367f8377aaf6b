"""What the fault tests do as the product, each in a process of its own."""

import sys

from django.db import DatabaseError, InterfaceError, connection

from roles.models import District
from roles.services import letters
from roles.wall import district_scope
from tests.faults import stock


def district(slug):
    return District.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def owe(slug, prefix, many, *to):
    """Owe letters `prefix:0` … to `to`, by turns, or to addresses of their own."""
    place = district(slug)
    with district_scope(place):
        for number in range(int(many)):
            letters.owe(
                district=place,
                key=f"{prefix}:{number}",
                to=to[number % len(to)] if to else f"{prefix}-{number}@{slug}.example",
                subject=f"Due Nov 5: {prefix} {number}",
                body="One thing is due.\n" * 10,
            )


def owe_one_by_one(slug, prefix):
    """Owe letter after letter, each in a transaction of its own; tells each that was committed."""
    place = district(slug)
    number = 0
    while True:
        try:
            with district_scope(place):
                letters.owe(
                    district=place,
                    key=f"{prefix}:{number}",
                    to=f"{prefix}-{number}@{slug}.example",
                    subject="Saved",
                    body="Saved.",
                )
        except (DatabaseError, InterfaceError):
            connection.close()
            continue
        sys.stdout.write(f"{prefix}:{number}\n")
        number += 1


def owe_stock(many):
    """Control: a Celery task for each letter."""
    stock.owe(int(many))
