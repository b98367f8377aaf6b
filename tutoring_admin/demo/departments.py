"""The demo's partner departments: what each is asked for, in every state of an answer; and who has
not read their job description, since when.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from roles.models import (
    Acknowledgement,
    Assignment,
    Department,
    DepartmentNeed,
    JobDescriptionVersion,
    User,
)
from roles.schooltime import next_school_day
from roles.services import reminding
from tutoring_admin.demo.world import ONE_DAY, World

Answer = DepartmentNeed.Answer
# Who has not read began only lately: the last one of a role, so many days ago.
NEWCOMERS = {"TUTOR_COACH": 12, "PRINCIPAL": 3}
READ_THE_OLD_ONE = "site@maple-valley.example"


@dataclass(frozen=True)
class Ask:
    """One need: due so many days from today, asked and answered so many days ago."""

    text: str
    due: int
    asked: int
    answer: str = Answer.ASKED
    answered: int = 0
    note: str = ""


MAPLE: dict[str, tuple[Ask, ...]] = {
    "DEPT_HR": (
        Ask("Background checks of the 14 tutors who start in January, with proof on file", 13, 4),
        Ask("Tutor coach position posted, with classification and pay", 24, 4),
        Ask("Stipend and extra-duty terms for tutoring after school", 40, 30, Answer.AGREED, 26),
    ),
    "DEPT_TECH": (
        Ask("Sign-in and school lists connected before launch", -60, 110, Answer.DELIVERED, 64),
        Ask("Devices and accounts for the second tutoring room", 9, 22, Answer.AGREED, 20),
    ),
    "DEPT_DATA": (
        Ask(
            "Quarterly results with attendance and groups broken out",
            28,
            18,
            Answer.DECLINED,
            11,
            "Attendance by group is not in the export before February. Totals by school we can"
            " give each quarter.",
        ),
        Ask("Rule by which schools select students for tutoring", -45, 95, Answer.DELIVERED, 50),
    ),
    "DEPT_LEGAL": (
        Ask("Review of the provider's data agreement, with deletion terms", 20, 15),
        Ask("Retention schedule for program files", 75, 15),
    ),
    "DEPT_FIN": (
        Ask("Budget with each source and its end date", -80, 120, Answer.DELIVERED, 85),
        Ask("Spend against plan, first quarter", -9, 50, Answer.AGREED, 47),
    ),
    "DEPT_CURR": (
        Ask("Tutoring materials approved for grades 3 to 5", -70, 115, Answer.DELIVERED, 72),
        Ask("Content for the January tutor training", 30, 25, Answer.AGREED, 21),
    ),
}
CEDAR = {"DEPT_HR": (Ask("Tutor positions posted, with classification and pay", 19, 2),)}


def build(world: World) -> None:
    """Needs and answers; acknowledgements of the version before."""
    asks = CEDAR if world.district.slug == "cedar-falls" else MAPLE
    departments = {d.key: d for d in Department.objects.filter(district=world.district)}
    DepartmentNeed.objects.bulk_create(
        _need(world, departments[role.lower()], role, each)
        for role, found in asks.items()
        for each in found
    )
    _read_the_old_ones(world)
    _let_some_begin_lately(world)


def _need(world: World, department: Department, role: str, ask: Ask) -> DepartmentNeed:
    answered = ask.answer != Answer.ASKED
    due = world.today + ask.due * ONE_DAY
    closed = [(closure.first_day, closure.last_day) for closure in world.closures]
    return DepartmentNeed(
        district=world.district,
        department=department,
        text=ask.text,
        due_on=next_school_day(due, closed) if ask.due > 0 else due,
        asked_by=world.holder("PROJECT_MANAGER"),
        asked_at=_at(world, ask.asked),
        answer=ask.answer,
        answered_by=world.holder(role) if answered else None,
        answered_at=_at(world, ask.answered) if answered else None,
        note=ask.note,
    )


def _at(world: World, days_ago: int) -> dt.datetime:
    """Mid-morning of a day, in the district."""
    morning = dt.time(9, 40, tzinfo=world.district.zone)
    return dt.datetime.combine(world.today - days_ago * ONE_DAY, morning)


def _read_the_old_ones(world: World) -> None:
    """Who holds a role now read the version before when they began; one has not read on."""
    superseded = JobDescriptionVersion.objects.filter(
        district=world.district, status=JobDescriptionVersion.Status.SUPERSEDED
    ).select_related("job_description")
    reader = User.objects.filter(email=READ_THE_OLD_ONE).first()
    for version in superseded:
        held = Assignment.objects.filter(position__role=version.job_description.role_id)
        Acknowledgement.objects.bulk_create(
            Acknowledgement(
                district=world.district,
                version=version,
                assignment=assignment,
                at=dt.datetime.combine(
                    assignment.starts_on + 6 * ONE_DAY, dt.time(15), tzinfo=world.district.zone
                ),
            )
            for assignment in held.in_force(world.today)
        )
    if reader:
        published = JobDescriptionVersion.objects.filter(district=world.district).published()
        Acknowledgement.objects.filter(
            version__in=published, assignment__holder=reader, district=world.district
        ).delete()


def _let_some_begin_lately(world: World) -> None:
    everyone = Assignment.objects.filter(district=world.district)
    unread = reminding.unread(everyone, world.district, world.today)
    for role, days in NEWCOMERS.items():
        newcomer = unread.filter(position__role__key=role).order_by("pk").last()
        if newcomer:
            everyone.filter(pk=newcomer.pk).update(starts_on=world.today - days * ONE_DAY)
