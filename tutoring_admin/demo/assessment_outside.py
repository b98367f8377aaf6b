"""The demo's standards of its state, in two versions, and what two assessments at NSSA printed."""

from __future__ import annotations

import datetime as dt

from roles.access import Reach
from selfassessment.models import ImportedStandards, OfficialResult
from selfassessment.services import official, standards
from selfassessment.standards.checking import Content
from selfassessment.standards.reading import read
from tutoring_admin.demo.selfassessment import rating_reach
from tutoring_admin.demo.world import ONE_DAY, World

NAME, SOURCE = "State conditions for tutoring", "State education agency, 2026"
FIRST = """
elements:
  - {code: ST, title: State conditions for tutoring}
standards:
  - code: ST.a
    parent: ST
    title: Time for tutoring
    why: Tutoring that has no set time gives way to everything that has one.
  - {code: ST.b, parent: ST, title: People close to the tutors}
indicators:
  - code: ST.a.1
    standard: ST.a
    title: Tutoring stands in the schedule of every school
    plain_question: Does each school's schedule show when tutoring happens?
    why: What is in the schedule before the year begins is still there in February.
    anchors:
      1: Schools find time week by week.
      2: Most schools have tutoring in their schedule.
      3: All schools do, and lost sessions are made up within a month.
    evidence_types:
      - {label: Schedule of the school, required: true, max_age_months: 12}
  - code: ST.a.2
    standard: ST.a
    title: The calendar of testing leaves tutoring whole weeks
    plain_question: Are there weeks of tutoring between tests?
  - code: ST.b.1
    standard: ST.b
    title: Each school has a person who leads tutoring
    plain_question: Does everyone at the school know whom to ask about tutoring?
    why: A question that has no address is not asked twice.
    anchors: {1: At some schools., 2: At most schools., 3: "At all, with a deputy."}
    evidence_types:
      - {label: List of leads by school, max_age_months: 6}
    auto_check:
      - measure: filled
        axis: practised
        rung: 2
        enough: 80%
        roles: [SITE_LEAD]
        says: At least 80% of schools have a site tutoring lead
"""
SECOND = (
    FIRST.replace("the schedule of every school", "the master schedule of every school")
    .replace("within a month", "within two weeks")
    .replace("ST.a.2", "ST.a.3")
    .replace(
        "The calendar of testing leaves tutoring whole weeks",
        "Sessions lost to tests and trips are counted",
    )
    .replace(
        "Are there weeks of tutoring between tests?",
        "Can the program say how many sessions were lost, and why?",
    )
)
SPRING = {
    "audience": "lea",
    "taken_by": "Project manager",
    "clarity": "Two suggestions, report page 3",
    "development": "Three suggestions, report page 4",
    "overall": "Report of 11 pages",
    "note": "Write down who supervises site leads. Plan learning for principals, too.",
    "link": "",
}
FALL = {
    "audience": "lea",
    "taken_by": "Program lead with two principals",
    "clarity": "One suggestion, report page 3",
    "development": "Two suggestions, report page 4",
    "overall": "Report of 12 pages",
    "note": "Let every school leader use a checklist at least twice a year.",
    "link": "https://maple-valley.example/tutoring/nssa-report-fall",
}


def build(world: World) -> None:
    """Only in the larger district: the other one has just begun."""
    if world.district.slug != "maple-valley":
        return
    by = rating_reach(world)
    first = _take(FIRST, None, by)
    second = _take(SECOND, first.pk, by)
    _move_back(first, second, world)
    for says, days in ((SPRING, 190), (FALL, 24)):
        made = official.add({**says, "taken_on": world.today - days * ONE_DAY}, None, by=by)
        then = _moment(world, days - 2)
        OfficialResult.objects.filter(pk=made.pk).update(recorded_at=then)


def _take(text: str, instead_of: int | None, by: Reach) -> ImportedStandards:
    return standards.take(
        _content(text, by), name=NAME, source=SOURCE, instead_of=instead_of, by=by
    )


def _content(text: str, by: Reach) -> Content:
    came = read(text.encode(), "demo.yaml", standards.known_to(by, NAME))
    if came.content is None:
        raise ValueError(came.wrong)
    return came.content


def _move_back(first: ImportedStandards, second: ImportedStandards, world: World) -> None:
    """As if the state had issued them in the summer, and corrected them in the fall."""
    then, later = _moment(world, 120), _moment(world, 30)
    ImportedStandards.objects.filter(pk=first.pk).update(imported_at=then, replaced_at=later)
    ImportedStandards.objects.filter(pk=second.pk).update(imported_at=later)


def _moment(world: World, days: int) -> dt.datetime:
    day = world.today - days * ONE_DAY
    return dt.datetime.combine(day, dt.time(15), tzinfo=world.district.zone)
