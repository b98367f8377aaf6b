"""How to knock at the roadmap's pages."""

from roles.models import SchoolYear
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import AssignmentFactory, PositionFactory
from tests.guards.case import Case


def own(school, who, **fields):
    """A milestone of the school whose owner position `who` holds."""
    position = PositionFactory(district=school.district, school=school)
    AssignmentFactory(district=school.district, position=position, holder=who)
    year = SchoolYear.objects.get(district=school.district)
    phase = PhaseFactory(district=school.district, school_year=year)
    milestone = MilestoneFactory(
        district=school.district, school=school, phase=phase, owner=position, **fields
    )
    return {"pk": milestone.pk}


def own_done(school, who):
    return own(school, who, done=True)


REASON = {"reason": "The contract is not signed"}
NEW_DATE = REASON | {"due_on": "2027-01-15"}

CASES = {
    "GET roadmap:index": Case(),
    "GET roadmap:create": Case(),
    "POST roadmap:create": Case(data={"title": "Family night"}),
    "POST roadmap:adopt": Case(data={"set": "core"}),
    "GET roadmap:detail": Case(kwargs=own),
    "POST roadmap:start": Case(kwargs=own),
    "GET roadmap:done": Case(kwargs=own),
    "POST roadmap:done": Case(kwargs=own, data={"proof_text": "Minutes of October 5"}),
    "GET roadmap:block": Case(kwargs=own),
    "POST roadmap:block": Case(kwargs=own, data=REASON),
    "GET roadmap:reopen": Case(kwargs=own_done),
    "POST roadmap:reopen": Case(kwargs=own_done, data=REASON),
    "GET roadmap:set-aside": Case(kwargs=own),
    "POST roadmap:set-aside": Case(kwargs=own, data=REASON),
    "GET roadmap:redate": Case(kwargs=own),
    "POST roadmap:redate": Case(kwargs=own, data=NEW_DATE),
    "GET roadmap:assign": Case(kwargs=own),
    "POST roadmap:assign": Case(kwargs=own, data={"owner": ""}),
}
