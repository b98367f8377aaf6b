"""The demo's gaps that are none, a seat that was closed, and someone who starts soon."""

from __future__ import annotations

from roles.capabilities import Capability
from roles.models import Assignment, LeadershipRole, User
from roles.services import positions
from tutoring_admin.demo.world import ONE_WEEK, World

# Role key, school and why it does without.
SPARED = (
    (
        "TEACHER_LIAISON",
        "Harbor View ES",
        "Two classes only; the site lead sees both teachers daily.",
    ),
    ("TEACHER_LIAISON", "Westbrook K-8", "The principal keeps this contact herself this year."),
    ("TEACHER_LIAISON", "Oak Ridge ES", "Tutoring starts in January; decide then."),
    ("TUTOR_COACH", "Willow Park ES", "The coach of Riverbend MS comes on Tuesdays and Thursdays."),
    ("TUTOR_COACH", "Lincoln ES", "The provider brings its own coach."),
    ("TUTOR_COACH", "Harbor View ES", "The provider brings its own coach."),
    ("TUTOR_COACH", "Northside ES", "The provider brings its own coach."),
    (
        "TUTOR_COACH",
        "Dr. Rosa Ybarra Dual Language Academy",
        "The dual language office does this here.",
    ),
)
CLOSED_AT = "Summit MS"


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        return
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.ROLES_MANAGE)
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=world.district)}
    for key, school, reason in SPARED:
        positions.mark_not_needed(roles[key], world.schools[school], reason, by=by)
    _close_one(world, roles["TEACHER_LIAISON"])
    _starts_soon(world)


def _close_one(world: World, role: LeadershipRole) -> None:
    """A liaison's seat that nobody ever took, closed three weeks ago."""
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.ROLES_MANAGE)
    opened = positions.open_at_schools(
        role, [world.schools[CLOSED_AT]], opened_on=world.today - 9 * ONE_WEEK, by=by
    )
    positions.close(opened.positions[0], closed_on=world.today - 3 * ONE_WEEK, by=by)


def _starts_soon(world: World) -> None:
    """The partner for legal questions is found and starts in two weeks."""
    partner = User.objects.create(
        email=f"amara.osei@{world.district.slug}.example",
        first_name="Amara",
        last_name="Osei",
        password="!",  # noqa: S106 -- a password nobody can type
    )
    Assignment.objects.create(
        district=world.district,
        position=world.at("DEPT_LEGAL"),
        holder=partner,
        starts_on=world.today + 2 * ONE_WEEK,
    )
