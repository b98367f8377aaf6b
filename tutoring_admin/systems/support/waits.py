"""What of support access waits on a person: a question to look into the district."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from roles import waits
from roles.capabilities import Capability
from roles.models import SupportVisit
from roles.models.support import ASKED_FOR
from roles.waits import Row, Wait, Who, name_of, told

LONG_AGO = dt.timedelta(days=2)  # a day off the mark wherever the clock of the database stands


class Asked:
    """Questions that nobody answered yet, for whoever may allow it, but for one's own."""

    kind = "support"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.SYSTEMS_MANAGE)
        if not reach:
            return None
        found = SupportVisit.objects.reachable(reach).filter(
            starts_at=None, ended_at=None, asked_at__date__gte=who.server_day - LONG_AGO
        )
        return told(
            found.exclude(operator=reach.user.pk),
            at="asked_at",
            by=name_of("operator"),
            minutes="minutes",
            reason="reason",
        )

    def say(self, row: Row, who: Who) -> Wait | None:
        """None where it is over by now: nobody answered within a day."""
        asked_at: Any = row.at
        if asked_at <= timezone.now() - ASKED_FOR:
            return None
        more = row.more
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"May {more['by']} look into the district?",
            sub=f"For {more['minutes']} minutes, as support: {more['reason']}",
            url=reverse("systems:support", args=[who.access.district.slug]),
            chip="you",
            label="Answer",
            when=f"asked {waits.short(who.day(asked_at))}",
            due_on=who.day(asked_at + ASKED_FOR),
            minutes=1,
            more=more,
        )


def register() -> None:
    waits.register(Asked())
