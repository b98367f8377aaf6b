"""Letters of the demo that did not go out by themselves, for whoever looks after them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone

from roles.models import Letter, OwedStatus
from tutoring_admin.demo.world import World

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Stray:
    """One letter: to whom, about what, how it stands, and why."""

    to: str
    subject: str
    status: OwedStatus
    hours_ago: int
    error: str = ""
    tries: int = 1
    doubled: bool = False


STRAYS = (
    Stray(
        "t.okafor@maplevaley.example",
        "Invitation to Maple Valley's tutoring program",
        OwedStatus.FAILED,
        26,
        "550 5.1.2 maplevaley.example: there is no mail server for this domain",
    ),
    Stray(
        "front-office@northgate.maple-valley.example",
        "Read by Friday: your job description as site lead",
        OwedStatus.FAILED,
        75,
        "552 5.2.2 This mailbox is full",
        tries=3,
    ),
    Stray(
        "volunteers@maple-valley.example",
        "Due today: check in with the provider",
        OwedStatus.EXPIRED,
        50,
        "451 4.7.1 Greylisted, please try again later",
        tries=9,
    ),
    Stray(
        "principal.eastside@maple-valley.example",
        "Due in 3 days: agree on the tutoring schedule",
        OwedStatus.DONE,
        122,
        doubled=True,
    ),
)


def build(world: World) -> None:
    """A few of the last five days; none is due now, so none is late."""
    now = timezone.now()
    Letter.objects.bulk_create(
        Letter(
            district=world.district,
            key=f"stray:{number}",
            to=stray.to,
            subject=stray.subject,
            body="This letter belongs to the demo.\n",
            status=stray.status,
            tries=stray.tries,
            may_be_doubled=stray.doubled,
            last_error=stray.error,
            message_id=f"<{uuid.uuid4().hex}@localhost>",
            owed_at=now - stray.hours_ago * HOUR,
            due_at=now - stray.hours_ago * HOUR,
            not_before=now - stray.hours_ago * HOUR,
            done_at=now - (stray.hours_ago - 1) * HOUR,
        )
        for number, stray in enumerate(STRAYS)
    )
