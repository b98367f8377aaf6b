"""A supervisor's note of one visit at a school."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.access import Access
from roles.capabilities import Capability
from roles.models import School, User
from roles.scoping import DistrictOwned, ReachableQuerySet
from roles.wall import DistrictKey


class SchoolVisitQuerySet(ReachableQuerySet):
    def readable(self, access: Access) -> Self:
        """Their own, those of their schools, and all for who runs the program."""
        all_of_it = access.reach(Capability.ROADMAP_MANAGE)
        at_their_schools = access.reach(Capability.CHECKLIST_VIEW)
        mine = Q(by=access.user, district=access.district)
        return self.filter(mine | self.within(all_of_it) | self.within(at_their_schools))


class SchoolVisit(DistrictOwned):
    """What was seen on one day and what follows. About the program at a school, no person's rating:
    the school's leaders read it too.
    """

    school = DistrictKey(School, models.PROTECT, related_name="visits")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField("day")
    seen = models.CharField("what you saw", max_length=600)
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField("next visit", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SchoolVisitQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["district", "school", "-on"], name="visits_of_school")]
        constraints = [
            models.CheckConstraint(name="visit_says_what", condition=~Q(seen="")),
            models.CheckConstraint(
                name="next_visit_comes_later",
                condition=Q(next_on=None) | Q(next_on__gt=models.F("on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Visit of {self.on}"
