"""What one person may do in one district, worked out once per request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from roles.capabilities import CATALOGUE, SUPPORT_READS, Capability

if TYPE_CHECKING:
    from roles.models import District, Membership, User


class Everywhere:
    """Stands for 'all schools in the district'."""

    def __contains__(self, school_id: object) -> bool:
        return True


EVERYWHERE: Final = Everywhere()
Schools = Everywhere | frozenset[int]


@dataclass(frozen=True)
class Reach:
    """One person using one capability: where does it get them?"""

    user: User
    district: District
    capability: Capability
    schools: Schools

    def __bool__(self) -> bool:
        return isinstance(self.schools, Everywhere) or bool(self.schools)

    def covers(self, school_id: int | None) -> bool:
        """Whether this reach extends to a school, or to the district itself (None)."""
        return isinstance(self.schools, Everywhere) or (
            school_id is not None and school_id in self.schools
        )


@dataclass(frozen=True)
class Access:
    """All reaches of one person in one district. `reads_only`: opening a page may note nothing."""

    user: User
    district: District
    schools: dict[Capability, Schools]
    reads_only: bool = False

    @classmethod
    def from_memberships(
        cls, user: User, district: District, memberships: Iterable[Membership]
    ) -> Access:
        everywhere: set[Capability] = set()
        by_school: dict[Capability, set[int]] = {}
        for membership in memberships:
            spec = CATALOGUE[membership.level]
            if spec.whole_district:
                everywhere |= spec.grants
            elif membership.school_id is not None:
                for capability in spec.grants:
                    by_school.setdefault(capability, set()).add(membership.school_id)
        schools: dict[Capability, Schools] = {
            capability: frozenset(ids) for capability, ids in by_school.items()
        }
        schools.update(dict.fromkeys(everywhere, EVERYWHERE))
        return cls(user, district, schools)

    @classmethod
    def for_support(cls, user: User, district: District) -> Access:
        """What an operator of the installation may do during a visit: read, in the whole district.

        That the visit is in force is looked up with each request; that nothing but reading goes on
        is seen to by the middleware and the database.
        """
        reads: dict[Capability, Schools] = dict.fromkeys(SUPPORT_READS, EVERYWHERE)
        return cls(user, district, reads, reads_only=True)

    def reach(self, capability: Capability) -> Reach:
        schools = self.schools.get(capability, frozenset())
        return Reach(self.user, self.district, capability, schools)
