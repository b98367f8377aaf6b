"""Positions, who holds them, and the job descriptions in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from django.db.models import Prefetch, QuerySet
from pydantic import AwareDatetime, Field

from roles.access import Reach
from roles.models import (
    Assignment,
    JobDescriptionVersion,
    Level,
    Position,
    Responsibility,
    User,
)
from tutoring_admin.api.paging import Record, Shown
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.scopes import Scope

ONE_DAY = dt.timedelta(days=1)
STAFF_CLASSIFICATION = "Where the role stands in the program (Ed-Fi: staff classification)."


class PositionRecord(Record):
    """A seat that someone holds, or that is vacant. It outlives its holders."""

    position_title: str = Field(description="The title of its leadership role.")
    role_key: str = Field(description="The role's key, which stays when the title changes.")
    staff_classification: Level = Field(description=STAFF_CLASSIFICATION)
    school_id: int | None = Field(description="Its school; null for the central office.")
    department: str | None = Field(description="Its department by name, if it stands for one.")
    seat: int = Field(description="Which of several alike in one place, from 1.")
    begin_date: dt.date = Field(description="First day on which it is there.")
    end_date: dt.date | None = Field(description="Last day on which it is there, included.")


class Staff(Shown):
    """A person as staff. Only with the scope people."""

    first_name: str = Field(description="Given name.")
    last_surname: str = Field(description="Family name (Ed-Fi: last surname).")
    electronic_mail_address: str = Field(description="Work e-mail.")


class AssignmentRecord(Record):
    """A person in a position from one day to another (Ed-Fi: staff education organization
    assignment association).
    """

    position_id: int = Field(description="The position held.")
    position_title: str = Field(description="The title of its leadership role.")
    staff_classification: Level = Field(description=STAFF_CLASSIFICATION)
    education_organization_id: int = Field(description="Id of the school, or else of the district.")
    education_organization_type: Literal["school", "localEducationAgency"] = Field(
        description="What that id is of."
    )
    staff_unique_id: str = Field(
        description="The same for all assignments of a person; says nothing of who it is."
    )
    begin_date: dt.date = Field(description="First day.")
    end_date: dt.date | None = Field(description="Last day, included; null: still holds it.")
    is_interim: bool = Field(description="Holds it for the time being.")
    staff: Staff | None = Field(description="Who it is; null without the scope people.")


class Duty(Shown):
    """One line of a job description."""

    duty_key: str | None = Field(description="Key of the role's duty that it words (PM1, SL3).")
    text: str = Field(description="Its words.")


class JobDescriptionRecord(Record):
    """A published version of a job description. Its text does not change any more."""

    job_description_id: int = Field(description="The same for all versions of one.")
    role_key: str = Field(description="Key of the leadership role.")
    version: int = Field(description="Counts up with each version.")
    status: Literal["published", "superseded"] = Field(description="In force, or replaced.")
    position_title: str = Field(description="Title.")
    summary: str = Field(description="What the role is for.")
    reports_to: str = Field(description="Whom its holder reports to, in words.")
    location: str = Field(description="Where the work is done, in words.")
    time_share: str = Field(description="How much of the holder's time, in words.")
    required_qualifications: list[str] = Field(description="What an applicant must bring.")
    preferred_qualifications: list[str] = Field(description="What helps.")
    responsibilities: list[Duty] = Field(description="In order.")
    published_at: AwareDatetime = Field(description="When it was published.")
    review_date: dt.date | None = Field(description="When it is to be looked at again.")


def _positions(reach: Reach) -> QuerySet:
    return Position.objects.reachable(reach).select_related("role", "department")


def _show_positions(rows: Sequence[Position], reading: Reading) -> list[PositionRecord]:
    return [
        PositionRecord(
            **reading.head(row),
            position_title=row.role.title,
            role_key=row.role.key,
            staff_classification=Level(row.role.level),
            school_id=row.school_id,
            department=row.department.name if row.department else None,
            seat=row.seat,
            begin_date=row.opened_on,
            end_date=row.closed_on - ONE_DAY if row.closed_on else None,
        )
        for row in rows
    ]


def _assignments(reach: Reach) -> QuerySet:
    return Assignment.objects.reachable(reach).select_related("position__role", "holder")


def _show_assignments(rows: Sequence[Assignment], reading: Reading) -> list[AssignmentRecord]:
    return [
        AssignmentRecord(
            **reading.head(row),
            position_id=row.position_id,
            position_title=row.position.role.title,
            staff_classification=Level(row.position.role.level),
            education_organization_id=row.position.school_id or row.district_id,
            education_organization_type="school"
            if row.position.school_id
            else "localEducationAgency",
            staff_unique_id=str(row.holder_id),
            begin_date=row.starts_on,
            end_date=row.ends_on,
            is_interim=row.interim,
            staff=_staff(row.holder) if reading.caller.sees_people else None,
        )
        for row in rows
    ]


def _staff(person: User) -> Staff:
    return Staff(
        first_name=person.first_name,
        last_surname=person.last_name,
        electronic_mail_address=person.email,
    )


def _job_descriptions(reach: Reach) -> QuerySet:
    status = JobDescriptionVersion.Status
    told = JobDescriptionVersion.objects.reachable(reach).filter(
        status__in=[status.PUBLISHED, status.SUPERSEDED]
    )
    lines = Responsibility.objects.reachable(reach).select_related("duty").order_by("order", "pk")
    return told.select_related("job_description__role").prefetch_related(
        Prefetch("responsibilities", lines, to_attr="lines")
    )


def _show_job_descriptions(
    rows: Sequence[JobDescriptionVersion], reading: Reading
) -> list[JobDescriptionRecord]:
    return [_job_description(row, reading) for row in rows]


def _job_description(row: JobDescriptionVersion, reading: Reading) -> JobDescriptionRecord:
    lines: list[Responsibility] = getattr(row, "lines", [])
    return JobDescriptionRecord(
        **reading.head(row),
        job_description_id=row.job_description_id,
        role_key=row.job_description.role.key,
        version=row.number,
        status="published" if row.status == row.Status.PUBLISHED else "superseded",
        position_title=row.title,
        summary=row.summary,
        reports_to=row.reports_to,
        location=row.location,
        time_share=row.time_share,
        required_qualifications=row.required,
        preferred_qualifications=row.preferred,
        responsibilities=[
            Duty(duty_key=line.duty.key if line.duty else None, text=line.text) for line in lines
        ],
        published_at=row.published_at or row.edited_at,
        review_date=row.review_on,
    )


POSITIONS = Resource(
    "positions",
    Scope.POSITIONS,
    "Positions",
    "The seats of tutoring leadership: a role at a school, a department or the central office.",
    PositionRecord,
    _positions,
    _show_positions,
)
ASSIGNMENTS = Resource(
    "assignments",
    Scope.POSITIONS,
    "Assignments",
    "Who holds a position from which day to which. Names and e-mail need the scope people.",
    AssignmentRecord,
    _assignments,
    _show_assignments,
)
JOB_DESCRIPTIONS = Resource(
    "job-descriptions",
    Scope.JOB_DESCRIPTIONS,
    "Job descriptions",
    "What is expected of a role, as published. Drafts are not among them.",
    JobDescriptionRecord,
    _job_descriptions,
    _show_job_descriptions,
)
