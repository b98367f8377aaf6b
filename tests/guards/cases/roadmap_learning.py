"""How to knock at the pages of the plan of learning."""

import datetime as dt

from django.utils import timezone

from roles.models import SchoolYear
from tests.factories.roadmap_learning import CoachingEntryFactory, LineFactory, SessionFactory
from tests.factories.roles import AssignmentFactory, PositionFactory
from tests.guards.case import Case


def line_of(school):
    year = SchoolYear.objects.get(district=school.district)
    return LineFactory(district=school.district, school_year=year)


def line(school, who):
    """A line of the whole district: everyone in it may see it."""
    return {"pk": line_of(school).pk}


def session(school, who):
    """A session for one school whose leader's position `who` holds."""
    leader = PositionFactory(district=school.district, school=school)
    AssignmentFactory(district=school.district, position=leader, holder=who)
    made = SessionFactory(
        district=school.district,
        school=school,
        leader=leader,
        line=line_of(school),
        on=timezone.localdate() - dt.timedelta(days=1),
    )
    return {"pk": made.pk}


def talk(school, who):
    """A talk that `who` noted, with somebody of the school."""
    coached = PositionFactory(district=school.district, school=school)
    return {"pk": CoachingEntryFactory(district=school.district, coached=coached, coach=who).pk}


LINE = Case(kwargs=line, shared=True)
SESSION = Case(kwargs=session)

CASES = {
    "GET roadmap:learning": Case(),
    "POST roadmap:learning-adopt": Case(),
    "GET roadmap:learning-line-add": Case(),
    "POST roadmap:learning-line-add": Case(data={"topic": "Family calls"}),
    "GET roadmap:learning-line": LINE,
    "GET roadmap:learning-line-edit": LINE,
    "POST roadmap:learning-line-edit": LINE,
    "POST roadmap:learning-line-end": LINE,
    "GET roadmap:learning-schedule": LINE,
    "POST roadmap:learning-schedule": LINE,
    "GET roadmap:learning-session-add": LINE,
    "POST roadmap:learning-session-add": LINE,
    "GET roadmap:learning-session": SESSION,
    "GET roadmap:learning-session-move": SESSION,
    "POST roadmap:learning-session-move": SESSION,
    "GET roadmap:learning-session-cancel": SESSION,
    "POST roadmap:learning-session-cancel": Case(
        kwargs=session, data={"reason": "The room is taken"}
    ),
    "POST roadmap:learning-session-reopen": SESSION,
    "POST roadmap:learning-session-topic": SESSION,
    "GET roadmap:learning-attendance": SESSION,
    "POST roadmap:learning-attendance": Case(kwargs=session, data={"rest": "1"}),
    "POST roadmap:learning-guest": SESSION,
    "GET roadmap:learning-file": SESSION,
    "POST roadmap:learning-file": SESSION,
    "POST roadmap:learning-takeaway": Case(kwargs=session, data={"takeaway": "Call at once."}),
    "GET roadmap:learning-people": Case(),
    "GET roadmap:learning-people-file": Case(),
    "GET roadmap:learning-mine": Case(),
    "GET roadmap:coaching": Case(),
    "GET roadmap:coaching-add": Case(),
    "POST roadmap:coaching-add": Case(data={"focus": "Missed sessions"}),
    "GET roadmap:coaching-edit": Case(kwargs=talk),
    "POST roadmap:coaching-edit": Case(kwargs=talk, data={"focus": "Missed sessions"}),
}
