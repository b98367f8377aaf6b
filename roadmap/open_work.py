"""The roadmap's answer to what hangs on a position: milestones it owns or helps with."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from roadmap.models import OPEN, Contribution, Milestone
from roles.access import Reach
from roles.open_work import OpenItem


class Milestones:
    kind = "Milestones"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """Open milestones that these positions own or help with, of any school year. One query."""
        owned = Milestone.objects.reachable(reach).filter(owner__in=positions).open().order_by()
        helped = Contribution.objects.reachable(reach).filter(
            position__in=positions, milestone__state__in=OPEN
        )
        rows = owned.annotate(kind=Value("Milestone")).values_list(
            "pk", "owner", "title", "due_on", "kind"
        )
        others = helped.annotate(kind=Value("Milestone, helps")).values_list(
            "milestone", "position", "milestone__title", "milestone__due_on", "kind"
        )
        for pk, position, title, due_on, kind in rows.union(others.order_by(), all=True):
            yield OpenItem(
                position_id=position,
                kind=kind,
                title=title,
                due_on=due_on,
                path=reverse("roadmap:detail", kwargs={"district": reach.district.slug, "pk": pk}),
            )

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """Milestones by the role of their owner, or the usual one where none owns it yet."""
        found = Milestone.objects.reachable(reach).order_by()
        by_role = found.annotate(role=Coalesce("owner__role", "usual_owner")).exclude(role=None)
        return dict(by_role.values("role").annotate(n=Count("pk")).values_list("role", "n"))
