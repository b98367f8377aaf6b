"""The facts of closed checklist windows: how many sent theirs, and how alike two raters rated."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import (
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from redis.exceptions import RedisError

from checklists import suppression
from checklists.models import Checklist, RaterKind, Rating, Window
from roles.access import Reach
from roles.keeping import of_parts
from selfassessment.facts import ClosedWindow

KEPT_FOR = 60 * 60 * 24 * 30
NOT_APPLICABLE = -1  # among the values of a scale, which begin at 0
Pairs = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Counted:
    """A closed window without its agreement, and what its pairs of raters say. Which of these may
    be told depends on whom the reader has rated.
    """

    window: ClosedWindow
    pairs: Pairs


def windows_of(reach: Reach, today: dt.date) -> Iterator[Counted]:
    """Those of the school year that holds the day, earliest first. One query, and another where
    the pairs of a window are not known yet. The same for all who reach the same schools.
    """
    windows = (
        Window.objects.reachable(reach)
        .closed_on(today)
        .filter(school_year__starts_on__lte=today, school_year__ends_on__gte=today)
        .annotate(figures=Subquery(_figures()))
        .order_by("closes_on", "pk")
    )
    with of_parts(Checklist) as only:
        found: list[Any] = list(windows)
        pairs = _pairs_of(found)
        only(window.pk for window in found)
    for window in found:
        early = window.closed_at and timezone.localdate(window.closed_at)
        figures = window.figures or {}
        told = ClosedWindow(
            pk=window.pk,
            label=window.label,
            closed_on=min(early or window.closes_on, window.closes_on),
            asked=figures.get("asked", 0),
            submitted=figures.get("sent", 0),
            second_rated=figures.get("twice", 0),
        )
        yield Counted(told, pairs[window.pk])


def with_agreement(counted: Sequence[Counted], reach: Reach) -> Iterator[ClosedWindow]:
    """The windows as this reader may know them. One query; none without windows."""
    known = _rated_by(reach, [each.window.pk for each in counted]) if counted else {}
    for each in counted:
        people = {reach.user.pk, *known.get(each.window.pk, ())}
        yield replace(each.window, agreement=_alike(each.pairs, frozenset(people)))


def agreed(counted: Sequence[Counted], window: int, reach: Reach) -> tuple[int, int]:
    """Of one of the windows (its primary key): how many ratings of two raters are equal, of how
    many that were compared. One query; zeros where nothing may be told.
    """
    pairs = next((each.pairs for each in counted if each.window.pk == window), [])
    if not pairs:
        return 0, 0
    people = {reach.user.pk, *_rated_by(reach, [window]).get(window, ())}
    return _told(pairs, frozenset(people))


def _figures() -> QuerySet[Checklist, Any]:
    """One row of JSON about the forms of a window (the outer query). `state` changes whenever a
    form comes in, is opened again or is withdrawn.
    """
    sent = Q(submitted_at__isnull=False)
    own, second = Q(rater_kind=RaterKind.SELF), Q(rater_kind=RaterKind.OBSERVER)
    told = JSONObject(
        asked=Count("pk", filter=own),
        sent=Count("pk", filter=own & sent),
        twice=Count("pk", filter=second & sent),
        state=JSONObject(
            n=Count("pk", filter=sent),
            sum=Sum("pk", filter=sent),
            blind=Count("pk", filter=sent & Q(is_blind=True)),
            saved=Max("saved_at", filter=sent),
            sent=Max("submitted_at"),
        ),
    )
    forms = Checklist.objects.current().filter(window=OuterRef("pk"))
    return forms.order_by().values("window").annotate(told=told).values("told")


def _pairs_of(windows: Sequence[Any]) -> dict[int, Pairs]:
    """What the pairs of raters of each window say, by checklist.

    Ratings of a submitted form are locked, so that this follows from which forms are in: it is kept
    under their state, and looked up in the ratings only for a state that was not seen before.
    """
    keys = {window.pk: _key(window) for window in windows}
    told = _kept(list(keys.values()))
    found: dict[int, Pairs] = {pk: told[key] for pk, key in keys.items() if key in told}
    missing = [window.pk for window in windows if window.pk not in found and window.figures]
    if missing:
        fresh = Window.objects.filter(pk__in=missing).annotate(pairs=ArraySubquery(_pairs()))
        looked_up = dict(fresh.order_by().values_list("pk", "pairs"))
        _keep({keys[pk]: pairs for pk, pairs in looked_up.items()})
        found |= looked_up
    return {pk: found.get(pk, []) for pk in keys}


def _key(window: Any) -> str:
    state = json.dumps((window.figures or {}).get("state"), sort_keys=True)
    return f"pairs:{window.district_id}:{window.pk}:{sha256(state.encode()).hexdigest()}"


def _kept(keys: Sequence[str]) -> dict[str, Pairs]:
    try:
        found: dict[str, Pairs] = cache.get_many(keys)
    except RedisError:  # without the cache it is only slower
        return {}
    return found


def _keep(pairs: dict[str, Pairs]) -> None:
    with suppress(RedisError):
        cache.set_many(pairs, timeout=KEPT_FOR)


def _rated_by(reach: Reach, windows: Collection[int]) -> dict[int, set[int]]:
    """Whom the reader has rated, by window, as in checklists.reports.audience.known_people."""
    rated = Checklist.objects.reachable(reach).current().filter(rater=reach.user)
    found: dict[int, set[int]] = {}
    with of_parts(Checklist) as only:
        for window, holder in rated.filter(window__in=windows).values_list("window", "holder"):
            found.setdefault(window, set()).add(holder)
        only(windows)
    return found


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
    equal, both = _told(pairs, known)
    return equal * 100 // both if both else None


def _told(pairs: Sequence[Mapping[str, Any]], known: frozenset[int]) -> tuple[int, int]:
    """Of the groups of pairs that may be told together: equal ratings, and all they compared."""
    rows = {row["key"]: row for row in pairs}
    sizes = [suppression.Group(key, frozenset(row["people"])) for key, row in rows.items()]
    told = [rows[key] for key in suppression.whole(sizes, known)]
    return sum(row["equal"] for row in told), sum(row["both"] for row in told)


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
    # As a number of either sign: asked for -1, the field's own kind is taken to have no such row.
    return Coalesce("value", Value(NOT_APPLICABLE), output_field=SmallIntegerField())
