"""Open decisions as work that hangs on a position: of who decides, and of who asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, F
from django.urls import reverse

from roadmap.models import DecisionRequest, DecisionState
from roles.access import Reach
from roles.models import Assignment
from roles.open_work import OpenItem

ASKED = "Decision asked for"
AFTER = "It stays with who asked; whoever runs the roadmap can reply or withdraw it."


class Decisions:
    kind = "Decisions"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """Open decisions that these positions are to answer, and those that their holders of today
        asked for. Three queries.
        """
        open_ones = DecisionRequest.objects.reachable(reach).open()
        fields = ("pk", "question", "due_on", "state")
        for pk, question, due_on, state, decider in open_ones.filter(
            decider__in=positions
        ).values_list(*fields, "decider"):
            kind = "Decision" if state == DecisionState.WAITING else "Decision, asked back"
            yield OpenItem(decider, kind, question, due_on, _path(reach, pk))
        holders = Assignment.objects.reachable(reach).filter(position__in=positions)
        seats: dict[int, int] = {}
        for holder, position in holders.in_force(reach.district.today()).values_list(
            "holder", "position"
        ):
            seats.setdefault(holder, position)
        rows = open_ones.filter(asked_by__in=seats).values_list(*fields, "asked_by")
        for pk, question, due_on, _, asker in rows:
            yield OpenItem(seats[asker], ASKED, question, due_on, _path(reach, pk), after=AFTER)

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """Decisions of any age by the role that is asked."""
        found = DecisionRequest.objects.reachable(reach).order_by()
        by_role = found.annotate(role=F("decider__role")).values("role")
        return dict(by_role.annotate(n=Count("pk")).values_list("role", "n"))


def _path(reach: Reach, pk: int) -> str:
    return reverse("roadmap:decision", kwargs={"district": reach.district.slug, "pk": pk})
