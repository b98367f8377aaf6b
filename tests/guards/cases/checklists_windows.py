"""How to knock at planning the year."""

from tests.guards.case import Case

CASES = {
    "GET checklists:year-plan": Case(),
    "POST checklists:year-plan": Case(
        data={"window-TOTAL_FORMS": "0", "window-INITIAL_FORMS": "0"}
    ),
}
