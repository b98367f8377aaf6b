"""Which homes a person may have: from the roles they hold, and from what their access says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from roles.access import Access
from roles.capabilities import AccessLevel, Capability
from roles.models import HomeKind, Level

K, A = HomeKind, AccessLevel

OF_ROLE = {
    "EXEC_CHAMPION": K.EXECUTIVE,
    "SUPERINTENDENT": K.EXECUTIVE,
    "PROGRAM_LEAD": K.PROGRAM_LEAD,
    "PROJECT_MANAGER": K.PROJECT_MANAGER,
    "PROVIDER_MANAGER": K.PROJECT_MANAGER,
    "INSTR_SUPERVISOR": K.SUPERVISOR,
}
# Roles that a district added itself, and all that the library has more than one of.
OF_LEVEL = {
    Level.EXECUTIVE: K.EXECUTIVE,
    Level.ADMINISTRATIVE: K.PROGRAM_LEAD,
    Level.SITE: K.SITE,
    Level.COACHING: K.COACH,
    Level.DEPARTMENT: K.DEPARTMENT,
}
# An access level comes with one of these jobs. Whose roles name none of them has the first.
JOBS = {
    A.DISTRICT_LEAD: (K.PROJECT_MANAGER, K.PROGRAM_LEAD, K.EXECUTIVE),
    A.EXECUTIVE: (K.EXECUTIVE, K.PROGRAM_LEAD, K.PROJECT_MANAGER, K.SUPERVISOR),
    A.ADMINISTRATIVE_LEADER: (
        K.PROGRAM_LEAD, K.PROJECT_MANAGER, K.SUPERVISOR, K.EXECUTIVE, K.COACH,
    ),
    A.SITE_LEADER: (K.SITE, K.COACH),
    A.DEPARTMENT_PARTNER: (K.DEPARTMENT,),
    A.COACH: (K.COACH, K.SITE),
    A.AUDITOR: (K.AUDITOR,),
}  # fmt: skip
NEEDS = {
    K.PROJECT_MANAGER: Capability.DASHBOARD_VIEW,
    K.PROGRAM_LEAD: Capability.DASHBOARD_VIEW,
    K.EXECUTIVE: Capability.DASHBOARD_VIEW,
    K.SUPERVISOR: Capability.DASHBOARD_VIEW,
    K.SITE: Capability.CHECKLIST_WORK,
    K.COACH: Capability.CHECKLIST_WORK,
    K.DEPARTMENT: Capability.DEPARTMENT_WORK,
    K.AUDITOR: Capability.AUDIT_VIEW,
}


@dataclass(frozen=True)
class Held:
    """The role of a position that somebody holds."""

    key: str
    level: str


def kinds_of(access: Access, levels: Iterable[str], held: Iterable[Held]) -> tuple[HomeKind, ...]:
    """All homes of one person, in the order of `HomeKind`.

    A role names its home. An access level adds one only where no role held is of its kind: a
    district lead who is a principal has two hats, one who is the project manager has one.
    """
    of_roles = {kind for each in held if (kind := _of(each))}
    found = {kind for kind in of_roles if access.reach(NEEDS[kind])}
    for level in {AccessLevel(each) for each in levels}:
        if not found & set(JOBS[level]):
            found.add(JOBS[level][0])
    return tuple(kind for kind in HomeKind if kind in found)


def _of(held: Held) -> HomeKind | None:
    return OF_ROLE.get(held.key) or OF_LEVEL.get(Level(held.level))
