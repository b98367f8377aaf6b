"""How people are mailed, and the district's ladder."""

from tests.guards.case import Case

CASES = {
    "GET roles:mail": Case(),
    "POST roles:mail": Case(),
    "POST roles:mail-off": Case(),
    "POST roles:mail-hear-again": Case(),
    "GET roles:ladder": Case(),
    "POST roles:ladder": Case(),
}
