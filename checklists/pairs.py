"""The two ratings of one position side by side, and what the two agreed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from checklists import scoring
from checklists.models import (
    Checklist,
    ChecklistItem,
    RaterKind,
    Rating,
)
from checklists.models.forms import ChecklistQuerySet
from checklists.sheets import BANDS, Line, Pending
from roles.models import User

TARGET = 80  # percent of equal ratings


@dataclass(frozen=True, slots=True)
class Pair:
    """The forms of one position and person in one window: its own, the observer's, the agreed."""

    own: Checklist
    observer: Checklist
    agreed: Checklist | None = None

    @property
    def both_in(self) -> bool:
        return self.own.is_submitted and self.observer.is_submitted

    @property
    def is_closed(self) -> bool:
        return self.agreed is not None and self.agreed.is_submitted

    def includes(self, user: User) -> bool:
        """Whether this is one of the two who rated."""
        return user.pk in {self.own.rater_id, self.observer.rater_id}

    def other(self, user: User) -> User:
        """The other one of the two."""
        return self.observer.rater if user.pk == self.own.rater_id else self.own.rater


@dataclass(frozen=True, slots=True)
class Both:
    """One item as both rated it, and what was agreed on it, if anything was."""

    own: Line
    observer: Line
    agreed: Line | None
    differs: bool
    talk_first: bool  # two points apart, or more

    @property
    def item(self) -> ChecklistItem:
        return self.own.item

    @property
    def own_anchor(self) -> str:
        return _anchor(self.own)

    @property
    def observer_anchor(self) -> str:
        return _anchor(self.observer)

    @property
    def is_na_against_rating(self) -> bool:
        return self.own.answer.not_applicable != self.observer.answer.not_applicable

    @property
    def difference(self) -> str:
        """The difference in words."""
        if self.is_na_against_rating:
            return "N/A against a rating"
        points = abs((self.own.answer.value or 0) - (self.observer.answer.value or 0))
        return f"{points} points apart" if points > 1 else "1 point apart"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair item by item; those that differ first, the widest difference first of all."""

    pair: Pair
    differing: tuple[Both, ...]
    same: tuple[Both, ...]
    percent: int | None
    compared: int

    @property
    def reaches_target(self) -> bool:
        return self.percent is not None and self.percent >= TARGET

    @property
    def talk_first(self) -> int:
        return sum(both.talk_first for both in self.differing)

    @property
    def lines(self) -> tuple[Both, ...]:
        return (*self.differing, *self.same)

    @property
    def unagreed(self) -> list[Both]:
        return [both for both in self.lines if both.agreed is None or not both.agreed.is_given]

    @property
    def band(self) -> tuple[str, str] | None:
        return BANDS.get(self.pair.agreed.band) if self.pair.agreed else None


def _anchor(line: Line) -> str:
    """What the answer means on its scale."""
    if line.answer.not_applicable:
        return "There was no occasion for it."
    points = line.item.on_scale.points
    return next((point.anchor for point in points if point.value == line.answer.value), "")


def pair_of(form: Checklist, forms: ChecklistQuerySet) -> Pair | None:
    """The pair that a form belongs to, out of the forms given; None if one of the two is missing.

    What is given decides: forms the reader may not read are no part of it. One query.
    """
    rows = forms.current().filter(
        window=form.window_id, position=form.position_id, holder=form.holder_id
    )
    related = rows.in_full()
    by_kind = {row.rater_kind: row for row in related}
    own, observer = by_kind.get(RaterKind.SELF), by_kind.get(RaterKind.OBSERVER)
    if own is None or observer is None:
        return None
    return Pair(own, observer, by_kind.get(RaterKind.AGREED))


def compare(
    pair: Pair,
    items: Iterable[ChecklistItem],
    ratings: Iterable[Rating],
    pending: Mapping[int, Pending] | None = None,
) -> Comparison:
    """Put the forms of a pair beside each other, from their template's items in order.

    `pending` are agreed answers, by item, that were sent and not kept.
    """
    found = {(rating.checklist_id, rating.item_id): rating for rating in ratings}
    numbered = list(enumerate(items, 1))

    def lines(form: Checklist) -> list[Line]:
        return [Line(n, item, found.get((form.pk, item.pk))) for n, item in numbered]

    own, observer = lines(pair.own), lines(pair.observer)
    agreed: list[Line | None] = [None] * len(own)
    if pair.agreed:
        sent = pending or {}
        agreed = [replace(line, pending=sent.get(line.item.pk)) for line in lines(pair.agreed)]
    result = scoring.agreement([o.answer for o in own], [o.answer for o in observer])
    rows = [
        Both(
            a,
            b,
            c,
            n in result.differing,
            n in result.to_talk_about,
        )
        for n, (a, b, c) in enumerate(zip(own, observer, agreed, strict=True))
    ]
    same = tuple(row for n, row in enumerate(rows) if n not in result.differing)
    differing = tuple(rows[n] for n in result.differing)
    return Comparison(pair, differing, same, result.percent, result.compared)
