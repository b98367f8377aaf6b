"""Which gaps a milestone was planned for, told on its own page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from roadmap.indicators import Aim, with_title
from roles.access import Access
from roles.capabilities import Capability
from selfassessment.models import GapMilestone


def aims(access: Access, milestone: int) -> Iterator[Aim]:
    """The gaps that it is a step of, newest first; none for who may not see the assessment."""
    steps = GapMilestone.objects.reachable(access.reach(Capability.ASSESSMENT_VIEW))
    found = steps.filter(milestone=milestone).select_related("gap").order_by("-gap")
    for gap in (step.gap for step in found):
        verb = "Closes" if gap.is_open else "Helped to close" if gap.closed_at else "Was for"
        path = reverse("selfassessment:gap", args=[access.district.slug, gap.pk])
        yield Aim(f"{verb} the gap in {with_title(gap.code)}", path)
