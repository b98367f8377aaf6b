"""The system's word that a milestone may not be done in time, and what its owner says to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from roadmap.models import AtRiskProposal, Milestone
from roadmap.notices import AtRisk
from roadmap.services.milestones import record, said, say_at_risk
from roadmap.spans import SchoolDays, is_nearly_used
from roles.access import Reach
from roles.models import District
from roles.services import notices
from roles.services.calendar import closures_of
from roles.services.refusal import Refused
from roles.services.rounds import in_every_district

BATCH = 500
GONE = "It has moved on since: nothing is asked any more."


def propose_everywhere() -> int:
    """Beat's round through all districts: ask, and tell owners; returns proposals newly made."""
    return in_every_district(_round, trouble="At-risk proposals of %s were not made")


def _round(district: District) -> int:
    made = propose(district, district.today())
    tell(district)
    return made


def tell(district: District) -> int:
    """Tell owners, in their weekly brief, of what waits for their answer: once for each due date.
    Withdraws what was answered. Returns how many were told now.
    """
    source = AtRisk()
    return notices.keep_told(district, source.kind, source.asked(district), in_brief=True)


@transaction.atomic
def propose(district: District, today: dt.date) -> int:
    """Ask about every open milestone whose time is nearly used and of which nobody has said how it
    goes. At most once for each due date, however often it runs; returns how many it added.
    """
    found = Milestone.objects.filter(district=district).nearly_silent(today)
    rows = list(found.values_list("pk", "starts_on", "due_on"))
    if not rows:
        return 0
    first, last = min(row[1] for row in rows), max(row[2] for row in rows)
    count = SchoolDays(first, last, closures_of(district))
    there = AtRiskProposal.objects.filter(district=district)
    before = there.count()
    AtRiskProposal.objects.bulk_create(
        _wanted(district, rows, count, today), batch_size=BATCH, ignore_conflicts=True
    )
    return there.count() - before


def _wanted(
    district: District,
    rows: list[tuple[int, dt.date, dt.date]],
    count: SchoolDays,
    today: dt.date,
) -> Iterator[AtRiskProposal]:
    for pk, starts_on, due_on in rows:
        total = count.between(starts_on, due_on)
        used = count.between(starts_on, today - dt.timedelta(days=1))
        if is_nearly_used(used, total):
            reason = f"{used} of {total} school days are used and nobody has said how it goes."
            yield AtRiskProposal(district=district, milestone_id=pk, due_on=due_on, reason=reason)


@transaction.atomic
def confirm(proposal: AtRiskProposal, *, reason: str = "", by: Reach) -> bool:
    """Yes, it is at risk: it shows as such, with the reason. True if this call did it."""
    milestone = proposal.milestone
    because = reason.strip() or proposal.reason
    if not _decide(proposal, confirmed=True, note=because, by=by):
        return False
    return say_at_risk(milestone, reason=because, by=by)


@transaction.atomic
def dismiss(proposal: AtRiskProposal, *, note: str, by: Reach) -> bool:
    """No, it will be done in time, and why. True if this call did it. Not asked again for this
    due date.
    """
    milestone = proposal.milestone
    if not _decide(proposal, confirmed=False, note=said(note), by=by):
        return False
    record(milestone, "roadmap.risk_dismissed", by, reason=note.strip())
    return True


def _decide(proposal: AtRiskProposal, *, confirmed: bool, note: str, by: Reach) -> bool:
    standing = AtRiskProposal.objects.filter(pk=proposal.pk).standing()
    if not standing.exists():
        raise Refused(GONE)
    still = AtRiskProposal.objects.filter(pk=proposal.pk, confirmed=None)
    return bool(
        still.update(confirmed=confirmed, note=note, decided_at=timezone.now(), decided_by=by.user)
    )
