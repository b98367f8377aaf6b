"""How to knock at the pages of the school calendar."""

from tests.guards.case import Case

DAYS = {
    "days-first_student_day": "2026-08-17",
    "days-last_student_day": "2027-05-28",
    "closure-TOTAL_FORMS": "0",
    "closure-INITIAL_FORMS": "0",
    "own-TOTAL_FORMS": "0",
    "own-INITIAL_FORMS": "0",
}

CASES = {
    "GET roadmap:calendar": Case(),
    "GET roadmap:calendar-edit": Case(),
    "POST roadmap:calendar-edit": Case(data=DAYS),
    "GET roadmap:calendar-import": Case(),
    "POST roadmap:calendar-import": Case(data={"row-TOTAL_FORMS": "0", "row-INITIAL_FORMS": "0"}),
}
