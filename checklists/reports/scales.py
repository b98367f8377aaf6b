"""The scales a district made, and which checklists use them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from checklists.models import ChecklistItem, RatingScale
from checklists.scales import Scale, scale_from
from roles.access import Reach


@dataclass(frozen=True)
class ScaleInUse:
    """One scale; `used_by` are titles of published checklists, `drafts` of drafts only."""

    row: RatingScale
    used_by: tuple[str, ...]
    drafts: tuple[str, ...]

    @property
    def scale(self) -> Scale:
        return scale_from(self.row.key, self.row.words)


def scales_with_use(reach: Reach) -> list[ScaleInUse]:
    """All of the district's scales, those still offered first. Two queries."""
    rows = (
        ChecklistItem.objects.reachable(reach)
        .filter(own_scale__isnull=False)
        .order_by("template__title")
        .values_list("scale", "template__title", "template__status")
        .distinct()
    )
    used: dict[tuple[str, bool], dict[str, None]] = defaultdict(dict)
    for key, title, status in rows:
        used[key, status == "draft"][title] = None
    scales = list(RatingScale.objects.reachable(reach))
    scales.sort(key=lambda scale: scale.retired_at is not None)
    return [
        ScaleInUse(scale, tuple(used[scale.key, False]), tuple(used[scale.key, True]))
        for scale in scales
    ]
