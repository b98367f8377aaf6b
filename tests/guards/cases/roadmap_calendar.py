"""How to knock at the pages of the school calendar."""

import datetime as dt

from django.utils import timezone

from tests.factories.roles import SchoolYearFactory
from tests.guards.case import Case

DAYS = {
    "days-first_student_day": "2026-08-17",
    "days-last_student_day": "2027-05-28",
    "closure-TOTAL_FORMS": "0",
    "closure-INITIAL_FORMS": "0",
    "own-TOTAL_FORMS": "0",
    "own-INITIAL_FORMS": "0",
}


def archived(school, who):
    """An earlier school year that is read only."""
    year = SchoolYearFactory(
        district=school.district,
        label="2025-26",
        starts_on=dt.date(2025, 7, 1),
        ends_on=dt.date(2026, 6, 30),
        first_student_day=dt.date(2025, 8, 18),
        last_student_day=dt.date(2026, 5, 29),
        archived_at=timezone.now(),
    )
    return {"pk": year.pk}


CASES = {
    "GET roadmap:calendar": Case(),
    "GET roadmap:calendar-edit": Case(),
    "POST roadmap:calendar-edit": Case(data=DAYS),
    "GET roadmap:calendar-import": Case(),
    "GET roadmap:rollover": Case(),
    "POST roadmap:rollover": Case(data=DAYS),
    "POST roadmap:year-reopen": Case(
        kwargs=archived, shared=True, data={"reason": "A late report"}
    ),
    "POST roadmap:calendar-import": Case(data={"row-TOTAL_FORMS": "0", "row-INITIAL_FORMS": "0"}),
}
