"""The facts of closed checklist windows: how many sent theirs, and how alike two raters rated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from checklists import suppression
from checklists.models import Checklist, RaterKind, Rating, Window
from roles.access import Reach
from selfassessment.facts import ClosedWindow

NOT_APPLICABLE = -1  # among the values of a scale, which begin at 0


def windows_of(reach: Reach, today: dt.date) -> Iterator[ClosedWindow]:
    """Those of the school year that holds the day, earliest first. One query."""
    windows = (
        Window.objects.reachable(reach)
        .closed_on(today)
        .filter(school_year__starts_on__lte=today, school_year__ends_on__gte=today)
        .annotate(
            figures=Subquery(_figures()),
            pairs=ArraySubquery(_pairs()),
            known=ArraySubquery(_rated_by(reach)),
        )
        .order_by("closes_on", "pk")
    )
    for window in windows:
        early = window.closed_at and timezone.localdate(window.closed_at)
        figures = window.figures or {}
        yield ClosedWindow(
            pk=window.pk,
            label=window.label,
            closed_on=min(early or window.closes_on, window.closes_on),
            asked=figures.get("asked", 0),
            submitted=figures.get("sent", 0),
            second_rated=figures.get("twice", 0),
            agreement=_alike(window.pairs, frozenset({reach.user.pk, *window.known})),
        )


def _figures() -> QuerySet[Checklist, Any]:
    """One row of JSON about the forms of a window (the outer query)."""
    sent = Q(submitted_at__isnull=False)
    own, second = Q(rater_kind=RaterKind.SELF), Q(rater_kind=RaterKind.OBSERVER)
    told = JSONObject(
        asked=Count("pk", filter=own),
        sent=Count("pk", filter=own & sent),
        twice=Count("pk", filter=second & sent),
    )
    forms = Checklist.objects.current().filter(window=OuterRef("pk"))
    return forms.order_by().values("window").annotate(told=told).values("told")


def _rated_by(reach: Reach) -> QuerySet[Checklist, Any]:
    """Whom the reader has rated in a window, as in checklists.reports.audience.known_people."""
    rated = Checklist.objects.reachable(reach).current().filter(rater=reach.user)
    return rated.filter(window=OuterRef("pk")).order_by().values("holder")


def _pairs() -> QuerySet[Rating, Any]:
    """One row of JSON for each checklist of a window (the outer query): items that two raters have
    rated, and those that they rated alike.

    A rating against "not applicable" counts as a difference; two of these are left out. Pairs
    count that were submitted without knowing of each other, and groups of them as in
    checklists.reports.accuracy: two figures about the same pairs must not tell of one of them.
    """
    told = JSONObject(
        key="checklist__template__key",
        both=Count("pk"),
        equal=Count("pk", filter=Q(mark=F("partner"))),
        people=ArrayAgg("checklist__holder", distinct=True),
    )
    return (
        Rating.objects.given()
        .filter(
            checklist__window=OuterRef("pk"),
            checklist__rater_kind=RaterKind.OBSERVER,
            checklist__submitted_at__isnull=False,
            checklist__withdrawn_at=None,
            checklist__is_blind=True,
        )
        .order_by()
        .annotate(mark=_mark(), partner=Subquery(_partner()))
        .exclude(mark=NOT_APPLICABLE, partner=NOT_APPLICABLE)
        .filter(partner__isnull=False)
        .values("checklist__template__key")
        .annotate(told=told)
        .values("told")
    )


def _alike(pairs: Sequence[Mapping[str, Any]], known: frozenset[int]) -> int | None:
    """The percent over those groups of pairs that may be told together."""
    rows = {row["key"]: row for row in pairs}
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
