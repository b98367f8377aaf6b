"""Which school year a person is looking at: today's, unless they switched to another."""

from __future__ import annotations

from collections.abc import Sequence

from roles.models import District, SchoolYear
from roles.pages import DistrictRequest

PARAMETER = "year"


def school_years(request: DistrictRequest) -> Sequence[SchoolYear]:
    """The district's years with their closures, newest first; read once for each request."""
    if not hasattr(request, "_school_years"):
        years = SchoolYear.objects.filter(district=request.district)
        request._school_years = list(years.prefetch_related("closures"))  # type: ignore[attr-defined]
    found: Sequence[SchoolYear] = request._school_years  # type: ignore[attr-defined]
    return found


def chosen_year(request: DistrictRequest) -> SchoolYear | None:
    """The year picked with `?year=2026-27`, kept in the session; else the year of today.

    Between two years the one that starts next counts, after the last one the last.
    None in a district without school years.
    """
    years = school_years(request)
    key = f"year-{request.district.pk}"
    by_label = {year.label: year for year in years}
    asked = request.GET.get(PARAMETER, "")
    if asked in by_label:
        request.session[key] = asked
    kept = by_label.get(request.session.get(key, ""))
    return kept or current_year(years, request)


def current_year(years: Sequence[SchoolYear], request: DistrictRequest) -> SchoolYear | None:
    return _of_today(years, request.district)


def _of_today(years: Sequence[SchoolYear], district: District) -> SchoolYear | None:
    today = district.today()
    not_over = [year for year in years if year.ends_on >= today]
    if not_over:
        return not_over[-1]
    return years[0] if years else None


def years_of(district: District) -> list[SchoolYear]:
    """All school years of a district, newest first, for whoever has no request."""
    return list(SchoolYear.objects.filter(district=district))


def year_called(district: District, label: str) -> SchoolYear | None:
    """The school year of that label; without one the year of today, as `chosen_year` has it."""
    years = years_of(district)
    return {year.label: year for year in years}.get(label) or _of_today(years, district)
