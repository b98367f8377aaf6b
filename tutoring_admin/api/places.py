"""The district, its school years and its schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from pydantic import Field

from roles.access import Reach
from roles.models import Approach, District, School, SchoolYear
from tutoring_admin.api.paging import Record
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.scopes import Scope


class DistrictRecord(Record):
    """A local education agency. A token sees exactly one."""

    name_of_institution: str = Field(description="Its name.")
    time_zone: str = Field(description="IANA name. Dates are days in this zone.")
    tutoring_approach: Approach = Field(description="How the district gets its tutoring.")


class SchoolYearRecord(Record):
    """A school year, July to June as a rule."""

    school_year: int = Field(description="The year it ends in, as Ed-Fi counts: 2027 for 2026-27.")
    school_year_description: str = Field(description="As in 2026-27.")
    begin_date: dt.date = Field(description="First day.")
    end_date: dt.date = Field(description="Last day, included.")
    first_student_day: dt.date = Field(description="First day on which students come.")
    last_student_day: dt.date = Field(description="Last day on which students come.")
    is_archived: bool = Field(description="Closed for good: nothing of it changes any more.")


class SchoolRecord(Record):
    """A school in the tutoring program."""

    name_of_institution: str = Field(description="Its name.")
    local_education_agency_id: int = Field(description="The id of its district.")


def _districts(reach: Reach) -> QuerySet:
    return District.objects.filter(pk=reach.district.pk)


def _show_districts(rows: Sequence[District], reading: Reading) -> list[DistrictRecord]:
    return [
        DistrictRecord(
            **reading.head(row),
            name_of_institution=row.name,
            time_zone=row.time_zone,
            tutoring_approach=Approach(row.approach),
        )
        for row in rows
    ]


def _years(reach: Reach) -> QuerySet:
    return SchoolYear.objects.reachable(reach)


def _show_years(rows: Sequence[SchoolYear], reading: Reading) -> list[SchoolYearRecord]:
    return [
        SchoolYearRecord(
            **reading.head(row),
            school_year=row.ends_on.year,
            school_year_description=row.label,
            begin_date=row.starts_on,
            end_date=row.ends_on,
            first_student_day=row.first_student_day,
            last_student_day=row.last_student_day,
            is_archived=row.archived_at is not None,
        )
        for row in rows
    ]


def _schools(reach: Reach) -> QuerySet:
    return School.objects.reachable(reach)


def _show_schools(rows: Sequence[School], reading: Reading) -> list[SchoolRecord]:
    return [
        SchoolRecord(
            **reading.head(row),
            name_of_institution=row.name,
            local_education_agency_id=row.district_id,
        )
        for row in rows
    ]


DISTRICTS = Resource(
    "districts",
    Scope.ORGANIZATION,
    "Districts",
    "The district that the token belongs to.",
    DistrictRecord,
    _districts,
    _show_districts,
)
SCHOOL_YEARS = Resource(
    "school-years",
    Scope.ORGANIZATION,
    "School years",
    "The years of the program, with the days on which students come.",
    SchoolYearRecord,
    _years,
    _show_years,
)
SCHOOLS = Resource(
    "schools",
    Scope.ORGANIZATION,
    "Schools",
    "The schools that take part.",
    SchoolRecord,
    _schools,
    _show_schools,
)
