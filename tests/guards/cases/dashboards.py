from tests.guards.case import Case

CASES = {
    "GET dashboards:today": Case(),
    "GET dashboards:champion": Case(),
    "GET dashboards:search": Case(data={"q": "lead"}),
}
