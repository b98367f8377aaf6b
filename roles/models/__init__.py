from roles.models.audit import AuditEvent
from roles.models.jobs import (
    Acknowledgement,
    JobDescription,
    JobDescriptionVersion,
    Rendering,
    Responsibility,
)
from roles.models.leadership import Assignment, Duty, LeadershipRole, Level, Position
from roles.models.letters import Letter
from roles.models.owed import OwedStatus
from roles.models.people import Invitation, Membership, User
from roles.models.places import Approach, Closure, Department, District, School, SchoolYear

__all__ = [
    "Acknowledgement",
    "Approach",
    "Assignment",
    "AuditEvent",
    "Closure",
    "Department",
    "District",
    "Duty",
    "Invitation",
    "JobDescription",
    "JobDescriptionVersion",
    "LeadershipRole",
    "Letter",
    "Level",
    "Membership",
    "OwedStatus",
    "Position",
    "Rendering",
    "Responsibility",
    "School",
    "SchoolYear",
    "User",
]
