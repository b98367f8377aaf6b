"""Two rounds side by side: what changed, and because of what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from roles.access import Reach
from selfassessment.causes import key_of
from selfassessment.collecting import collect
from selfassessment.freezing import frozen
from selfassessment.library import Indicator, indicators_of
from selfassessment.models import (
    EvidenceSnapshot,
    Gap,
    GapMilestone,
    IndicatorRating,
    RatingCause,
    Round,
)

Content = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as it was frozen."""

    label: str
    told: str
    source: str
    dated_on: dt.date | None
    good_until: dt.date | None
    view_name: str
    pk: int | None
    url: str
    by_hand: bool


@dataclass(frozen=True)
class Change:
    """One indicator in both rounds. `gap` is the one that the newer rating closed.

    `added` and `gone` are None where the evidence of one of the rounds was not kept.
    """

    indicator: Indicator
    before: IndicatorRating
    after: IndicatorRating
    causes: Sequence[RatingCause]
    gap: Gap | None
    added: Sequence[Piece] | None
    gone: Sequence[Piece] | None

    @property
    def named(self) -> list[RatingCause]:
        """The causes but for work on the gap that was closed: that has a line of its own."""
        closed = self.gap.pk if self.gap else None
        return [each for each in self.causes if closed is None or each.gap_id != closed]

    @property
    def points(self) -> int:
        return (self.after.value or 0) - (self.before.value or 0)


@dataclass(frozen=True)
class Comparison:
    """`only` are the indicators that have a rating in one of the two rounds alone."""

    older: Round
    newer: Round
    changed: Sequence[Change]
    same: Sequence[Change]
    only: Sequence[tuple[Indicator, Round, IndicatorRating]]

    @property
    def up(self) -> int:
        return sum(each.points > 0 for each in self.changed)

    @property
    def down(self) -> int:
        return sum(each.points < 0 for each in self.changed)


def choices(reach: Reach) -> list[Round]:
    """All rounds that can be compared, newest first."""
    return list(Round.objects.reachable(reach).select_related("school_year").defer("taken"))


def default_pair(rounds: Sequence[Round]) -> tuple[Round, Round] | None:
    """The last two closed ones; with only one closed, that and the one under way."""
    closed = [each for each in rounds if each.is_closed]
    pair = closed[:2] if len(closed) > 1 else list(rounds[:2])
    return (pair[1], pair[0]) if len(pair) == 2 else None


def compared(reach: Reach, older: Round, newer: Round) -> Comparison:
    """Both rounds in full. An unfinished one shows the evidence of this moment."""
    before, after = (_ratings(reach, each) for each in (older, newer))
    kept = _contents(reach, older, newer)
    known = {each.code: each for each in (*indicators_of(older), *indicators_of(newer))}
    both = [
        _change(indicator, before[code], after[code], *kept)
        for code, indicator in known.items()
        if code in before and code in after
    ]
    return Comparison(
        older=older,
        newer=newer,
        changed=[each for each in both if each.points],
        same=[each for each in both if not each.points],
        only=[
            (indicator, round_, given[code])
            for code, indicator in known.items()
            for round_, given, other in ((older, before, after), (newer, after, before))
            if code in given and code not in other
        ],
    )


def pieces(content: Content | None, code: str) -> list[Piece]:
    """The frozen evidence of an indicator; [] where there is none."""
    found = (content or {}).get(code, {}).get("evidence", ())
    return [piece(each) for each in found]


def piece(raw: Mapping[str, Any]) -> Piece:
    """Read one piece back from its frozen form."""
    return Piece(
        label=raw["label"],
        told=raw.get("told", ""),
        source=raw.get("source", ""),
        dated_on=_day(raw.get("dated_on")),
        good_until=_day(raw.get("good_until")),
        view_name=raw.get("view_name", ""),
        pk=raw.get("pk"),
        url=raw.get("url", ""),
        by_hand=raw.get("by_hand", False),
    )


def difference(before: Iterable[Piece], after: Iterable[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What came and what went from one list of evidence to the other, in their order."""
    had, have = ({key_of(each): each for each in pieces} for pieces in (before, after))
    return (
        [each for key, each in have.items() if key not in had],
        [each for key, each in had.items() if key not in have],
    )


def _change(
    indicator: Indicator,
    before: IndicatorRating,
    after: IndicatorRating,
    older: Content | None,
    newer: Content | None,
) -> Change:
    added, gone = None, None
    if older is not None and newer is not None:
        added, gone = difference(pieces(older, indicator.code), pieces(newer, indicator.code))
    return Change(
        indicator=indicator,
        before=before,
        after=after,
        causes=list(after.causes.all()),
        gap=next(iter(after.closes.all()), None),
        added=added,
        gone=gone,
    )


def _ratings(reach: Reach, round_: Round) -> dict[str, IndicatorRating]:
    steps = GapMilestone.objects.reachable(reach).select_related("milestone")
    closed = Gap.objects.reachable(reach).select_related("rating__round")
    given = (
        IndicatorRating.objects.reachable(reach)
        .filter(round=round_)
        .rated()
        .select_related("rated_by")
        .prefetch_related(
            Prefetch("causes", RatingCause.objects.reachable(reach)),
            Prefetch("closes", closed.prefetch_related(Prefetch("steps", steps))),
        )
    )
    return {each.code: each for each in given}


def _contents(reach: Reach, older: Round, newer: Round) -> tuple[Content | None, Content | None]:
    """The evidence of both: as it was frozen, as of now while a round is unfinished, None where it
    was not kept.
    """
    newest: dict[int, Content] = {}
    taken = EvidenceSnapshot.objects.reachable(reach).filter(round__in=(older, newer))
    for snapshot in taken:
        newest.setdefault(snapshot.round_id, snapshot.content)
    return _content(reach, older, newest), _content(reach, newer, newest)


def _content(reach: Reach, round_: Round, newest: Mapping[int, Content]) -> Content | None:
    if round_.is_open:
        return frozen(collect(reach, reach.district.today()), indicators_of(round_))
    return newest.get(round_.pk)


def _day(said: str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if said else None
