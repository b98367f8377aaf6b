"""Who can sign in to the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tutoring_admin.demo.people import DEMO_PASSWORD, people


class Command(BaseCommand):
    help = "Print the people of the demo districts and the password they share."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: no address here has a known password.")
        width = max(len(person.email) for person in people())
        district = None
        for person in people():
            if person.district != district:
                district = person.district
                self.stdout.write(f"\n{district}")
            self.stdout.write(f"  {person.email:<{width}}  {person.name:<16}  {person.position}")
        self.stdout.write(f"\nPassword of all: {DEMO_PASSWORD}")
