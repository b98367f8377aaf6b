"""The role library: shipped content, of which each district works on its own copies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from roles.models import Duty, Involvement, LeadershipRole, WorkArea
from roles.models.places import Department, District

EDITION = "2026.1"
FOLDER = Path(__file__).resolve().parents[1] / "library"
PROVIDER = "PROVIDER"


@cache
def content(edition: str = EDITION) -> dict[str, Any]:
    """The library as shipped: {"version": …, "roles": [{key, title, responsibilities, …}],
    "work_areas": [{key, name, involved: {approach: {role key or PROVIDER: part}}}]}.
    """
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text())
    return loaded


def wording(template: dict[str, Any]) -> dict[str, Any]:
    """What the library says of a role, by the names of a copy's fields; duties as [key, text].

    This is what a copy keeps as its `template`.
    """
    return {
        "title": template["title"],
        "level": template["level"],
        "approaches": template["approaches"],
        "reports_to": template["reports_to"] or "",
        "typical_holder": template["typical_holder"],
        "time_hint": template["fte_hint"],
        "seats": template["seats"],
        "required": template["qualifications"]["required"],
        "preferred": template["qualifications"]["preferred"],
        "by_approach": template["by_approach"],
        "duties": [[line["id"], line["text"]] for line in template["responsibilities"]],
    }


def newest() -> dict[str, dict[str, Any]]:
    """The wording of every role in the newest edition, by its key, in the library's order."""
    return {role["key"]: wording(role) for role in content()["roles"]}


@transaction.atomic
def adopt(district: District, only: Collection[str] | None = None) -> int:
    """Copy into a district what it does not have yet; returns how many roles came.

    `only` names the role keys that may come. Never touches a copy that is there: what a district
    edits, it keeps.
    """
    had = set(LeadershipRole.objects.filter(district=district).values_list("key", flat=True))
    templates = [
        role
        for role in content()["roles"]
        if role["key"] not in had and (only is None or role["key"] in only)
    ]
    roles = {role["key"]: _copy(district, role) for role in templates}
    LeadershipRole.objects.bulk_create(roles.values())
    _tie_reports(district, templates)
    Duty.objects.bulk_create(
        Duty(district=district, role=roles[t["key"]], key=line["id"], text=line["text"], order=n)
        for t in templates
        for n, line in enumerate(t["responsibilities"], 1)
    )
    if had:
        _involve(district, set(roles), WorkArea.objects.filter(district=district))
    else:
        adopt_areas(district)
    return len(roles)


def _copy(district: District, template: dict[str, Any]) -> LeadershipRole:
    order = [role["key"] for role in content()["roles"]].index(template["key"])
    said = wording(template)
    copied = {name: said[name] for name in said if name not in ("reports_to", "duties")}
    return LeadershipRole(
        district=district,
        key=template["key"],
        indicator=template["indicator"],
        order=order,
        library_version=content()["version"],
        template=said,
        **copied,
    )


def _tie_reports(district: District, templates: list[dict[str, Any]]) -> None:
    by_key = {role.key: role for role in LeadershipRole.objects.filter(district=district)}
    tied = []
    for template in templates:
        role = by_key[template["key"]]
        role.reports_to = by_key.get(template["reports_to"] or "")
        tied.append(role)
    LeadershipRole.objects.bulk_update(tied, ["reports_to"])


def adopt_areas(district: District) -> int:
    """Copy the library's areas of work, and who leads them, into a district that has none.

    Returns how many areas came.
    """
    if WorkArea.objects.filter(district=district).exists():
        return 0
    areas = WorkArea.objects.bulk_create(
        WorkArea(district=district, key=area["key"], name=area["name"], order=n)
        for n, area in enumerate(content()["work_areas"], 1)
    )
    keys = LeadershipRole.objects.filter(district=district).values_list("key", flat=True)
    _involve(district, {*keys, PROVIDER}, areas)
    return len(areas)


def _involve(district: District, parties: Collection[str], areas: Collection[WorkArea]) -> None:
    """Give these parties what the library says they do in areas that come from the library."""
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=district)}
    by_key = {area.key: area for area in areas}
    Involvement.objects.bulk_create(
        [
            Involvement(
                district=district,
                area=by_key[area_key],
                role=None if party == PROVIDER else roles[party],
                approach=approach,
                part=part,
            )
            for area_key, approach, party, part in _starting_values()
            if area_key in by_key and party in parties
        ],
        ignore_conflicts=True,
    )


def _starting_values() -> Iterator[tuple[str, str, str, str]]:
    """The library's matrix as (area key, approach, role key or PROVIDER, part)."""
    for area in content()["work_areas"]:
        for approach, parts in area["involved"].items():
            for party, part in parts.items():
                yield area["key"], approach, party, part


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
