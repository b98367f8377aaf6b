from tests.guards.case import Case

CASES = {
    "GET dashboards:today": Case(),
    "GET dashboards:home-choose": Case(),
    "POST dashboards:home-choose": Case(data={"kind": "manager"}),
    "GET dashboards:champion": Case(),
    "GET dashboards:search": Case(data={"q": "lead"}),
}
