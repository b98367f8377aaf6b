"""School by item for one checklist: each cell is one person's rating, so for managers only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.expressions import Window as Over

from checklists.models import Checklist, ChecklistItem, RaterKind, Rating, Window
from checklists.reports.audience import Audience
from checklists.scales import Scale
from checklists.sheets import BANDS
from checklists.standing import KINDS
from roles.models import Position

PER_PAGE = 40
LOW_PER_PAGE = 50
NOT_RATED = "\u2013"
NOT_APPLICABLE = "N/A"


@dataclass(frozen=True, slots=True)
class Cell:
    """The level as printed, its tone ("lv2" best, "lv0" lowest), and the levels in the windows
    before, oldest first. `change` is "up", "down" or "" against the last of these.
    """

    level: str
    tone: str
    before: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Row:
    """One position: its place, the form whose ratings stand, and a cell for each item."""

    position: Position
    place: str
    form: int | None
    score: int | None
    band: tuple[str, str] | None
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """One page of the table. `windows` are those compared, the shown one last."""

    items: tuple[ChecklistItem, ...]
    windows: tuple[Window, ...]
    rows: tuple[Row, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PER_PAGE + 1


@dataclass(frozen=True, slots=True)
class LowRating:
    """One rating in the lower half of its scale."""

    form: int
    place: str
    item: ChecklistItem
    value: int
    label: str
    kind: str

    @property
    def is_lowest(self) -> bool:
        return self.value == 0


def heat(windows: Sequence[Window], key: str, audience: Audience, page: int) -> Heat:
    """The checklist `key` in the last of the windows, beside those before. 6 queries."""
    shown = windows[-1]
    asked = Checklist.objects.reachable(audience.reach).self_rated()
    asked_in_it = asked.filter(window=shown, template__key=key)
    positions = _positions(asked_in_it, audience, page)
    forms = _forms(windows, positions, audience)
    templates = {form["template"] for form in forms.values()}
    items = list(
        ChecklistItem.objects.reachable(audience.reach)
        .filter(template__in=templates)
        .order_by("template__number", "order")
    )
    values = _values(forms, items, audience)
    columns = _columns(items, forms.values(), shown)
    rows = (_row(position, forms, values, columns, windows) for position in positions)
    return Heat(tuple(columns), tuple(windows), tuple(rows), asked_in_it.count(), page)


def _positions(asked: QuerySet, audience: Audience, page: int) -> list[Position]:
    """The positions of one page of the forms, by school. 2 queries: the district is sorted by
    what it is sorted by alone.
    """
    ordered = asked.order_by(
        F("school__name").asc(nulls_first=True),
        "position__role__order",
        "position__seat",
        "position_id",
    ).values_list("position_id", flat=True)
    shown = list(ordered[(page - 1) * PER_PAGE : page * PER_PAGE])
    positions = Position.objects.reachable(audience.reach).filter(pk__in=shown)
    by_pk = {
        each.pk: each
        for each in positions.select_related("school", "department", "role").order_by()
    }
    return [by_pk[pk] for pk in shown if pk in by_pk]


def _forms(
    windows: Sequence[Window], positions: Iterable[Position], audience: Audience
) -> dict[tuple[int, int], dict]:
    """By window and position: the form that stands, of those this person may read."""
    standing = audience.standing(windows).filter(position__in=[p.pk for p in positions])
    rows = standing.values("pk", "window", "position", "template", "rater_kind", "score", "band")
    return {(row["window"], row["position"]): dict(row) for row in rows}


def _values(
    forms: Mapping[tuple[int, int], dict], items: Sequence[ChecklistItem], audience: Audience
) -> dict[int, dict[str, tuple[str, str]]]:
    """By form and item key: the level as printed and its tone."""
    known = {item.pk: (item.key, item.on_scale) for item in items}
    found: dict[int, dict[str, tuple[str, str]]] = {form["pk"]: {} for form in forms.values()}
    rows = Rating.objects.reachable(audience.reach).given().filter(checklist__in=list(found))
    for form, item, value in rows.order_by().values_list("checklist", "item", "value"):
        key, scale = known[item]
        found[form][key] = (NOT_APPLICABLE, "lvna") if value is None else _level(value, scale)
    return found


def _level(value: int, scale: Scale) -> tuple[str, str]:
    """A figure; a scale of two short answers has its words: "Yes", "No"."""
    words = {point.value: point.label for point in scale.points}
    in_words = scale.max == 1 and max(map(len, words.values())) <= len(NOT_APPLICABLE)
    tone = "lv2" if value == scale.max else "lv0" if value == 0 else "lv1"
    return words[value] if in_words else str(value), tone


def _columns(
    items: Sequence[ChecklistItem], forms: Iterable[dict], shown: Window
) -> list[ChecklistItem]:
    """The items of the newest version that was rated in the shown window, else of any."""
    in_window = {form["template"] for form in forms if form["window"] == shown.pk}
    wanted = in_window or {item.template_id for item in items}
    newest = max((i.template_id for i in items if i.template_id in wanted), default=None)
    return [item for item in items if item.template_id == newest]


def _row(
    position: Position,
    forms: Mapping[tuple[int, int], dict],
    values: Mapping[int, Mapping[str, tuple[str, str]]],
    columns: Sequence[ChecklistItem],
    windows: Sequence[Window],
) -> Row:
    found = [forms.get((window.pk, position.pk)) for window in windows]
    rated = [values[form["pk"]] if form else {} for form in found]
    form = found[-1]
    return Row(
        position,
        _place(position),
        form["pk"] if form else None,
        form["score"] if form else None,
        BANDS.get(form["band"]) if form else None,
        KINDS[RaterKind(form["rater_kind"])] if form else "",
        tuple(_cell([each.get(item.key) for each in rated]) for item in columns),
    )


def _place(position: Position) -> str:
    place = position.place[:1].upper() + position.place[1:]
    return f"{place}, seat {position.seat}" if position.seat > 1 else place


def _cell(levels: Sequence[tuple[str, str] | None]) -> Cell:
    level, tone = levels[-1] or (NOT_RATED, "lvx")
    before = tuple(each[0] if each else NOT_RATED for each in levels[:-1])
    return Cell(level, tone, before, _change(levels[-2], levels[-1]) if before else "")


def _change(old: tuple[str, str] | None, new: tuple[str, str] | None) -> str:
    """Within a middle tone, figures decide."""
    if not old or not new or "lvna" in (old[1], new[1]) or old == new:
        return ""
    return "up" if (new[1], new[0]) > (old[1], old[0]) else "down"


def low_ratings(
    window: Window, key: str, audience: Audience, page: int
) -> tuple[list[LowRating], int]:
    """The ratings in the lower half of their scale, lowest first, and how many there are.

    3 queries; a page of `LOW_PER_PAGE` of them.
    """
    standing = audience.standing([window]).filter(template__key=key)
    used = standing.order_by().distinct().values("template")
    items = {
        item.pk: item
        for item in ChecklistItem.objects.reachable(audience.reach).filter(template__in=used)
    }
    is_low = Q(pk__in=[])
    for item in items.values():
        is_low |= Q(item=item, value__lte=item.on_scale.max // 2)
    rows = (
        Rating.objects.reachable(audience.reach)
        .filter(is_low, checklist__in=standing.values("pk"))
        .annotate(of_all=Over(Count("pk"), output_field=IntegerField()))
        .select_related("checklist__position__school", "checklist__position__department")
        .order_by("value", "checklist__school__name", "checklist__position", "item__order")
    )
    shown = list(rows[(page - 1) * LOW_PER_PAGE : page * LOW_PER_PAGE])
    found = [_low_rating(rating, items[rating.item_id]) for rating in shown]
    return found, getattr(shown[0], "of_all", 0) if shown else 0


def _low_rating(rating: Rating, item: ChecklistItem) -> LowRating:
    form, value = rating.checklist, rating.value or 0
    label = item.on_scale.label_of(value)
    kind = KINDS[RaterKind(form.rater_kind)]
    return LowRating(form.pk, _place(form.position), item, value, label, kind)
