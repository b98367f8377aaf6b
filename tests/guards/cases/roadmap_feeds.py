"""How to knock at the pages of calendar feeds."""

from tests.guards.case import Case

CASES = {
    "GET roadmap:feeds": Case(),
    "POST roadmap:feed-make": Case(),
    "POST roadmap:feed-end": Case(),
    "POST roadmap:district-feed-make": Case(),
    "POST roadmap:district-feed-end": Case(),
}
