"""How to knock at the pages of results."""

from tests.guards.case import Case
from tests.guards.cases.checklists import window_at

CASES = {
    "GET checklists:results": Case(),
    "GET checklists:heat": Case(),
    "GET checklists:report": Case(kwargs=window_at, shared=True),
    "GET checklists:report-xlsx": Case(kwargs=window_at, shared=True),
}
