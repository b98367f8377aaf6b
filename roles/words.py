"""What capabilities and audit verbs are called on screen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from roles.capabilities import Capability
from roles.deeds import DID
from roles.schooltime import year_name

CAN: dict[Capability, str] = {
    Capability.HOME_VIEW: "Open the start page",
    Capability.DASHBOARD_VIEW: "See how the whole program stands",
    Capability.ROLES_VIEW: "See roles, positions and job descriptions",
    Capability.ROLES_MANAGE: "Change roles, positions, departments and who leads what",
    Capability.JOB_DESCRIPTION_EDIT: "Edit job descriptions",
    Capability.JOB_DESCRIPTION_APPROVE: "Approve job descriptions on their route",
    Capability.DEPARTMENT_WORK: "Answer what a department is asked for",
    Capability.JOB_DESCRIPTION_PUBLISH: "Publish job descriptions",
    Capability.CHECKLIST_VIEW: "See checklists of others",
    Capability.CHECKLIST_WORK: "Do own checklists",
    Capability.CHECKLIST_MANAGE: "Open and close checklist windows",
    Capability.ROADMAP_VIEW: "See the roadmap",
    Capability.ROADMAP_WORK: "Work on own milestones",
    Capability.ROADMAP_MANAGE: "Change the roadmap",
    Capability.ASSESSMENT_VIEW: "See the self-assessment",
    Capability.ASSESSMENT_WORK: "Take part in a round of the self-assessment",
    Capability.ASSESSMENT_RATE: "Rate the self-assessment",
    Capability.PEOPLE_VIEW: "See who has access",
    Capability.PEOPLE_MANAGE: "Invite people, change and end access",
    Capability.AUDIT_VIEW: "Read the audit trail",
    Capability.DECISION_VIEW: "See decisions that are asked for, and their answers",
    Capability.DECISION_ASK: "Ask for a decision",
    Capability.DECISION_ANSWER: "Decide what their position is asked",
    Capability.PACKET_VIEW: "Read packets for the board and for funders",
    Capability.PACKET_PUBLISH: "Publish packets and make guest addresses",
    Capability.VISIT_WRITE: "Note visits at schools",
    Capability.SYSTEMS_MANAGE: "Connect other systems, and let support look",
}


ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
YEAR_LABEL = re.compile(r"\d{4}-\d\d")


class _Told(dict[str, Any]):
    """An event's detail, with days and school years as people write them."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, str) and ISO_DAY.fullmatch(value):
            day = dt.date.fromisoformat(value)
            return f"{day:%b} {day.day}, {day.year}"
        if isinstance(value, str) and YEAR_LABEL.fullmatch(value):
            return year_name(value)
        return value

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(verb: str, detail: Mapping[str, Any]) -> str:
    """What was done, in plain words. A verb without a sentence is read out as it is written."""
    known = DID.get(verb)
    return short(verb) if known is None else known.format_map(_Told(detail))


def short(verb: str) -> str:
    """The verb alone, for a list to choose from: "person.invited" is "Person: invited"."""
    thing, _, done = verb.partition(".")
    return f"{thing.replace('_', ' ').capitalize()}: {done.replace('_', ' ')}"
