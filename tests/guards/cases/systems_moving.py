"""How to knock at the pages of a district that moves or ends."""

from tests.guards.case import Case

CASES = {
    "GET systems:moving": Case(),
    "GET systems:moving-export": Case(),
    "POST systems:moving-export": Case(),
    "GET systems:moving-remove": Case(),
    "POST systems:moving-remove": Case(data={"name": "Not its name"}),
    "POST systems:moving-call-off": Case(),
}
