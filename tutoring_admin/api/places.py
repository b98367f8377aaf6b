"""The district, its school years and its schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, QuerySet
from pydantic import Field

from roles.access import Reach
from roles.models import Approach, District, ExternalId, School, SchoolYear
from tutoring_admin.api.paging import Record, Shown
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.scopes import Scope
from tutoring_admin.systems.rosters.identifiers import identifiers_of_district


class IdentificationCode(Shown):
    """What another system calls it, and whose number that is."""

    identification_code: str = Field(description="The identifier.")
    identification_system: str = Field(
        description="Who gave it: NCES (7 digits for a district, 12 for a school), District, or the"
        " roster's own name."
    )


class DistrictRecord(Record):
    """A local education agency. A token sees exactly one."""

    name_of_institution: str = Field(description="Its name.")
    identification_codes: list[IdentificationCode] = Field(
        description="Its numbers elsewhere, as its roster has them; none without a roster."
    )
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
    identification_codes: list[IdentificationCode] = Field(
        description="Its numbers elsewhere; none until it is joined to a school of the roster."
    )
    local_education_agency_id: int = Field(description="The id of its district.")


def _districts(reach: Reach) -> QuerySet:
    return District.objects.filter(pk=reach.district.pk)


def _show_districts(rows: Sequence[District], reading: Reading) -> list[DistrictRecord]:
    pairs = identifiers_of_district(reading.reach)
    return [
        DistrictRecord(
            **reading.head(row),
            name_of_institution=row.name,
            identification_codes=_codes(pairs),
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
    known = ExternalId.objects.reachable(reach)
    return School.objects.reachable(reach).prefetch_related(Prefetch("external_ids", known))


def _show_schools(rows: Sequence[School], reading: Reading) -> list[SchoolRecord]:
    return [
        SchoolRecord(
            **reading.head(row),
            name_of_institution=row.name,
            identification_codes=_codes((e.system, e.identifier) for e in row.external_ids.all()),
            local_education_agency_id=row.district_id,
        )
        for row in rows
    ]


def _codes(pairs: Iterable[tuple[str, str]]) -> list[IdentificationCode]:
    return [
        IdentificationCode(identification_code=number, identification_system=system)
        for system, number in pairs
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
