"""What kinds, changes and roles of a roster are called. Pure data."""

from __future__ import annotations

KINDS = {
    "org": "Schools and offices",
    "session": "School years and terms",
    "person": "People",
    "role": "Roles at schools",
}
CHANGES = (
    ("added", "Added"),
    ("changed", "Changed"),
    ("returned", "Back again"),
    ("ended", "Ended"),
    ("rejected", "Rejected"),
    ("same", "As before"),
)
ROLES = {
    "administrator": "Administrator",
    "aide": "Aide",
    "counselor": "Counselor",
    "districtAdministrator": "District administrator",
    "principal": "Principal",
    "proctor": "Proctor",
    "siteAdministrator": "Site administrator",
    "systemAdministrator": "System administrator",
    "teacher": "Teacher",
}
FIELDS = {
    "name": "Name",
    "type": "Kind",
    "identifier": "Number",
    "parent": "Belongs to",
    "title": "Title",
    "first_day": "First day",
    "last_day": "Last day",
    "school_year": "School year",
    "given_name": "First name",
    "family_name": "Last name",
    "preferred_given_name": "Preferred first name",
    "preferred_family_name": "Preferred last name",
    "email": "Email",
    "job_title": "Job title",
    "main_org": "Main school",
    "role": "Role",
    "role_type": "Kind of role",
    "begins": "From",
    "ends": "Until",
    "person": "Person",
    "org": "School",
}


def role_name(role: str) -> str:
    """A roster's role in words: "principal" and "ext:deanOfMath" (Dean of math)."""
    if role in ROLES:
        return ROLES[role]
    plain = role.removeprefix("ext:")
    spaced = "".join(f" {each.lower()}" if each.isupper() else each for each in plain).strip()
    return spaced[:1].upper() + spaced[1:]
