"""The demo's roles between two editions of the library, and a role matrix with gaps in it."""

from __future__ import annotations

from typing import Any

from roles.models import Duty, Involvement, LeadershipRole, WorkArea
from tutoring_admin.demo.world import World

EARLIER = "2025.2"
Part = Involvement.Part


def build(world: World) -> None:
    """Maple Valley adopted some roles a year ago and edited two; its matrix has loose ends.

    Cedar Falls has everything as the library brought it.
    """
    if world.district.slug != "maple-valley":
        return
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=world.district)}
    _adopted_earlier(roles["PROJECT_MANAGER"], duties={"PM5": "Collect program data each month."})
    _adopted_earlier(
        roles["SITE_LEAD"],
        duties={"SL3": "Check attendance each month and follow up on absences."},
        edited={"SL3": "Check attendance every Friday and call home after two absences."},
        lacks=("SL8",),
    )
    _adopted_earlier(roles["COACH_LEAD"], fields={"time_hint": "0.5 for up to 6 coaches"})
    _edited_here(roles["PRINCIPAL"])
    _loosen(world, roles)


def _adopted_earlier(
    role: LeadershipRole,
    *,
    duties: dict[str, str] | None = None,
    fields: dict[str, Any] | None = None,
    edited: dict[str, str] | None = None,
    lacks: tuple[str, ...] = (),
) -> None:
    """Put a copy back to an earlier wording; `edited` is what the district made of duties."""
    duties, fields, edited = duties or {}, fields or {}, edited or {}
    said = [
        [key, duties.get(key, text)] for key, text in role.template["duties"] if key not in lacks
    ]
    role.template = {**role.template, **fields, "duties": said}
    role.library_version = EARLIER
    for name, value in fields.items():
        setattr(role, name, value)
    role.save()
    Duty.objects.filter(role=role, key__in=lacks).delete()
    for key, text in (duties | edited).items():
        Duty.objects.filter(role=role, key=key).update(text=text)


def _edited_here(role: LeadershipRole) -> None:
    """An edit on which the library has nothing new: it is not asked about."""
    role.time_hint = "1 hour a week"
    role.save(update_fields=["time_hint"])


def _loosen(world: World, roles: dict[str, LeadershipRole]) -> None:
    """One area without a lead, one with two, one led from a vacant seat."""
    own = WorkArea.objects.create(
        district=world.district, key="families", name="Telling families", order=13
    )
    areas = {area.key: area for area in WorkArea.objects.filter(district=world.district)}
    for area, role, part in (
        (own, "SITE_LEAD", Part.SHARES),
        (own, "PRINCIPAL", Part.SUPPORTS),
        (areas["attendance"], "PROJECT_MANAGER", Part.LEADS),
        (areas["coaching"], "COACH_LEAD", Part.INFORMED),
        (areas["materials"], "TEACHER_LIAISON", Part.SUPPORTS),
    ):
        Involvement.objects.update_or_create(
            district=world.district,
            area=area,
            role=roles[role],
            approach=world.district.approach,
            defaults={"part": part},
        )
