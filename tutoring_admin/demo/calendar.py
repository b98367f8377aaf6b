"""A day of the demo district's own in its calendar, and what counts from it in school days."""

from __future__ import annotations

from roadmap.models import Anchor, AnchorKind, Milestone, Phase, Unit
from roadmap.scheduling import resolve
from roles.schooltime import Span
from tutoring_admin.demo.roadmap import is_heard_today
from tutoring_admin.demo.world import ONE_DAY, World

WEEKS_BEFORE_THE_END = 6
LABEL = "State testing opens"
# title, proof, owner, and school days from the day: begin and due
COUNTED = (
    ("Tutoring in the test weeks agreed with principals", "Agreed page in the folder",
     "INSTR_SUPERVISOR", -25, -15),
    ("Families told which sessions pause", "Message as sent", "PROJECT_MANAGER", -12, -5),
)  # fmt: skip


def build(world: World) -> None:
    """Only in the district that has run for months, and only what is still ahead there."""
    if world.district.slug == "cedar-falls":
        return
    closures: list[Span] = [(c.first_day, c.last_day) for c in world.closures]
    day = world.year.last_student_day - WEEKS_BEFORE_THE_END * 7 * ONE_DAY
    day -= day.weekday() * ONE_DAY
    anchor = Anchor.objects.create(
        district=world.district,
        school_year=world.year,
        kind=AnchorKind.OWN,
        label=LABEL,
        on=day,
    )
    phase = Phase.objects.get(school_year=world.year, key="P5")
    for title, proof, role, start, due in COUNTED:
        starts_on, due_on = (resolve(day, n, Unit.SCHOOL_DAYS, closures) for n in (start, due))
        if due_on < world.today or is_heard_today(due_on, world):
            continue  # nobody is mailed on the day that the demo is made
        Milestone.objects.create(
            district=world.district,
            school_year=world.year,
            phase=phase,
            title=title,
            proof_hint=proof,
            owner=world.at(role),
            anchor=anchor,
            unit=Unit.SCHOOL_DAYS,
            start_offset=start,
            due_offset=due,
            starts_on=starts_on,
            due_on=due_on,
        )
