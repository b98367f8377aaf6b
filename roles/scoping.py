"""Rows that lie in a district, perhaps in one school of it, and who may see them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from roles.access import Everywhere, Reach


class ReachableQuerySet(models.QuerySet):
    """Say how to get from a row to its school; get `.reachable()` for it.

    A row whose school is null, or a model with no school at all (`school_path` None), belongs to
    the whole district. People who hold a capability only at some schools see such rows if
    `district_rows_are_shared`.
    """

    school_path: ClassVar[str | None] = "school"
    district_rows_are_shared: ClassVar[bool] = False

    def reachable(self, reach: Reach) -> Self:
        """The rows this reach gets to; none at all, shared ones neither, if it gets nowhere."""
        return self.filter(self.within(reach)) if reach else self.none()

    @classmethod
    def within(cls, reach: Reach) -> Q:
        """The same as a condition on a row, to stand among others: a subquery over a whole
        district costs as much as the district is large.
        """
        inside, nothing = Q(district=reach.district), Q(pk__in=[])
        if not reach:
            return nothing
        if isinstance(reach.schools, Everywhere):
            return inside
        if cls.school_path is None:
            return inside if cls.district_rows_are_shared else nothing
        mine = Q(**{f"{cls.school_path}__in": reach.schools})
        if cls.district_rows_are_shared:
            mine |= Q(**{f"{cls.school_path}__isnull": True})
        return inside & mine


class SharedQuerySet(ReachableQuerySet):
    """Rows of the whole district that everyone with the capability may see."""

    school_path: ClassVar[str | None] = None
    district_rows_are_shared = True


class DistrictOnlyQuerySet(ReachableQuerySet):
    """Rows of the whole district that only district-wide reach may see."""

    school_path = None


class DistrictOwned(models.Model):
    """A row that belongs to a district: the wall stands on this column."""

    district = models.ForeignKey("roles.District", models.PROTECT, related_name="+")

    class Meta:
        abstract = True
