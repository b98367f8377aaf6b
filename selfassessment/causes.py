"""What a new rating may rest on: what has changed since the one before it.

A rating that differs from the last one has to name at least one of these, or the team's words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils import timezone

from roadmap.models import State
from roles.access import Reach
from roles.models import District
from selfassessment.collecting import collect
from selfassessment.evidence import Item, evidence
from selfassessment.facts import Facts
from selfassessment.library import Indicator, indicators_of
from selfassessment.models import (
    EvidenceSnapshot,
    Gap,
    GapMilestone,
    IndicatorRating,
    RatingCause,
    Round,
)
from selfassessment.wording import listed

Frozen = Mapping[tuple[int, str], Collection[str]]
"""By round and code, the keys of the evidence that was frozen."""
LONGEST = {"label": 300, "told": 400, "source": 80}


class Record(Protocol):
    """A piece of evidence, of now or as it was frozen."""

    @property
    def label(self) -> str: ...
    @property
    def told(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def dated_on(self) -> dt.date | None: ...
    @property
    def view_name(self) -> str: ...
    @property
    def pk(self) -> int | None: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence as it was frozen."""

    label: str
    told: str
    source: str
    dated_on: dt.date | None
    view_name: str
    pk: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason that a rating may name. `key` stands for it in a form; the rest is kept."""

    key: str
    kind: str
    label: str
    told: str = ""
    source: str = ""
    dated_on: dt.date | None = None
    view_name: str = ""
    ref: int | None = None
    url: str = ""
    gap_id: int | None = None

    def row(self, rating: IndicatorRating) -> RatingCause:
        """To be saved with the rating."""
        return RatingCause(
            district_id=rating.district_id,
            rating=rating,
            kind=self.kind,
            label=self.label[: LONGEST["label"]],
            told=self.told[: LONGEST["told"]],
            source=self.source[: LONGEST["source"]],
            dated_on=self.dated_on,
            view_name=self.view_name,
            ref=self.ref,
            url=self.url,
            gap_id=self.gap_id,
        )


def words(text: str) -> Cause:
    """What the team says where nothing in the records has changed."""
    return Cause(key="words", kind=RatingCause.Kind.WORDS, label=text.strip())


def previous_rating(rating: IndicatorRating) -> IndicatorRating | None:
    """What the last closed round before this one agreed on for the same indicator. One query."""
    before = IndicatorRating.objects.filter(
        district=rating.district_id,
        code=rating.code,
        round__state=Round.State.CLOSED,
        round__lt=rating.round_id,
    )
    return before.rated().select_related("round").order_by("-round_id").first()


def causes_of(rating: IndicatorRating, facts: Facts | None = None, *, by: Reach) -> list[Cause]:
    """What this rating may name: evidence and work on a gap that are new since the one before it.

    `facts` spare reading the records a second time.
    """
    before = previous_rating(rating)
    indicator = next((i for i in indicators_of(rating.round) if i.code == rating.code), None)
    if indicator is None:
        return []
    facts = facts or collect(by, by.district.today())
    return causes_for(indicator, facts, before, by=by)


def causes_for(
    indicator: Indicator, facts: Facts, before: IndicatorRating | None, *, by: Reach
) -> list[Cause]:
    """The same for an indicator of which all is known. `before`: the rating it is compared with;
    None counts everything as new. Three queries. Work on gaps stands first.
    """
    since = before.rated_at if before else None
    new = new_items(evidence(indicator, facts), before)
    worked = list(_worked_on(by.district, indicator.code, since))
    return [*worked, *(_of_item(item) for item in new)]


def chosen(offered: Iterable[Cause], keys: Collection[str]) -> list[Cause]:
    """Those of the offered causes that a form sent back; what it made up is left out."""
    return [each for each in offered if each.key in keys]


def new_items(items: Iterable[Item], before: IndicatorRating | None) -> list[Item]:
    """Evidence that was not there when `before` was agreed: of a later day, or not frozen with its
    round. Where that round froze nothing, evidence of the same day counts as new. One query.
    """
    if before is None or before.rated_at is None:
        return list(items)
    frozen = frozen_with([before]).get((before.round_id, before.code))
    day = timezone.localdate(before.rated_at, timezone=before.district.zone)
    first_new = day if frozen is None else day + dt.timedelta(days=1)
    return [
        item
        for item in items
        if (item.dated_on and item.dated_on >= first_new)
        or (frozen is not None and key_of(item) not in frozen)
    ]


def key_of(item: Record) -> str:
    """What stands for a piece of evidence from one moment to the next."""
    return _key(item.view_name, item.pk, item.url, item.label)


def kept_with(rating: IndicatorRating) -> list[Kept]:
    """The evidence that was frozen with one rating; [] where its round froze none. One query."""
    newest = EvidenceSnapshot.objects.filter(round=rating.round_id).first()
    of = newest.content.get(rating.code, {}) if newest else {}
    return [_kept(each) for each in of.get("evidence", ())]


def frozen_with(ratings: Iterable[IndicatorRating]) -> Frozen:
    """What evidence stood with these ratings when their rounds were frozen, as keys, by round and
    code; nothing for a round that froze none. One query.
    """
    wanted = {(each.round_id, each.code) for each in ratings}
    newest: dict[int, dict[str, Any]] = {}
    taken = EvidenceSnapshot.objects.filter(round__in={round_ for round_, _ in wanted})
    for each in taken.only("round", "content", "taken_at"):
        newest.setdefault(each.round_id, each.content)
    return {
        (round_, code): {key_of(_kept(item)) for item in newest[round_][code]["evidence"]}
        for round_, code in wanted
        if code in newest.get(round_, {})
    }


def _kept(raw: Mapping[str, Any]) -> Kept:
    dated_on = raw.get("dated_on")
    return Kept(
        label=raw["label"],
        told=raw.get("told", ""),
        source=raw.get("source", ""),
        dated_on=dt.date.fromisoformat(dated_on) if dated_on else None,
        view_name=raw.get("view_name", ""),
        pk=raw.get("pk"),
        url=raw.get("url", ""),
    )


def _key(view_name: str, pk: int | None, url: str, label: str) -> str:
    """One record may hold several pieces: a version, and each who has acknowledged it."""
    return f"{view_name}:{'' if pk is None else pk}:{url}:{label}"


def _of_item(item: Record) -> Cause:
    return Cause(
        key=f"evidence:{key_of(item)}",
        kind=RatingCause.Kind.EVIDENCE,
        label=item.label,
        told=item.told,
        source=item.source,
        dated_on=item.dated_on,
        view_name=item.view_name,
        ref=item.pk,
        url=item.url,
    )


def _worked_on(district: District, code: str, since: dt.datetime | None) -> Iterator[Cause]:
    """Gaps in the indicator of which a milestone was done since."""
    done = GapMilestone.objects.filter(
        district=district, gap__code=code, gap__dropped_at=None, milestone__state=State.DONE
    )
    if since is not None:
        done = done.filter(milestone__done_at__gt=since)
    steps: dict[Gap, list[GapMilestone]] = {}
    for step in done.select_related("gap", "milestone").order_by("milestone__done_at"):
        steps.setdefault(step.gap, []).append(step)
    for gap, worked in steps.items():
        yield Cause(
            key=f"gap:{gap.pk}",
            kind=RatingCause.Kind.GAP,
            label=f"Work on the gap: {listed([each.milestone.title for each in worked])}",
            told=gap.cause,
            source="Gap, milestones done",
            dated_on=max(filter(None, (each.milestone.done_on for each in worked))),
            view_name="selfassessment:gap",
            ref=gap.pk,
            gap_id=gap.pk,
        )
