from roles.models.audit import AuditEvent, AuditSeal
from roles.models.changes import Change
from roles.models.departments import DepartmentNeed
from roles.models.files import Archive, HandoverPack, MadeFile
from roles.models.homes import HomeKind, HomePlace
from roles.models.jobs import (
    Acknowledgement,
    JobDescription,
    JobDescriptionVersion,
    Rendering,
    Responsibility,
)
from roles.models.leadership import (
    Assignment,
    Duty,
    LeadershipRole,
    Level,
    NotNeeded,
    Position,
)
from roles.models.letters import Letter, LetterKind
from roles.models.matrix import Involvement, WorkArea
from roles.models.moving import Certificate, DistrictRemoval
from roles.models.notices import (
    Audience,
    CalendarChange,
    FeedToken,
    LadderRung,
    MailPreference,
    Notice,
    NoticeStatus,
    Pace,
    Snooze,
)
from roles.models.owed import OwedStatus
from roles.models.people import Invitation, Membership, User
from roles.models.places import Approach, Closure, Department, District, School, SchoolYear
from roles.models.privacy import PersonRemoval
from roles.models.retention import RetentionKind, RetentionRule
from roles.models.reviews import Approval, Review, RouteStep
from roles.models.roster_sources import RosterPull, RosterSource
from roles.models.rosters import (
    ExternalId,
    RosterEntry,
    RosterFinding,
    RosterImport,
    RosterKind,
    RosterLine,
)
from roles.models.signon import (
    SignOnAssertion,
    SignOnKind,
    SignOnLink,
    SignOnProvider,
    SignOnSpare,
)
from roles.models.support import SupportVisit
from roles.models.tokens import ApiToken, Trace
from roles.models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookKind

__all__ = [
    "Acknowledgement",
    "ApiToken",
    "Approach",
    "Approval",
    "Archive",
    "Assignment",
    "Audience",
    "AuditEvent",
    "AuditSeal",
    "CalendarChange",
    "Certificate",
    "Change",
    "Closure",
    "Department",
    "DepartmentNeed",
    "District",
    "DistrictRemoval",
    "Duty",
    "ExternalId",
    "FeedToken",
    "HandoverPack",
    "HomeKind",
    "HomePlace",
    "Invitation",
    "Involvement",
    "JobDescription",
    "JobDescriptionVersion",
    "LadderRung",
    "LeadershipRole",
    "Letter",
    "LetterKind",
    "Level",
    "MadeFile",
    "MailPreference",
    "Membership",
    "NotNeeded",
    "Notice",
    "NoticeStatus",
    "OwedStatus",
    "Pace",
    "PersonRemoval",
    "Position",
    "Rendering",
    "Responsibility",
    "RetentionKind",
    "RetentionRule",
    "Review",
    "RosterEntry",
    "RosterFinding",
    "RosterImport",
    "RosterKind",
    "RosterLine",
    "RosterPull",
    "RosterSource",
    "RouteStep",
    "School",
    "SchoolYear",
    "SignOnAssertion",
    "SignOnKind",
    "SignOnLink",
    "SignOnProvider",
    "SignOnSpare",
    "Snooze",
    "SupportVisit",
    "Trace",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookKind",
    "WorkArea",
]
