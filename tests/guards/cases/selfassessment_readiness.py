"""How to knock at the pages that compare rounds and serve an auditor."""

from tests.guards.case import Case

CASES = {
    "GET selfassessment:compare": Case(),
    "GET selfassessment:audit": Case(),
}
