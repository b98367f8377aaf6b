"""What others did since a person was last on their home: at most ten sentences, one for each kind.

One query. Each sentence leads to the rows of the audit trail that it counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DateTimeField, F, Subquery, Value, Window
from django.db.models.functions import Coalesce, Greatest, RowNumber
from django.urls import reverse
from django.utils import timezone

from roles.access import Access
from roles.capabilities import Capability
from roles.deeds import MANY
from roles.models import AuditEvent, HomePlace
from roles.words import sentence

MOST = 10
AT_FIRST = dt.timedelta(days=7)  # how far the first visit looks back
AT_MOST = dt.timedelta(days=30)
PAGES = {
    "checklists.window": "checklists:window-detail",
    "roadmap.meeting": "roadmap:meeting",
    "roadmap.milestone": "roadmap:detail",
    "roles.position": "roles:position",
    "selfassessment.gap": "selfassessment:gap",
    "selfassessment.round": "selfassessment:round",
}


@dataclass(frozen=True)
class Sentence:
    """One kind of change. `count` events of it, the latest at `at`; `page` is the thing's own page
    where there is only one, `address` the events on the audit trail.
    """

    words: str
    count: int
    at: dt.datetime
    address: str
    page: str


@dataclass(frozen=True)
class News:
    """`since` is None for who may not read the audit trail, and where nothing happened."""

    since: dt.datetime | None = None
    sentences: Sequence[Sentence] = ()
    all_address: str = ""


def news_of(access: Access) -> News:
    """One query."""
    reach = access.reach(Capability.AUDIT_VIEW)
    if not reach:
        return News()
    now = timezone.now()
    home = HomePlace.objects.reachable(access.reach(Capability.HOME_VIEW)).filter(user=access.user)
    left_at = Coalesce(Subquery(home.values("before_at")[:1]), Value(now - AT_FIRST))
    since = Greatest(left_at, Value(now - AT_MOST), output_field=DateTimeField())
    others = AuditEvent.objects.reachable(reach).exclude(actor=access.user.pk)
    found: Any = (
        others.annotate(since=since)
        .filter(at__gt=F("since"))
        .annotate(
            count=Window(Count("pk"), partition_by="verb"),
            place=Window(RowNumber(), partition_by="verb", order_by=("-at", "-pk")),
        )
        .filter(place=1)
        .select_related("actor")
        .order_by("-at", "-pk")[:MOST]
    )
    return _news(list(found), access.district.slug)


def _news(rows: Sequence[Any], slug: str) -> News:
    if not rows:
        return News()
    trail, since = reverse("roles:audit", args=[slug]), rows[0].since
    kept = {"since": since.isoformat(), "others": "1"}
    sentences = [
        Sentence(
            words=_words(row),
            count=row.count,
            at=row.at,
            address=f"{trail}?{urlencode({**kept, 'verb': row.verb})}",
            page=_page(row, slug),
        )
        for row in rows
    ]
    return News(since, sentences, f"{trail}?{urlencode(kept)}")


def _words(row: Any) -> str:
    if row.count > 1 and row.verb in MANY:
        return f"{MANY[row.verb].format(n=row.count)}."
    told = f"{row.actor or 'The product'} {sentence(row.verb, row.detail).rstrip('.')}"
    return f"{told}; {row.count - 1} more of the kind." if row.count > 1 else f"{told}."


def _page(row: Any, slug: str) -> str:
    name = PAGES.get(row.subject)
    if row.count > 1 or name is None or not row.subject_pk.isdecimal():
        return ""
    return reverse(name, args=[slug, row.subject_pk])
