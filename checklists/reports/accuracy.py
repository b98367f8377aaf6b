"""How far the own rating and the observer's agree: of pairs that did not know of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from checklists import suppression
from checklists.models import Checklist, ChecklistItem, RaterKind, Rating, Window
from checklists.models.forms import ChecklistQuerySet
from checklists.reports.audience import Audience
from checklists.reports.groups import DEPARTMENTS
from checklists.statistics import Accuracy, Both, ItemGap, accuracy, item_gaps

BOTH = (RaterKind.SELF, RaterKind.OBSERVER)


@dataclass(frozen=True, slots=True)
class GroupAccuracy:
    """The pairs of one checklist. `found` is None where it may not be told.

    `items` are the items that differ, most often first; only for people who manage.
    """

    key: str
    title: str
    pairs: int
    found: Accuracy | None
    items: tuple[tuple[str, ItemGap], ...] = ()


@dataclass(frozen=True, slots=True)
class WindowAccuracy:
    """The agreement of one window: by checklist, and over all pairs if that may be told."""

    groups: tuple[GroupAccuracy, ...]
    whole: Accuracy | None
    shows_gaps: bool

    @property
    def hides(self) -> bool:
        return any(group.found is None for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Pair:
    key: str
    title: str
    holder: int
    own: int
    observer: int


def window_accuracy(window: Window, audience: Audience) -> WindowAccuracy:
    """The pairs of one window, as far as this person may know. At most 4 queries."""
    told = audience.told_of([window])
    pairs = _pairs(window, audience) if told else []
    items = _items(pairs, window, audience) if pairs else {}
    rated = _rated(pairs, items, audience) if pairs else {}
    by_key: dict[str, list[_Pair]] = {}
    for pair in pairs:
        by_key.setdefault(pair.key, []).append(pair)
    sizes = [
        suppression.Group(key, frozenset(pair.holder for pair in group))
        for key, group in by_key.items()
    ]
    known = audience.known_people(told).get(window.pk, frozenset())
    visible = frozenset(by_key) if audience.manages else suppression.shown(sizes, known)
    whole = visible if audience.manages else suppression.whole(sizes, known)
    return WindowAccuracy(
        tuple(
            _group(group, rated, items, audience, shown=key in visible)
            for key, group in by_key.items()
        ),
        _told([rated[p.own] for p in pairs if p.key in whole], audience) if whole else None,
        shows_gaps=audience.manages,
    )


def _group(
    pairs: Sequence[_Pair],
    rated: Mapping[int, list[Both]],
    items: Mapping[int, ChecklistItem],
    audience: Audience,
    *,
    shown: bool,
) -> GroupAccuracy:
    forms = [rated[pair.own] for pair in pairs]
    texts = {item.key: item.text for item in items.values()}
    gaps = item_gaps(forms) if audience.manages else []
    return GroupAccuracy(
        pairs[0].key,
        pairs[0].title,
        len(pairs),
        _told(forms, audience) if shown else None,
        tuple((texts[gap.item], gap) for gap in gaps if gap.differing),
    )


def _told(forms: Sequence[Sequence[Both]], audience: Audience) -> Accuracy:
    """Who rated higher is for people who manage: see rule 6 of checklists.suppression."""
    found = accuracy(forms)
    return found if audience.manages else replace(found, gap=None)


def _pairs(window: Window, audience: Audience) -> list[_Pair]:
    """Both submitted, neither having seen the other, about the same person."""
    forms = Checklist.objects.reachable(audience.reach).current().submitted()
    forms = forms.filter(window=window, is_blind=True)
    if audience.manages:
        forms = forms.readable_by(audience.access)
    other = _second(audience).filter(
        window=OuterRef("window"), position=OuterRef("position"), holder=OuterRef("holder")
    )
    rows = (
        forms.filter(Exists(other), rater_kind__in=BOTH)
        .order_by("position__role__order", "position__role__title", "position")
        .values_list(
            "position", "rater_kind", "pk", "holder", "template__key", "position__role__title",
            "template__role",
        )
    )  # fmt: skip
    found: dict[int, dict[str, tuple]] = {}
    for position, kind, *rest in rows:
        found.setdefault(position, {})[kind] = tuple(rest)
    return [
        _pair(both[RaterKind.SELF], both[RaterKind.OBSERVER])
        for both in found.values()
        if len(both) == 2 and both[RaterKind.SELF][1] == both[RaterKind.OBSERVER][1]
    ]


def _second(audience: Audience) -> ChecklistQuerySet:
    """The observers' forms that can be one of a pair."""
    forms = Checklist.objects.reachable(audience.reach).current().submitted()
    return forms.filter(rater_kind=RaterKind.OBSERVER, is_blind=True)


def _pair(own: tuple, observer: tuple) -> _Pair:
    pk, holder, key, title, role = own
    return _Pair(key, title if role else DEPARTMENTS, holder, pk, observer[0])


def _items(pairs: Sequence[_Pair], window: Window, audience: Audience) -> dict[int, ChecklistItem]:
    used = Checklist.objects.reachable(audience.reach).filter(window=window)
    items = ChecklistItem.objects.reachable(audience.reach)
    return {item.pk: item for item in items.filter(template__in=used.values("template"))}


def _rated(
    pairs: Sequence[_Pair], items: Mapping[int, ChecklistItem], audience: Audience
) -> dict[int, list[Both]]:
    """By the own form of a pair: its items as both rated them."""
    observer_of = {pair.own: pair.observer for pair in pairs}
    forms = [*observer_of, *observer_of.values()]
    rows = Rating.objects.reachable(audience.reach).given().filter(checklist__in=forms)
    values: dict[int, dict[int, int | None]] = {form: {} for form in forms}
    for form, item, value in rows.order_by().values_list("checklist", "item", "value"):
        values[form][item] = value
    return {
        own: [
            Both(items[item].key, value, values[observer][item], items[item].on_scale.max)
            for item, value in values[own].items()
            if item in values[observer]
        ]
        for own, observer in observer_of.items()
    }
