"""The roadmap's answer to what hangs on a position: its open milestones."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.urls import reverse

from roadmap.models import Milestone
from roles.access import Reach
from roles.open_work import OpenItem


class Milestones:
    kind = "Milestones"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """Open milestones owned by these positions, of any school year. One query."""
        found = Milestone.objects.reachable(reach).filter(owner__in=positions).open()
        rows = found.order_by("due_on", "pk").values_list("pk", "owner", "title", "due_on")
        for pk, owner, title, due_on in rows:
            yield OpenItem(
                position_id=owner,
                kind="Milestone",
                title=title,
                due_on=due_on,
                path=reverse("roadmap:detail", kwargs={"district": reach.district.slug, "pk": pk}),
            )

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """Milestones by the role of their owner, or the usual one where none owns it yet."""
        found = Milestone.objects.reachable(reach).order_by()
        by_role = found.annotate(role=Coalesce("owner__role", "usual_owner")).exclude(role=None)
        return dict(by_role.values("role").annotate(n=Count("pk")).values_list("role", "n"))
