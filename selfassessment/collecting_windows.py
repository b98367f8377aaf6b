"""The facts of closed checklist windows: how many sent theirs, and how alike two raters rated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from checklists import suppression
from checklists.models import Checklist, RaterKind, Rating, Window
from checklists.reports.audience import known_people
from roles.access import Reach
from selfassessment.facts import (
    ClosedWindow,
)

NOT_APPLICABLE = -1  # among the values of a scale, which begin at 0


def windows_of(reach: Reach, today: dt.date) -> Iterator[ClosedWindow]:
    """Those of the school year that holds the day, earliest first."""
    current = Q(checklists__withdrawn_at=None)
    sent = Q(checklists__submitted_at__isnull=False)
    own = current & Q(checklists__rater_kind=RaterKind.SELF)
    second = current & Q(checklists__rater_kind=RaterKind.OBSERVER)
    windows = (
        Window.objects.reachable(reach)
        .closed_on(today)
        .filter(school_year__starts_on__lte=today, school_year__ends_on__gte=today)
        .annotate(
            asked=Count("checklists", filter=own),
            sent=Count("checklists", filter=own & sent),
            twice=Count("checklists", filter=second & sent),
        )
        .order_by("closes_on", "pk")
    )
    found = list(windows)
    agreement = _agreement(found, reach)
    for window in found:
        early = window.closed_at and timezone.localdate(window.closed_at)
        yield ClosedWindow(
            pk=window.pk,
            label=window.label,
            closed_on=min(early or window.closes_on, window.closes_on),
            asked=window.asked,
            submitted=window.sent,
            second_rated=window.twice,
            agreement=agreement.get(window.pk),
        )


def _agreement(windows: Sequence[Window], reach: Reach) -> dict[int, int]:
    """Per window, the whole percent of items that two raters rated alike.

    A rating against "not applicable" counts as a difference; two of these are left out. Pairs
    count that were submitted without knowing of each other, and groups of them as in
    checklists.reports.accuracy: two figures about the same pairs must not tell of one of them.
    """
    observers = Checklist.objects.current().submitted()
    counted = (
        Rating.objects.given()
        .filter(
            checklist__in=observers.filter(
                window__in=windows, rater_kind=RaterKind.OBSERVER, is_blind=True
            )
        )
        .order_by()
        .annotate(mark=_mark(), partner=Subquery(_partner()))
        .exclude(mark=NOT_APPLICABLE, partner=NOT_APPLICABLE)
        .filter(partner__isnull=False)
        .values("checklist__window", "checklist__template__key")
        .annotate(
            both=Count("pk"),
            equal=Count("pk", filter=Q(mark=F("partner"))),
            people=ArrayAgg("checklist__holder", distinct=True),
        )
    )
    by_window: dict[int, dict[str, Any]] = {}
    for row in counted:
        by_window.setdefault(row["checklist__window"], {})[row["checklist__template__key"]] = row
    known = known_people([w for w in windows if w.pk in by_window], reach)
    found = {window: _alike(rows, known[window]) for window, rows in by_window.items()}
    return {window: percent for window, percent in found.items() if percent is not None}


def _alike(rows: Mapping[str, Any], known: frozenset[int]) -> int | None:
    """The percent over those groups of pairs that may be told together."""
    sizes = [suppression.Group(key, frozenset(row["people"])) for key, row in rows.items()]
    told = [rows[key] for key in suppression.whole(sizes, known)]
    both = sum(row["both"] for row in told)
    return sum(row["equal"] for row in told) * 100 // both if both else None


def _partner() -> QuerySet:
    """The mark that the holder gave to the item which a second rater rated (the outer query).

    A value, not a condition: it is looked up by index for each rating of a second rater, where the
    planner would rather join all ratings of the district with each other.
    """
    own = Rating.objects.given().filter(
        item=OuterRef("item"),
        checklist__window=OuterRef("checklist__window"),
        checklist__position=OuterRef("checklist__position"),
        checklist__holder=OuterRef("checklist__holder"),
        checklist__rater_kind=RaterKind.SELF,
        checklist__submitted_at__isnull=False,
        checklist__withdrawn_at=None,
        checklist__is_blind=True,
    )
    return own.order_by().values(mark=_mark())


def _mark() -> Coalesce:
    return Coalesce("value", Value(NOT_APPLICABLE))
