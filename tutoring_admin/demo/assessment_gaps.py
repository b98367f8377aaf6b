"""The gaps of the demo's self-assessment: one closed, one ready to re-rate, others on their way."""

from __future__ import annotations

import datetime as dt

from roadmap.models import Milestone, State
from roles.capabilities import Capability
from selfassessment.models import Gap, GapMilestone
from selfassessment.services import gaps
from tutoring_admin.demo.world import ONE_DAY, World

CAUSES = {
    "6b.1": ("The text waits for HR, and nobody owns the last step.", "PROGRAM_LEAD"),
    "6b.2": ("Outlines were never asked for when people took on the work.", "PROGRAM_LEAD"),
    "6b.3": ("Each coach settles caseload and visits alone with the school.", "COACH_LEAD"),
    "6c.1": ("Learning was left to the provider; nobody plans it for leaders.", "COACH_LEAD"),
    "6c.2": ("There was nothing agreed to rate against.", "PROJECT_MANAGER"),
}
PLANNED = {"6b.2": ("M24",), "6c.1": ("M41", "M26"), "6c.2": ("M35", "M43")}


def explained(world: World) -> None:
    """After the first round: each gap has its cause and owner, and 6b.1 is worked on."""
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.ASSESSMENT_RATE)
    for gap in Gap.objects.filter(district=world.district).open():
        cause, role = CAUSES[gap.code]
        gaps.explain(gap, cause, world.at(role), gap.target, by=by)
    _worked_off(
        world, "6b.1", "Program lead's job description published and acknowledged",
        "Version in force with nine responsibilities, acknowledged by Marcus Ofori.",
        on=world.today - 52 * ONE_DAY,
    )  # fmt: skip


def in_work(world: World) -> None:
    """After the second: what the roadmap does about them, and 6b.3 ready to be rated again."""
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.ASSESSMENT_RATE)
    open_now = {gap.code: gap for gap in Gap.objects.filter(district=world.district).open()}
    by_key = {m.key: m for m in Milestone.objects.filter(district=world.district) if m.key}
    for code, keys in PLANNED.items():
        milestone = next((by_key[k] for k in keys if k in by_key and by_key[k].is_open), None)
        if code in open_now and milestone:
            gaps.plan(open_now[code], milestone, by=by)
    _worked_off(
        world, "6b.3", "Caseload and rhythm of visits agreed with each coach",
        "Signed list of nine coaches: tutors, schools, one observation every two weeks.",
        on=world.today - 6 * ONE_DAY,
    )  # fmt: skip


def _worked_off(world: World, code: str, title: str, proof: str, *, on: dt.date) -> None:
    """A milestone of the district's own for a gap, done on a day in the past."""
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.ASSESSMENT_RATE)
    gap = Gap.objects.filter(district=world.district, code=code).open().get()
    milestone = gaps.new_milestone(gap, {"title": title, "due_on": on + 4 * ONE_DAY}, by=by)
    at = dt.datetime.combine(on, dt.time(11, 20), tzinfo=world.district.zone)
    Milestone.objects.filter(pk=milestone.pk).update(
        state=State.DONE, starts_on=on - 21 * ONE_DAY, done_on=on, done_at=at, done_by=by.user,
        proof_text=proof,
    )  # fmt: skip
    GapMilestone.objects.filter(gap=gap, milestone=milestone).update(added_at=at - 21 * ONE_DAY)
