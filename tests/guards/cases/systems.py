"""How to knock at the pages of systems."""

from tests.guards.case import Case

CASES = {
    "GET systems:index": Case(),
}
