"""A position of the demo that changed hands while a window was open."""

from __future__ import annotations

from roles.models import Assignment, Membership, User
from tutoring_admin.demo.world import ONE_DAY, World

CHANGED = ("SITE_LEAD", "Prairie Creek ES")
DAYS_AGO = 4


def build(world: World) -> None:
    """Before anyone acknowledges a job description: whoever came this week has read none."""
    if world.district.slug == "cedar-falls":
        return
    position = world.at(*CHANGED)
    last_day = world.today - DAYS_AGO * ONE_DAY
    nora = User.objects.create(
        email=f"nora.falk@{world.district.slug}.example",
        first_name="Nora",
        last_name="Falk",
        password="!",  # noqa: S106 -- a password nobody can type
    )
    now = Assignment.objects.get(position=position)
    began = now.starts_on
    now.starts_on = last_day + ONE_DAY
    now.save(update_fields=["starts_on"])
    Assignment.objects.create(
        district=world.district, position=position, holder=nora, starts_on=began, ends_on=last_day
    )
    Membership.objects.filter(user=nora).delete()
    world.predecessors[position.pk] = nora, last_day
