"""The demo's comings and goings: someone who left, someone who will, and the packs they leave."""

from __future__ import annotations

import datetime as dt

from roadmap.models import Milestone, Phase, State
from roles.capabilities import Capability
from roles.models import Assignment, HandoverPack, OwedStatus, User
from roles.services.leaving import Ending, end_assignment
from tutoring_admin.demo.world import ONE_DAY, World

LEFT_AT, LEAVES_AT, TROUBLE_AT = "Northside ES", "Lincoln ES", "Summit MS"


def build(world: World) -> None:
    """After roadmap: one of its milestones is on a position that nobody holds any more."""
    if world.district.slug == "cedar-falls":
        return
    _left(world)
    _leaves(world)
    _pack(world, _term(world, "TUTOR_COACH", TROUBLE_AT), failed=True)


def _left(world: World) -> None:
    """The site lead who left twelve days ago: the principal answers for the milestone now."""
    position = world.at("SITE_LEAD", LEFT_AT)
    vera = User.objects.create(
        email=f"vera.lindholm@{world.district.slug}.example",
        first_name="Vera",
        last_name="Lindholm",
        password="!",  # noqa: S106 -- a password nobody can type
    )
    term = Assignment.objects.create(
        district=world.district,
        position=position,
        holder=vera,
        starts_on=position.opened_on,
        ends_on=max(world.today - 12 * ONE_DAY, position.opened_on),
    )
    _pack(world, term)
    Milestone.objects.create(
        district=world.district,
        school_year=world.year,
        phase=Phase.objects.get(school_year=world.year, key="P5"),
        school=world.schools[LEFT_AT],
        owner=position,
        title="Winter session calendar agreed with teachers at Northside",
        proof_hint="Signed calendar",
        hand_dated=True,
        starts_on=world.today - 20 * ONE_DAY,
        due_on=world.today + 9 * ONE_DAY,
        state=State.IN_PROGRESS,
    )


def _leaves(world: World) -> None:
    """The site lead who leaves in two weeks, and the teacher liaison who will step in."""
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.ROLES_MANAGE)
    term = _term(world, "SITE_LEAD", LEAVES_AT)
    last_day = world.today + dt.timedelta(days=16)
    end_assignment(term, Ending(last_day, world.holder("TEACHER_LIAISON", LEAVES_AT)), by=by)
    _pack(world, term)


def _term(world: World, key: str, school: str) -> Assignment:
    """The assignment in force at a position of the demo."""
    terms = Assignment.objects.in_force(world.today).select_related("holder", "position__role")
    return terms.get(position=world.at(key, school))


def _pack(world: World, term: Assignment, *, failed: bool = False) -> None:
    """A pack that the first worker makes; or one that could not be made, to try again."""
    HandoverPack.objects.create(
        district=world.district,
        key=f"handover:{term.pk}:1",
        assignment=term,
        asked_by=world.holder("PROJECT_MANAGER"),
        status=OwedStatus.FAILED if failed else OwedStatus.WAITING,
        last_error="The server could not set pages or store the file." if failed else "",
    )
