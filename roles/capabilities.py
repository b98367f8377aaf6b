"""Every right the product knows, and which access level holds it where."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Capability(StrEnum):
    """One thing the software lets a person do. Never a leadership role."""

    HOME_VIEW = "home.view"
    DASHBOARD_VIEW = "dashboard.view"
    ROLES_VIEW = "roles.view"
    ROLES_MANAGE = "roles.manage"
    JOB_DESCRIPTION_EDIT = "job_description.edit"
    JOB_DESCRIPTION_APPROVE = "job_description.approve"
    JOB_DESCRIPTION_PUBLISH = "job_description.publish"
    DEPARTMENT_WORK = "department.work"
    CHECKLIST_VIEW = "checklist.view"
    CHECKLIST_WORK = "checklist.work"
    CHECKLIST_MANAGE = "checklist.manage"
    ROADMAP_VIEW = "roadmap.view"
    ROADMAP_WORK = "roadmap.work"
    ROADMAP_MANAGE = "roadmap.manage"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_WORK = "assessment.work"
    ASSESSMENT_RATE = "assessment.rate"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    AUDIT_VIEW = "audit.view"
    DECISION_VIEW = "decision.view"
    DECISION_ASK = "decision.ask"
    DECISION_ANSWER = "decision.answer"
    PACKET_VIEW = "packet.view"
    PACKET_PUBLISH = "packet.publish"
    VISIT_WRITE = "visit.write"
    SYSTEMS_MANAGE = "systems.manage"


class AccessLevel(models.TextChoices):
    """What a person may do in the software, at a district or at a school."""

    DISTRICT_LEAD = "district_lead", "District lead"
    EXECUTIVE = "executive", "Executive"
    ADMINISTRATIVE_LEADER = "administrative_leader", "Administrative leader"
    SITE_LEADER = "site_leader", "Site leader"
    DEPARTMENT_PARTNER = "department_partner", "Department partner"
    COACH = "coach", "Coach"
    AUDITOR = "auditor", "Auditor (reads only)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSpec:
    """One access level: whether it spans the district, what it grants, and that in plain words."""

    key: AccessLevel
    whole_district: bool
    grants: frozenset[Capability]
    says: str


_C = Capability
_READS = frozenset({_C.HOME_VIEW, _C.ROLES_VIEW, _C.ROADMAP_VIEW})
_OWN_WORK = frozenset({_C.CHECKLIST_WORK, _C.ROADMAP_WORK, _C.ASSESSMENT_WORK})

CATALOGUE: dict[str, LevelSpec] = {
    spec.key.value: spec
    for spec in (
        LevelSpec(
            key=AccessLevel.DISTRICT_LEAD,
            whole_district=True,
            grants=frozenset(Capability),
            says="Runs the program: everything in this district.",
        ),
        LevelSpec(
            key=AccessLevel.EXECUTIVE,
            whole_district=True,
            grants=_READS
            | _OWN_WORK
            | {
                _C.DASHBOARD_VIEW,
                _C.CHECKLIST_VIEW,
                _C.ASSESSMENT_VIEW,
                _C.JOB_DESCRIPTION_APPROVE,
                _C.PEOPLE_VIEW,
                _C.DECISION_VIEW,
                _C.DECISION_ANSWER,
                _C.PACKET_VIEW,
                _C.VISIT_WRITE,
            },
            says="Sees how the program stands, and does their own checklist and milestones.",
        ),
        LevelSpec(
            key=AccessLevel.ADMINISTRATIVE_LEADER,
            whole_district=True,
            grants=_READS
            | _OWN_WORK
            | {
                _C.DASHBOARD_VIEW,
                _C.CHECKLIST_VIEW,
                _C.ASSESSMENT_VIEW,
                _C.JOB_DESCRIPTION_EDIT,
                _C.JOB_DESCRIPTION_APPROVE,
                _C.PEOPLE_VIEW,
                _C.DECISION_VIEW,
                _C.DECISION_ASK,
                _C.PACKET_VIEW,
                _C.VISIT_WRITE,
            },
            says="Works on roles and milestones, and sees progress across schools.",
        ),
        LevelSpec(
            key=AccessLevel.SITE_LEADER,
            whole_district=False,
            grants=_READS | _OWN_WORK | {_C.CHECKLIST_VIEW, _C.PEOPLE_VIEW},
            says="Works for one school: its checklists, people and milestones.",
        ),
        LevelSpec(
            key=AccessLevel.DEPARTMENT_PARTNER,
            whole_district=True,
            grants=_READS
            | _OWN_WORK
            | {
                _C.JOB_DESCRIPTION_EDIT,
                _C.JOB_DESCRIPTION_APPROVE,
                _C.DEPARTMENT_WORK,
                _C.DECISION_VIEW,
            },
            says="Answers for one department: what it owes, and the wording of job descriptions.",
        ),
        LevelSpec(
            key=AccessLevel.COACH,
            whole_district=False,
            grants=_READS | _OWN_WORK,
            says="Coaches tutors at a school: own checklist and milestones.",
        ),
        LevelSpec(
            key=AccessLevel.AUDITOR,
            whole_district=True,
            grants=_READS
            | {
                _C.DASHBOARD_VIEW,
                _C.CHECKLIST_VIEW,
                _C.ASSESSMENT_VIEW,
                _C.PEOPLE_VIEW,
                _C.AUDIT_VIEW,
                _C.DECISION_VIEW,
                _C.PACKET_VIEW,
            },
            says="Reads plans, roles, evidence and the audit trail. Changes nothing.",
        ),
    )
}

SUPPORT_READS: frozenset[Capability] = CATALOGUE[AccessLevel.AUDITOR].grants
"""What an operator of the installation may do while a district lets them look: nothing but read."""
