"""How to knock at the pages of gaps."""

from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.selfassessment_gaps import GapFactory, GapMilestoneFactory
from tests.guards.case import Case


def a_gap(school, who):
    return {"pk": GapFactory(district=school.district).pk}


def a_planned_gap(school, who):
    gap = GapFactory(district=school.district)
    year = gap.rating.round.school_year
    phase = PhaseFactory(district=school.district, school_year=year)
    milestone = MilestoneFactory(district=school.district, phase=phase)
    GapMilestoneFactory(district=school.district, gap=gap, milestone=milestone)
    return {"pk": gap.pk, "milestone_pk": milestone.pk}


CASES = {
    "GET selfassessment:gaps": Case(),
    "GET selfassessment:gap": Case(kwargs=a_gap, shared=True),
    "GET selfassessment:gap-story": Case(kwargs=a_gap, shared=True),
    "POST selfassessment:gap-explain": Case(
        kwargs=a_gap, shared=True, data={"cause": "Nobody approved it.", "target": "2"}
    ),
    "POST selfassessment:gap-take": Case(kwargs=a_gap, shared=True, data={"keys": ["M06"]}),
    "POST selfassessment:gap-plan": Case(kwargs=a_gap, shared=True),
    "POST selfassessment:gap-new-milestone": Case(
        kwargs=a_gap, shared=True, data={"title": "Approve it", "due_on": "2027-03-01"}
    ),
    "POST selfassessment:gap-unplan": Case(kwargs=a_planned_gap, shared=True),
    "GET selfassessment:gap-drop": Case(kwargs=a_gap, shared=True),
    "POST selfassessment:gap-drop": Case(
        kwargs=a_gap, shared=True, data={"why": "The program ends in June."}
    ),
}
