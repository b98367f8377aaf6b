"""Items that many of a leadership role rated low in a closed window: what to learn about.

The rule, of one item in one window: of the people whose rating of their position stands, three at
least, 30 % or more rated it low. Low is the lower half of the item's scale, its middle included.
"Not applicable" is an answer, and not a low one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from checklists.models import Action, Checklist, ChecklistItem, LearningTopic, Rating, Window
from checklists.models.forms import ChecklistQuerySet
from checklists.standing import standing_forms
from checklists.suppression import FEW
from roles.access import Reach
from roles.models import LeadershipRole

MANY = 30  # percent of the people of a role


@dataclass(frozen=True)
class Offer:
    """An item that `low` of `raters` people rated low; `topic` if it was taken up."""

    item: ChecklistItem
    low: int
    raters: int
    low_words: str  # of its scale: "Not in place, Partly in place"
    topic: LearningTopic | None
    actions: int

    @property
    def percent(self) -> int:
        return self.low * 100 // self.raters

    @property
    def role(self) -> LeadershipRole | None:
        return self.item.template.role

    @property
    def group(self) -> str:
        """Who was asked, as a sentence goes on: "7 of 18 at Site Tutoring Lead"."""
        return self.role.title if self.role else "Departments"


@dataclass(frozen=True)
class Offers:
    """What a window offers. `asked` checklists had results; `too_few` of them, by title, had under
    three people.
    """

    offers: tuple[Offer, ...]
    asked: int
    items: int
    too_few: tuple[str, ...]


def closed_windows(reach: Reach) -> list[Window]:
    """Newest first."""
    return list(Window.objects.reachable(reach).closed_on(reach.district.today()))


def low_words(item: ChecklistItem) -> str:
    scale = item.on_scale
    return ", ".join(point.label for point in scale.points if point.value * 2 <= scale.max)


def offers_of(window: Window, reach: Reach) -> Offers:
    """What the rule finds in a closed window. A constant number of queries."""
    forms = Checklist.objects.reachable(reach).filter(window=window)
    standing = standing_forms(forms).values("pk")
    in_standing = Checklist.objects.reachable(reach).filter(pk__in=standing).order_by()
    by_template = in_standing.values("template").annotate(n=Count("holder", distinct=True))
    people = dict(by_template.values_list("template", "n"))
    items = list(
        ChecklistItem.objects.reachable(reach)
        .filter(template__in=people)
        .select_related("template__role")
        .order_by("template__role__order", "template__key", "order")
    )
    low = _low_counts(items, in_standing, reach)
    found = [
        (item, low.get(item.pk, 0), people[item.template_id])
        for item in items
        if passes(low.get(item.pk, 0), people[item.template_id])
    ]
    few = {item.template.title for item in items if people[item.template_id] < FEW}
    offers = _with_what_was_made(found, window, reach)
    return Offers(tuple(offers), len(people), len(items), tuple(sorted(few)))


def passes(low: int, raters: int) -> bool:
    """The rule, on two numbers of people."""
    return raters >= FEW and low * 100 >= MANY * raters


def _low_counts(
    items: list[ChecklistItem], forms: ChecklistQuerySet, reach: Reach
) -> dict[int, int]:
    """How many people rated each item (primary key) low."""
    if not items:
        return {}
    by_limit: dict[int, list[int]] = {}
    for item in items:
        by_limit.setdefault(item.on_scale.max // 2, []).append(item.pk)
    is_low = Q()
    for limit, pks in by_limit.items():
        is_low |= Q(item__in=pks, value__lte=limit)
    ratings = (
        Rating.objects.reachable(reach).filter(is_low, checklist__in=forms.values("pk")).order_by()
    )
    counted = ratings.values("item").annotate(n=Count("checklist__holder", distinct=True))
    return dict(counted.values_list("item", "n"))


def _with_what_was_made(
    found: Iterable[tuple[ChecklistItem, int, int]], window: Window, reach: Reach
) -> list[Offer]:
    """The offers, the largest share first within each role."""
    topics = {t.item_id: t for t in topics_of(window, reach)}
    made = Action.objects.reachable(reach).filter(window=window, checklist=None).order_by()
    actions = dict(made.values("item").annotate(n=Count("pk")).values_list("item", "n"))
    offers = [
        Offer(item, low, raters, low_words(item), topics.get(item.pk), actions.get(item.pk, 0))
        for item, low, raters in found
    ]
    order = {offer.item.template_id: n for n, offer in reversed(list(enumerate(offers)))}
    return sorted(offers, key=lambda o: (order[o.item.template_id], -o.low / o.raters))


def topics_of(window: Window, reach: Reach) -> list[LearningTopic]:
    topics = LearningTopic.objects.reachable(reach).filter(window=window)
    return list(topics.select_related("role", "item", "by").order_by("role__order", "title"))
