"""Which positions are stable enough to be asked in every second window only, and which no longer.

The rule, of a position and whoever holds it now: the last three closed windows in which two rated
came out on track by the rating that stands, with 80 % of equal ratings or more; and no window since
the first of them came out below on track. A form that was opened again after the other rating could
be read counts for no agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from checklists import scoring
from checklists.models import Checklist, RaterKind, Rating, RelaxedRhythm, Window
from checklists.pairs import TARGET
from checklists.scoring import Answer, Band
from checklists.sheets import BANDS
from checklists.standing import kind_of, standing
from roles.access import Access, Reach
from roles.models import Assignment, Position

IN_A_ROW = 3


@dataclass(frozen=True)
class Round:
    """How one closed window came out for a position. `pair` are the forms of two raters, if their
    agreement counts; `agreement` is in percent.
    """

    window: Window
    form: Checklist  # the one that stands
    pair: tuple[int, int] | None
    agreement: int | None = None

    @property
    def chip(self) -> tuple[str, str]:
        return BANDS[self.form.band]

    @property
    def kind(self) -> str:
        return kind_of(self.form)

    @property
    def is_on_track(self) -> bool:
        return self.form.band == Band.ON_TRACK

    @property
    def agrees(self) -> bool:
        return self.agreement is not None and self.agreement >= TARGET

    @property
    def holds(self) -> bool:
        """Nothing in it speaks against every second window."""
        return self.is_on_track and (self.pair is None or self.agrees)


@dataclass(frozen=True)
class Suggestion:
    """A position that the rule finds, with the rounds behind it, newest first."""

    position: Position
    rounds: tuple[Round, ...]

    @property
    def latest(self) -> Window:
        return self.rounds[0].window


@dataclass(frozen=True)
class Relaxed:
    """A position on the relaxed rhythm, and how its last window came out."""

    rhythm: RelaxedRhythm
    last: Round | None

    @property
    def fell_below(self) -> bool:
        return self.last is not None and not self.last.holds


@dataclass(frozen=True)
class Rhythms:
    suggestions: tuple[Suggestion, ...]
    relaxed: tuple[Relaxed, ...]


def rhythms(reach: Reach, access: Access) -> Rhythms:
    """Suggestions and relaxed positions, as far as this person may read the ratings behind them.

    A constant number of queries.
    """
    live = RelaxedRhythm.objects.reachable(reach).filter(ended_at=None)
    related = ("position__role", "position__school", "position__department", "since", "by")
    relaxed = {rhythm.position_id: rhythm for rhythm in live.select_related(*related)}
    rounds = _rounds(reach, access)
    stretches = {
        pk: stretch
        for pk, of_one in rounds.items()
        if pk not in relaxed and (stretch := _stable(of_one))
    }
    lasts = {pk: rounds[pk][0] for pk in relaxed if rounds.get(pk)}
    pairs = [r.pair for stretch in stretches.values() for r in stretch if r.pair]
    pairs += [last.pair for last in lasts.values() if last.pair]
    agreements = _agreements(reach, pairs)
    found = {pk: _with(stretch, agreements) for pk, stretch in stretches.items()}
    agreeing = {pk: rows for pk, rows in found.items() if all(row.holds for row in rows)}
    return Rhythms(
        _suggestions(reach, agreeing),
        tuple(
            Relaxed(rhythm, _with([lasts[pk]], agreements)[0] if pk in lasts else None)
            for pk, rhythm in relaxed.items()
        ),
    )


def _rounds(reach: Reach, access: Access) -> dict[int, list[Round]]:
    """By position, newest first: the closed windows in which its present holder was rated."""
    here = Assignment.objects.reachable(reach).in_force(reach.district.today())
    still_held = here.filter(position=OuterRef("position"), holder=OuterRef("holder"))
    closed = Window.objects.reachable(reach).closed_on(reach.district.today())
    known = Checklist.objects.reachable(reach).readable_by(access).current().submitted()
    forms = known.filter(Exists(still_held), window__in=closed.values("pk"))
    by_window: dict[Window, list[Checklist]] = {}
    newest_first = forms.order_by("-window__opens_on", "-window", "pk")
    for form in newest_first.prefetch_related("window"):
        by_window.setdefault(form.window, []).append(form)
    found: dict[int, list[Round]] = {}
    for window, rows in by_window.items():
        pairs = _pairs(rows)
        for position, form in standing(rows).items():
            found.setdefault(position, []).append(Round(window, form, pairs.get(position)))
    return found


def _pairs(forms: Iterable[Checklist]) -> dict[int, tuple[int, int]]:
    """By position: the self form and the observer's of one window, where both were blind."""
    kinds: dict[int, dict[str, int]] = {}
    for form in forms:
        if form.is_blind and form.rater_kind != RaterKind.AGREED:
            kinds.setdefault(form.position_id, {})[form.rater_kind] = form.pk
    return {
        position: (of_one[RaterKind.SELF], of_one[RaterKind.OBSERVER])
        for position, of_one in kinds.items()
        if len(of_one) > 1
    }


def _stable(rounds: list[Round]) -> list[Round]:
    """The rounds back to the third that two rated, if all are on track; else none."""
    stretch: list[Round] = []
    for each in rounds:
        if not each.is_on_track:
            return []
        stretch.append(each)
        if sum(row.pair is not None for row in stretch) == IN_A_ROW:
            return stretch
    return []


def _with(rounds: Iterable[Round], agreements: Mapping[int, int | None]) -> tuple[Round, ...]:
    return tuple(
        Round(r.window, r.form, r.pair, agreements[r.pair[0]] if r.pair else None) for r in rounds
    )


def _agreements(reach: Reach, pairs: Iterable[tuple[int, int]]) -> dict[int, int | None]:
    """The agreement in percent of each pair, by its self form. One query."""
    both = list(pairs)
    wanted = {form for pair in both for form in pair}
    ratings = Rating.objects.reachable(reach).filter(checklist__in=wanted).order_by()
    rows = ratings.values_list("checklist", "item", "value", "not_applicable")
    answers: dict[int, dict[int, Answer]] = {}
    for form, item, value, not_applicable in rows:
        # what an item counts for says nothing about whether two agree on it
        answers.setdefault(form, {})[item] = Answer(value, 1, False, not_applicable)  # noqa: FBT003
    return {own: _agreement(answers.get(own, {}), answers.get(other, {})) for own, other in both}


def _agreement(own: Mapping[int, Answer], other: Mapping[int, Answer]) -> int | None:
    items = own.keys() & other.keys()
    return scoring.agreement([own[item] for item in items], [other[item] for item in items]).percent


def _suggestions(reach: Reach, found: Mapping[int, tuple[Round, ...]]) -> tuple[Suggestion, ...]:
    """Those that nobody has answered since the last round that two rated."""
    answers = RelaxedRhythm.objects.reachable(reach).filter(position__in=found)
    answered: dict[int, list[Window]] = {}
    for rhythm in answers.select_related("since"):
        answered.setdefault(rhythm.position_id, []).append(rhythm.since)
    positions = Position.objects.reachable(reach).filter(pk__in=found)
    related = positions.select_related("role", "school", "department")
    in_order = related.order_by("role__order", "school__name", "pk")
    return tuple(
        Suggestion(position, found[position.pk])
        for position in in_order
        if not any(
            since.opens_on >= _last_pair(found[position.pk]).window.opens_on
            for since in answered.get(position.pk, ())
        )
    )


def _last_pair(rounds: tuple[Round, ...]) -> Round:
    return next(each for each in rounds if each.pair)
