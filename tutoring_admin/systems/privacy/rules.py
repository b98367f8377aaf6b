"""How long what is kept: for each rule its usual time, what may be chosen, and what then goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from checklists.models import ItemEvidence, Rating
from roadmap.models import CoachingEntry
from roles.models import (
    AuditEvent,
    AuditSeal,
    Invitation,
    Letter,
    Notice,
    NoticeStatus,
    OwedStatus,
    RetentionKind,
    RetentionRule,
    RosterFinding,
    RosterImport,
    RosterLine,
)

K = RetentionKind
YEAR = 365
AT_REST = (OwedStatus.DONE, OwedStatus.FAILED, OwedStatus.EXPIRED, OwedStatus.CANCELLED)
Rows = QuerySet[Any]
Due = Callable[[int, dt.datetime], list[Rows]]


@dataclass(frozen=True)
class Rule:
    """One rule. `due` gives what is older than a moment in a district, in the order in which it
    goes; of several kinds of rows, the first is the one that is counted for people.
    """

    kind: RetentionKind
    goes: str
    stays: str
    usual: int
    choices: tuple[int, ...]
    due: Due


def _letters(district: int, before: dt.datetime) -> list[Rows]:
    letters = Letter.objects.filter(district=district, status__in=AT_REST, owed_at__lt=before)
    notices = Notice.objects.filter(district=district, made_at__lt=before)
    return [letters, notices.exclude(status=NoticeStatus.WAITING)]


def _invitations(district: int, before: dt.datetime) -> list[Rows]:
    answered = Q(accepted_at__isnull=False) | Q(revoked_at__isnull=False)
    return [
        Invitation.objects.filter(answered | Q(expires_at__lt=before), district=district).filter(
            invited_at__lt=before
        )
    ]


def _rosters(district: int, before: dt.datetime) -> list[Rows]:
    """The last one that is in force stays, without its lines: the next is compared with it."""
    all_of_it = RosterImport.objects.filter(district=district)
    last = all_of_it.applied().order_by("-pk").values("pk")[:1]
    old = all_of_it.filter(owed_at__lt=before, status__in=AT_REST)
    old = old.exclude(applied_at__gte=before)  # asked for long ago, and applied since
    kept = old.filter(pk__in=last)
    return [
        old.exclude(pk__in=last),
        RosterLine.objects.filter(roster__in=kept),
        RosterFinding.objects.filter(roster__in=kept),
    ]


def _ratings(district: int, before: dt.datetime) -> list[Rows]:
    day = before.date()
    ratings = Rating.objects.filter(district=district, checklist__window__closes_on__lt=day)
    return [ratings.filter(checklist__submitted_at__isnull=False)]


def _evidence(district: int, before: dt.datetime) -> list[Rows]:
    day = before.date()
    return [ItemEvidence.objects.filter(district=district, checklist__window__closes_on__lt=day)]


def _coaching(district: int, before: dt.datetime) -> list[Rows]:
    return [CoachingEntry.objects.filter(district=district, on__lt=before.date())]


def _audit(district: int, before: dt.datetime) -> list[Rows]:
    """Seal by seal: what is let go of is a whole number of them, and never what is not sealed."""
    old = AuditSeal.objects.filter(district=district, sealed_at__lt=before)
    last = old.order_by("-number").values_list("links__through", flat=True).first()
    events = AuditEvent.objects.filter(district=district, at__lt=before)
    return [events.filter(pk__lte=last or 0)]


RULES: dict[RetentionKind, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            K.LETTERS,
            "Letters that arrived or never will, and what was told in them.",
            "What is still to be sent or said.",
            YEAR,
            (90, 180, YEAR, 2 * YEAR),
            _letters,
        ),
        Rule(
            K.INVITATIONS,
            "Invitations that were accepted, taken back or ran out, with name and address.",
            "Open invitations, and the access that came of accepted ones.",
            90,
            (30, 90, 180, YEAR),
            _invitations,
        ),
        Rule(
            K.ROSTERS,
            "Roster imports with their lines; they can no longer be undone then.",
            "Schools, people and access that came of them, and the last import in force.",
            180,
            (30, 90, 180, YEAR),
            _rosters,
        ),
        Rule(
            K.RATINGS,
            "The single ratings of submitted checklists, with their notes.",
            "The score, coverage and band of each checklist, under its position.",
            5 * YEAR,
            (2 * YEAR, 3 * YEAR, 5 * YEAR, 7 * YEAR, 10 * YEAR),
            _ratings,
        ),
        Rule(
            K.EVIDENCE,
            "Files and links that were put beside ratings.",
            "The ratings they stood beside.",
            3 * YEAR,
            (YEAR, 2 * YEAR, 3 * YEAR, 5 * YEAR),
            _evidence,
        ),
        Rule(
            K.COACHING,
            "Entries of the coaching log.",
            "Sessions, attendance and takeaways of the learning plan.",
            3 * YEAR,
            (YEAR, 2 * YEAR, 3 * YEAR, 5 * YEAR),
            _coaching,
        ),
        Rule(
            K.AUDIT,
            "Events of the audit trail. Their seals stay.",
            "Everything of the last three years, whatever is chosen.",
            7 * YEAR,
            (3 * YEAR + 1, 5 * YEAR, 7 * YEAR, 10 * YEAR),
            _audit,
        ),
    )
}


def days_of(district_pk: int) -> dict[RetentionKind, int]:
    """How many days each kind is kept in a district. One query."""
    own = RetentionRule.objects.filter(district=district_pk).values_list("kind", "days")
    chosen = {RetentionKind(kind): days for kind, days in own}
    return {kind: chosen.get(kind, rule.usual) for kind, rule in RULES.items()}


def span(days: int) -> str:
    """As people say it: "90 days", "a year", "5 years"."""
    years = days // YEAR
    if not years:
        return f"{days} days"
    return "1 year" if years == 1 else f"{years} years"
