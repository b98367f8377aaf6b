"""That something changed in a district's records: written by the database itself."""

from django.db import models
from django.utils import timezone

from roles.scoping import DistrictOwned, SharedQuerySet


class Change(DistrictOwned):
    """One statement changed rows of one table of one district (`roles.stamping` has the triggers).

    What was computed from a table is good for as long as no row about it is added here. `part` is
    the key of what the rows belong to, where the table is noted in parts: forms by their window.
    """

    # Emptying tables adds rows here, the last one for a district that is gone: no constraint.
    district = models.ForeignKey(
        "roles.District", models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    table = models.CharField(max_length=63, default="")
    part = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.table} of {self.district_id} at {self.at}"
