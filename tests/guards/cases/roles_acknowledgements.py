from tests.guards.case import Case

CASES = {
    "GET roles:acknowledgements": Case(),
    "GET roles:acknowledgements-export": Case(),
    "POST roles:acknowledgements-remind": Case(),
}
