"""The checklist library: shipped content, of which each district works on its own copies."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from checklists.models import ChecklistItem, ChecklistTemplate
from checklists.scales import library
from roles.models import District, Duty, LeadershipRole

ANY_DEPARTMENT = "DEPT_ANY"
DEFAULT_SCALE = "impl_0_2"


@transaction.atomic
def adopt_library(district: District) -> int:
    """Copy into a district the checklists it does not have yet, published; returns how many came.

    Needs the district's roles. Never touches a copy that is there: what a district edits, it
    keeps.
    """
    had = set(ChecklistTemplate.objects.filter(district=district).values_list("key", flat=True))
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=district)}
    wanted = [
        raw
        for raw in library()["checklists"]
        if raw["key"] not in had and (raw["role"] in roles or raw["role"] == ANY_DEPARTMENT)
    ]
    templates = [
        _template(district, raw, roles.get(raw["role"]), roles.get(raw["observer"]["role"]))
        for raw in wanted
    ]
    ChecklistTemplate.objects.bulk_create(templates)
    duties = {duty.key: duty for duty in Duty.objects.filter(district=district)}
    ChecklistItem.objects.bulk_create(
        _item(template, order, line, duties)
        for template, raw in zip(templates, wanted, strict=True)
        for order, line in enumerate(raw["items"], 1)
    )
    return len(templates)


def _template(
    district: District,
    raw: dict[str, Any],
    role: LeadershipRole | None,
    observer: LeadershipRole | None,
) -> ChecklistTemplate:
    return ChecklistTemplate(
        district=district,
        role=role,
        key=raw["key"],
        status=ChecklistTemplate.Status.PUBLISHED,
        title=raw["title"],
        self_frequency=raw["self_frequency"],
        minutes_to_complete=raw["minutes_to_complete"],
        observer_role=observer,
        observed_in=raw["observer"]["windows"],
        library_version=library()["version"],
    )


def _item(
    template: ChecklistTemplate, order: int, line: dict[str, Any], duties: dict[str, Duty]
) -> ChecklistItem:
    duty = duties.get(line["resp"] or "")
    return ChecklistItem(
        district_id=template.district_id,
        template=template,
        key=line["id"],
        text=line["text"],
        frequency=line["frequency"],
        evidence=line["evidence"],
        duty=duty,
        duty_text=duty.text if duty else "",
        critical=line.get("critical", False),
        scale=line.get("scale", DEFAULT_SCALE),
        order=order,
    )
