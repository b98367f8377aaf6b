"""The checklists' answer to what hangs on a position: its holder's forms not yet submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, Exists, F, OuterRef
from django.urls import reverse

from checklists.models import Checklist, Window
from roles.access import Reach
from roles.models import Assignment
from roles.open_work import OpenItem


class Checklists:
    kind = "Checklists"

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """Self forms of the windows open today, of who holds the positions now. One query.

        A form is its rater's: when they leave, it waits on nobody. The rater's own page opens for
        the rater alone, the window's for everyone else.
        """
        today = reach.district.today()
        still_there = Assignment.objects.in_force(today).filter(
            position=OuterRef("position"), holder=OuterRef("rater")
        )
        forms = (
            Checklist.objects.reachable(reach)
            .self_rated()
            .filter(
                Exists(still_there),
                position__in=positions,
                submitted_at=None,
                window__in=Window.objects.reachable(reach).open_on(today),
            )
        )
        for form in forms.select_related("window", "template"):
            mine = form.rater_id == reach.user.pk
            name = "checklists:fill" if mine else "checklists:window-detail"
            kwargs = {
                "district": reach.district.slug,
                "pk": form.pk if mine else form.window_id,
            }
            yield OpenItem(
                position_id=form.position_id,
                kind="Checklist",
                title=f"{form.template.title}, {form.window}",
                due_on=form.window.closes_on,
                path=reverse(name, kwargs=kwargs),
                after="Set aside when they leave. Who takes over gets a fresh checklist.",
            )

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """Forms of any window, submitted or not."""
        forms = Checklist.objects.reachable(reach).order_by()
        by_role = forms.annotate(role=F("position__role")).values("role")
        return dict(by_role.annotate(n=Count("pk")).values_list("role", "n"))
