"""What capabilities and audit verbs are called on screen. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roles.capabilities import Capability

CAN: dict[Capability, str] = {
    Capability.HOME_VIEW: "Open the start page",
    Capability.DASHBOARD_VIEW: "See how the whole program stands",
    Capability.ROLES_VIEW: "See roles, positions and job descriptions",
    Capability.JOB_DESCRIPTION_EDIT: "Edit job descriptions",
    Capability.JOB_DESCRIPTION_PUBLISH: "Publish job descriptions",
    Capability.CHECKLIST_VIEW: "See checklists of others",
    Capability.CHECKLIST_WORK: "Do own checklists",
    Capability.CHECKLIST_MANAGE: "Open and close checklist windows",
    Capability.ROADMAP_VIEW: "See the roadmap",
    Capability.ROADMAP_WORK: "Work on own milestones",
    Capability.ROADMAP_MANAGE: "Change the roadmap",
    Capability.ASSESSMENT_VIEW: "See the self-assessment",
    Capability.ASSESSMENT_RATE: "Rate the self-assessment",
    Capability.PEOPLE_VIEW: "See who has access",
    Capability.PEOPLE_MANAGE: "Invite people, change and end access",
    Capability.AUDIT_VIEW: "Read the audit trail",
}

# A sentence goes on where the person's name ends. A word in braces comes from the event's detail.
DID: dict[str, str] = {
    "person.invited": "invited {email} as {level}, {place}",
    "invitation.resent": "sent the invitation to {email} again",
    "invitation.revoked": "took back the invitation to {email}",
    "invitation.accepted": "accepted the invitation as {level}, {place}",
    "access.changed": "changed the access of {person} to {level}, {place}",
    "access.ended": "ended the access of {person} as {level}, {place}",
}


class _Told(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(verb: str, detail: Mapping[str, Any]) -> str:
    """What was done, in plain words. A verb without a sentence is read out as it is written."""
    known = DID.get(verb)
    if known is None:
        return _read_out(verb)
    return known.format_map(_Told(detail))


def short(verb: str) -> str:
    """The verb alone, for a list to choose from: "person.invited" is "Person: invited"."""
    return _read_out(verb)


def _read_out(verb: str) -> str:
    thing, _, done = verb.partition(".")
    return f"{thing.replace('_', ' ').capitalize()}: {done.replace('_', ' ')}"
