"""Open decisions as work that hangs on a position: of who decides, and of who asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, F, Q
from django.urls import reverse

from roadmap.models import DecisionRequest, DecisionState
from roles.access import Reach
from roles.models import Assignment
from roles.open_work import OpenItem

DECIDES, ASKED_BACK = "Decision", "Decision, asked back"
ASKED = "Decision asked for"
AFTER = "It stays with who asked; whoever runs the roadmap can reply or withdraw it."


class Decisions:
    kind = "Decisions"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """Open decisions that these positions are to answer, and those that their holders of today
        asked for. Two queries.
        """
        here = Assignment.objects.reachable(reach).filter(position__in=positions)
        held = here.in_force(reach.district.today()).values_list("holder", "position")
        seats: dict[int, int] = {}
        for holder, position in held:
            seats.setdefault(holder, position)
        mine = Q(decider__in=positions) | Q(asked_by__in=seats)
        for each in DecisionRequest.objects.reachable(reach).open().filter(mine):
            path = _path(reach, each.pk)
            words = (each.question, each.due_on, path)
            if each.decider_id in positions:
                waits = each.state == DecisionState.WAITING
                yield OpenItem(each.decider_id, DECIDES if waits else ASKED_BACK, *words)
            if each.asked_by_id in seats:
                yield OpenItem(seats[each.asked_by_id], ASKED, *words, after=AFTER)

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """Decisions of any age by the role that is asked."""
        found = DecisionRequest.objects.reachable(reach).order_by()
        by_role = found.annotate(role=F("decider__role")).values("role")
        return dict(by_role.annotate(n=Count("pk")).values_list("role", "n"))


def _path(reach: Reach, pk: int) -> str:
    return reverse("roadmap:decision", kwargs={"district": reach.district.slug, "pk": pk})
