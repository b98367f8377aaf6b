"""How to knock at the pages of a milestone that are more than its states."""

from django.core.files.base import ContentFile

from checklists.evidence_files import Taken
from roadmap.models import AtRiskProposal, Contribution, Milestone, Precedence
from roadmap.services import milestones
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import PositionFactory, UserFactory
from tests.guards.case import Case
from tests.guards.cases.roadmap import REASON, own


def own_asked(school, who):
    kwargs = own(school, who)
    milestone = Milestone.objects.get(**kwargs)
    AtRiskProposal.objects.create(
        district=school.district, milestone=milestone, due_on=milestone.due_on, reason="Silent"
    )
    return kwargs


def own_helped(school, who):
    kwargs = own(school, who)
    helper = Contribution.objects.create(
        district=school.district,
        milestone_id=kwargs["pk"],
        position=PositionFactory(district=school.district, school=school),
    )
    return kwargs | {"helper": helper.pk}


def own_after_another(school, who):
    kwargs = own(school, who)
    milestone = Milestone.objects.get(**kwargs)
    before = MilestoneFactory(district=school.district, phase=milestone.phase)
    pair = Precedence.objects.create(district=school.district, before=before, milestone=milestone)
    return kwargs | {"pair": pair.pk}


def own_proved(school, who):
    kwargs = own(school, who)
    file = Taken(ContentFile(b"%PDF-1.7\n%%EOF\n"), "Minutes.pdf", ".pdf", "application/pdf")
    milestones.mark_done(Milestone.objects.get(**kwargs), proof_file=file, by=someone(school))
    return kwargs


def own_proved_before(school, who):
    kwargs = own_proved(school, who)
    milestones.reopen(Milestone.objects.get(**kwargs), reason="Wrong file", by=someone(school))
    event = AuditEvent.objects.get(verb="roadmap.milestone_reopened", subject_pk=str(kwargs["pk"]))
    return kwargs | {"event": event.pk}


def someone(school):
    return Reach(UserFactory(), school.district, Capability.ROADMAP_WORK, EVERYWHERE)


CASES = {
    "GET roadmap:adopt": Case(),
    "GET roadmap:bulk": Case(),
    "POST roadmap:bulk": Case(data={"reason": "No provider this year"}),
    "GET roadmap:edit": Case(kwargs=own),
    "POST roadmap:edit": Case(kwargs=own, data={"title": "Another title"}),
    "GET roadmap:resolved": Case(kwargs=own, data={"count": "3"}),
    "GET roadmap:at-risk": Case(kwargs=own),
    "POST roadmap:at-risk": Case(kwargs=own, data=REASON),
    "GET roadmap:back-to-plan": Case(kwargs=own),
    "POST roadmap:back-to-plan": Case(kwargs=own, data=REASON),
    "GET roadmap:progress": Case(kwargs=own),
    "POST roadmap:progress": Case(kwargs=own, data={"text": "Half of it is drafted"}),
    "GET roadmap:answer-risk": Case(kwargs=own_asked),
    "POST roadmap:answer-risk": Case(kwargs=own_asked, data={"answer": "yes"}),
    "GET roadmap:contributor-add": Case(kwargs=own),
    "POST roadmap:contributor-add": Case(kwargs=own),
    "POST roadmap:contributor-remove": Case(kwargs=own_helped),
    "GET roadmap:predecessor-add": Case(kwargs=own),
    "POST roadmap:predecessor-add": Case(kwargs=own),
    "POST roadmap:predecessor-remove": Case(kwargs=own_after_another),
    "GET roadmap:proof": Case(kwargs=own_proved),
    "GET roadmap:proof-before": Case(kwargs=own_proved_before),
}
