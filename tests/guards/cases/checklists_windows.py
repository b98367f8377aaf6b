"""How to knock at planning the year and at reminding by hand."""

from tests.guards.case import Case
from tests.guards.cases.checklists import window_at

CASES = {
    "GET checklists:year-plan": Case(),
    "POST checklists:year-plan": Case(
        data={"window-TOTAL_FORMS": "0", "window-INITIAL_FORMS": "0"}
    ),
    "POST checklists:window-remind": Case(kwargs=window_at, shared=True),
}
