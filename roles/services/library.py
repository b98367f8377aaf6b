"""The role library: shipped content, of which each district works on its own copies."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from roles.models import Duty, LeadershipRole
from roles.models.places import Department, District

EDITION = "2026.1"
FOLDER = Path(__file__).resolve().parents[1] / "library"


@cache
def content(edition: str = EDITION) -> dict[str, Any]:
    """The library as shipped: {"version": …, "roles": [{key, title, responsibilities, …}]}."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text())
    return loaded


@transaction.atomic
def adopt(district: District) -> int:
    """Copy into a district what it does not have yet; returns how many roles came.

    Never touches a copy that is there: what a district edits, it keeps.
    """
    had = set(LeadershipRole.objects.filter(district=district).values_list("key", flat=True))
    templates = [role for role in content()["roles"] if role["key"] not in had]
    roles = {role["key"]: _copy(district, role) for role in templates}
    LeadershipRole.objects.bulk_create(roles.values())
    _tie_reports(district, templates)
    Duty.objects.bulk_create(
        Duty(district=district, role=roles[t["key"]], key=line["id"], text=line["text"], order=n)
        for t in templates
        for n, line in enumerate(t["responsibilities"], 1)
    )
    return len(roles)


def _copy(district: District, template: dict[str, Any]) -> LeadershipRole:
    order = [role["key"] for role in content()["roles"]].index(template["key"])
    return LeadershipRole(
        district=district,
        key=template["key"],
        title=template["title"],
        level=template["level"],
        approaches=template["approaches"],
        indicator=template["indicator"],
        typical_holder=template["typical_holder"],
        time_hint=template["fte_hint"],
        required=template["qualifications"]["required"],
        preferred=template["qualifications"]["preferred"],
        by_approach=template["by_approach"],
        order=order,
        library_version=content()["version"],
    )


def _tie_reports(district: District, templates: list[dict[str, Any]]) -> None:
    by_key = {role.key: role for role in LeadershipRole.objects.filter(district=district)}
    tied = []
    for template in templates:
        role = by_key[template["key"]]
        role.reports_to = by_key.get(template["reports_to"] or "")
        tied.append(role)
    LeadershipRole.objects.bulk_update(tied, ["reports_to"])


def department_name(role_key: str) -> str:
    """What a department is called whose partner holds this role: DEPT_HR is "Human Resources"."""
    return {
        "DEPT_TECH": "Technology and Data Systems",
        "DEPT_DATA": "Data and Assessment",
        "DEPT_HR": "Human Resources",
        "DEPT_LEGAL": "Legal and Privacy",
        "DEPT_FIN": "Finance and Federal Programs",
        "DEPT_CURR": "Curriculum and Student Services",
    }[role_key]


def adopt_departments(district: District) -> dict[str, Department]:
    """The six partner departments of a district, by the key of the role that speaks for each."""
    keys = [role["key"] for role in content()["roles"] if role["level"] == "department"]
    Department.objects.bulk_create(
        [Department(district=district, key=key.lower(), name=department_name(key)) for key in keys],
        ignore_conflicts=True,
    )
    rows = {d.key: d for d in Department.objects.filter(district=district)}
    return {key: rows[key.lower()] for key in keys}
