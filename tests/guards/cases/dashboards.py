from tests.guards.case import Case

CASES = {
    "GET dashboards:today": Case(),
    "GET dashboards:talk": Case(),
    "POST dashboards:talk": Case(data={"focus": "Opening of sessions"}),
    "GET dashboards:home-choose": Case(),
    "POST dashboards:home-choose": Case(data={"kind": "manager"}),
    "GET dashboards:champion": Case(),
    "GET dashboards:my-schools": Case(),
    "GET dashboards:chase": Case(),
    "POST dashboards:chase": Case(),
    "GET dashboards:search": Case(data={"q": "lead"}),
}
