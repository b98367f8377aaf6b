"""What a token may read, in words that a district lead can choose by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from roles.access import EVERYWHERE, Access
from roles.capabilities import Capability
from roles.models import District, User


class Scope(models.TextChoices):
    """One part of the records. A token without a scope does not learn that its rows exist."""

    ORGANIZATION = "organization", "District, schools and school years"
    POSITIONS = "positions", "Positions and their assignments, without names"
    PEOPLE = "people", "Names and work e-mail of staff, and what people typed about progress"
    JOB_DESCRIPTIONS = "job-descriptions", "Published job descriptions"
    WINDOWS = "windows", "Checklist windows: how many forms are asked, begun and submitted"
    RESULTS = "results", "Checklist results of closed windows, in groups of three people or more"
    ROADMAP = "roadmap", "Milestones of the roadmap"
    ASSESSMENT = "assessment", "Indicators with the ratings of the team, and evidence added by hand"
    LEARNING = "learning", "Learning lines and sessions, with how many were there"


NEEDS: dict[Scope, Capability] = {
    Scope.ORGANIZATION: Capability.HOME_VIEW,
    Scope.POSITIONS: Capability.ROLES_VIEW,
    Scope.PEOPLE: Capability.PEOPLE_VIEW,
    Scope.JOB_DESCRIPTIONS: Capability.ROLES_VIEW,
    Scope.WINDOWS: Capability.CHECKLIST_VIEW,
    Scope.RESULTS: Capability.CHECKLIST_VIEW,
    Scope.ROADMAP: Capability.ROADMAP_VIEW,
    Scope.ASSESSMENT: Capability.ASSESSMENT_VIEW,
    Scope.LEARNING: Capability.ROADMAP_VIEW,
}
"""The right with which the rows of a scope are read. None of them changes anything."""

# Nobody in particular: no row is this reader's own, and none can name it as who did something.
NOBODY = User(pk=0, is_active=False)


@dataclass(frozen=True)
class Caller:
    """Another system that reads one district with a token."""

    token: int
    name: str
    district: District
    scopes: frozenset[str]

    @property
    def access(self) -> Access:
        return access_of(self.district, self.scopes)

    @property
    def sees_people(self) -> bool:
        return Scope.PEOPLE in self.scopes


def access_of(district: District, scopes: Iterable[str]) -> Access:
    """What these scopes let a system read: everywhere in the district, as nobody."""
    known = [Scope(name) for name in scopes if name in Scope.values]
    return Access(NOBODY, district, {NEEDS[scope]: EVERYWHERE for scope in known})
