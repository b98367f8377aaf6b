"""Actions of meetings as work that hangs on a position."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, F
from django.urls import reverse

from roadmap.models import MeetingAction
from roles.access import Reach
from roles.open_work import OpenItem


class MeetingActions:
    kind = "Actions of meetings"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """Open actions that these positions own. One query."""
        found = MeetingAction.objects.reachable(reach).open().filter(owner__in=positions)
        rows = found.order_by("due_on", "pk").values_list("pk", "owner", "text", "due_on")
        for pk, owner, text, due_on in rows:
            kwargs = {"district": reach.district.slug, "pk": pk}
            yield OpenItem(
                position_id=owner,
                kind="Action of a meeting",
                title=text,
                due_on=due_on,
                path=reverse("roadmap:meeting-action", kwargs=kwargs),
            )

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """Actions of any age by the role of their owner."""
        found = MeetingAction.objects.reachable(reach).exclude(owner=None).order_by()
        by_role = found.annotate(role=F("owner__role")).values("role")
        return dict(by_role.annotate(n=Count("pk")).values_list("role", "n"))
