"""Says whether the audit trail is as it was sealed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from roles.models import District
from roles.services.verifying import Verdict, verify


class Command(BaseCommand):
    help = (
        "Checks every event of the audit trail against its seal, and names the first that does not"
        " fit. Ends with 1 if something was changed, deleted or put in later."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", metavar="SLUG", help="One district; else all.")
        parser.add_argument(
            "--noted",
            metavar="HASH",
            action="append",
            default=[],
            help="A seal's hash from the log: it must still be there. Needs --district.",
        )

    def handle(self, *_: Any, district: str | None, noted: list[str], **__: Any) -> None:
        if noted and not district:
            raise CommandError("Say with --district whose seals were noted.")
        chosen = District.objects.order_by("slug")
        if district:
            chosen = chosen.filter(slug=district)
            if not chosen:
                raise CommandError(f"There is no district {district}.")
        verdicts = [(each.slug, verify(each, noted)) for each in chosen]
        for slug, verdict in verdicts:
            self.stdout.write(f"{slug}: {_said(verdict)}")
        if any(not verdict.holds for _, verdict in verdicts):
            raise CommandError("The audit trail is not as it was sealed.")


def _said(verdict: Verdict) -> str:
    if not verdict.holds:
        return verdict.problem
    parts = [f"{verdict.events} events in {verdict.seals} seals are as they were sealed"]
    if verdict.waiting:
        parts.append(f"{verdict.waiting} wait for their seal")
    if verdict.let_go:
        parts.append(f"{verdict.let_go} were let go after their time")
    if verdict.named_no_more:
        parts.append(f"{verdict.named_no_more} had the name of a deleted person taken out")
    return ", ".join(parts) + "."
