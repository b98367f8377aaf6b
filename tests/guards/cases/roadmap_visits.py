"""How to knock at the pages of visits."""

from tests.factories.roadmap_visits import VisitFactory
from tests.guards.case import Case


def visit(school, who):
    """A note of `who` about the school."""
    return {"pk": VisitFactory(district=school.district, school=school, by=who).pk}


CASES = {
    "GET roadmap:visits": Case(),
    "GET roadmap:visit-add": Case(),
    "POST roadmap:visit-add": Case(data={"seen": "A quiet room"}),
    "GET roadmap:visit-edit": Case(kwargs=visit),
    "POST roadmap:visit-edit": Case(kwargs=visit),
}
