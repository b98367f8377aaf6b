"""The demo's job descriptions, in every state a reader can meet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from roles.merging import Line
from roles.models import (
    Acknowledgement,
    Assignment,
    JobDescription,
    JobDescriptionVersion,
    LeadershipRole,
    Rendering,
)
from roles.services import acknowledging, drafts
from tutoring_admin.demo import reviews
from tutoring_admin.demo.world import World

Status = JobDescriptionVersion.Status


@dataclass(frozen=True)
class Story:
    """How far one job description is: its states by version, and who acknowledged (share)."""

    states: tuple[str, ...]
    days_ago: int = 90
    acknowledged: float = 1.0


MAPLE = {
    "EXEC_CHAMPION": Story(("published",), 100),
    "SUPERINTENDENT": Story(("published",), 96),
    "PROGRAM_LEAD": Story(("superseded", "published"), 88),
    "PROJECT_MANAGER": Story(("superseded", "published"), 75),
    "INSTR_SUPERVISOR": Story(("published",), 71, 0.5),
    "PRINCIPAL": Story(("published",), 80, 0.8),
    "SITE_LEAD": Story(("superseded", "published", "in_review"), 78, 0.9),
    "COACH_LEAD": Story(("published", "draft"), 60),
    "TUTOR_COACH": Story(("published",), 55, 0.7),
    "DEPT_HR": Story(("published",), 40),
    "DEPT_TECH": Story(("in_review",), 9),
    "PROVIDER_MANAGER": Story(("draft",), 6),
}
CEDAR = {
    "PROGRAM_LEAD": Story(("in_review",), 4),
    "PROJECT_MANAGER": Story(("draft",), 3),
    "EXEC_CHAMPION": Story(("published",), 10, 0),
}
SUMMARIES = {
    "PROJECT_MANAGER": "The project manager makes the plan happen: one list of milestones, one"
    " person who knows what is late, and departments that deliver before schools need it.",
    "PROGRAM_LEAD": "The program lead answers for what students get: the design, the people who"
    " run it, and whether schools carry it out as written.",
    "SITE_LEAD": "The site lead makes tutoring happen every day at one school: the right students,"
    " in the right room, with a tutor who is expected and known.",
    "EXEC_CHAMPION": "The champion speaks for tutoring in the cabinet, keeps the money and the"
    " schedule safe, and removes what the project manager cannot.",
}
# Days on top of those of the story, by state; what is still open was written a few days ago.
AGES = {"superseded": 200, "published": 0}
OPEN_FOR = 5
FAMILIES = "Tell families at the first fall conference how their child takes part."
ON_THE_WAY = dt.timedelta(days=4)  # from the last edit over the route into force
REVIEW = (
    "Twice a year with the supervisor, from the agreed checklist and the milestones. Checklist"
    " ratings support growth; they are no evaluation."
)


def build(world: World) -> None:
    stories = CEDAR if world.district.slug == "cedar-falls" else MAPLE
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=world.district)}
    for key, story in stories.items():
        _tell(world, roles[key], story)


def _tell(world: World, role: LeadershipRole, story: Story) -> None:
    job = JobDescription.objects.create(district=world.district, role=role)
    for number, state in enumerate(story.states, 1):
        age = story.days_ago + AGES.get(state, -story.days_ago + OPEN_FOR)
        version = _version(world, job, number, state, age)
        _lines(version, number, state)
        _put_in_force(world, version, state)
        if state == "published":
            _acknowledge(world, version, story.acknowledged)
            Rendering.objects.create(
                district=world.district,
                version=version,
                key=f"job-description-version:{version.pk}",
            )


def _version(
    world: World, job: JobDescription, number: int, state: str, days_ago: int
) -> JobDescriptionVersion:
    at = timezone.now() - dt.timedelta(days=days_ago, hours=3)
    role = job.role
    return JobDescriptionVersion.objects.create(
        district=world.district,
        job_description=job,
        number=number,
        **{
            **drafts.first_text(role),
            "summary": SUMMARIES.get(role.key, ""),
            "location": "Assigned school" if role.level == "site" else "Central office",
            "funding_source": "Title I" if role.level in ("coaching", "site") else "General fund",
            "performance_review": REVIEW,
            "caseload": "12 tutors for each full-time coach" if role.level == "coaching" else "",
            "observation_rhythm": "Every three weeks; weekly for new tutors"
            if role.level == "coaching"
            else "",
        },
        edited_at=at,
        edited_by=world.holder("PROJECT_MANAGER"),
    )


def _put_in_force(world: World, version: JobDescriptionVersion, state: str) -> None:
    """Last, since the words of a published version are frozen."""
    version.status = state
    if state in (Status.PUBLISHED, Status.SUPERSEDED):
        version.published_at = version.edited_at
        version.published_by = world.holder(reviews.route_of(world)[-1])
        version.edited_at -= ON_THE_WAY
        version.review_on = (version.edited_at + JobDescriptionVersion.REVIEW_AFTER).date()
    version.save()


def _lines(version: JobDescriptionVersion, number: int, state: str) -> None:
    """The role's duties; earlier versions lack the last ones, later ones move, word and add."""
    lines = drafts.first_lines(version.job_description.role)
    if number == 1 and state == Status.SUPERSEDED:
        lines = [*lines[:-3], lines[-1]]
    if number == 2 and state == Status.DRAFT:
        lines[3] = Line(f"{lines[3].text.rstrip('.')} within a week.", lines[3].duty_id)
    if number == 3:
        attendance = Line(
            "Check attendance every morning and call home the same day.", lines[2].duty_id
        )
        lines = [*lines[:2], lines[3], attendance, *lines[4:-1], Line(FAMILIES), lines[-1]]
    drafts.write_lines(version, lines)


def _acknowledge(world: World, version: JobDescriptionVersion, share: float) -> None:
    held: list[Assignment] = acknowledging.holders(version, world.today)
    read = held[: round(len(held) * share)]
    published_at = version.published_at or timezone.now()
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            district=world.district,
            version=version,
            assignment=assignment,
            at=published_at + dt.timedelta(days=1 + n % 9),
        )
        for n, assignment in enumerate(read)
    )
