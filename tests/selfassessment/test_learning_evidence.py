"""6c.1 out of the plan of learning: evidence that links to its page, and the rules of its hint."""

import datetime as dt
from dataclasses import replace

import pytest

from roadmap.services import attendance, learning
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from selfassessment.checks import Result
from selfassessment.collecting import collect
from selfassessment.evidence import evidence
from selfassessment.facts import Facts, HeldSession, Learning, LevelLearning
from selfassessment.library import library
from selfassessment.readiness import hint
from tests.factories.checklists import LearningTopicFactory
from tests.factories.roadmap_learning import SessionFactory, line_for, seat
from tests.factories.roles import RoleFactory, SchoolYearFactory, UserFactory

TODAY = dt.date(2026, 10, 29)
INDICATOR = library().find("6c.1")
LEVEL = LevelLearning(
    label="Site", lines=1, planned=4, held=1, came=9, marked=10,
    last_on=dt.date(2026, 10, 6), quiet=False, has_seats=True,
)  # fmt: skip
PLAN = Learning(
    year="2026-27", changed_on=dt.date(2026, 8, 3), levels=(LEVEL,), held=1,
    sessions=(HeldSession(7, "Calls home", dt.date(2026, 10, 6), 9, 10),), people=10, on_pace=8,
)  # fmt: skip


def value(plan):
    return hint(INDICATOR, Facts(today=TODAY, learning=plan)).value


def failed(plan):
    checks = hint(INDICATOR, Facts(today=TODAY, learning=plan)).checks
    return [check.says for check in checks if check.result is Result.FAILED]


def test_a_plan_for_each_level_with_attendance_and_pace_is_in_use():
    assert value(PLAN) == 2


def test_needs_from_checklists_and_a_plan_changed_since_are_routine():
    assert value(replace(PLAN, from_checklists=1, changed_mid_year=True)) == 3


@pytest.mark.parametrize(
    "plan",
    [
        replace(PLAN, on_pace=7),
        replace(PLAN, sessions=()),
        replace(PLAN, sessions=(replace(PLAN.sessions[0], held_on=dt.date(2026, 2, 3)),)),
        replace(PLAN, levels=(LEVEL, replace(LEVEL, label="Coaching", lines=0))),
        replace(PLAN, levels=(replace(LEVEL, quiet=True),)),
    ],
    ids=["pace", "no session", "session too long ago", "level without a line", "90 days"],
)
def test_each_rule_by_itself_keeps_it_at_a_draft(plan):
    assert value(plan) == 1
    assert any("%" in s or "log" in s or "evel" in s for s in failed(plan))


def test_a_level_without_positions_needs_no_learning():
    empty = replace(LEVEL, label="Department", lines=0, quiet=True, has_seats=False)

    assert value(replace(PLAN, levels=(LEVEL, empty))) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("school_day")
def test_what_was_held_stands_as_evidence_and_leads_to_its_page():
    year = SchoolYearFactory()
    by = Reach(UserFactory(), year.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    role = RoleFactory(district=year.district, level="site")
    line = line_for(role, school_year=year, topic="Calls home")
    people = [seat(role), seat(role)]
    session = SessionFactory(district=year.district, line=line, on=dt.date(2026, 10, 6))
    topic = LearningTopicFactory(district=year.district, role=role, window__school_year=year)
    learning.take_topic(session, topic, by=by)
    attendance.mark_rest(session, by=by)
    learning.change_line(line, audience=[role], minutes_each=45, by=by)

    facts = collect(by, TODAY)
    found = {item.label: item for item in evidence(INDICATOR, facts)}

    plan = "Plan of learning 2026\u201327"
    assert list(found) == [plan, "Learning at the level site", "Calls home"]
    assert found["Learning at the level site"].told == "1 of 4 planned sessions held, 100% came"
    assert (found["Calls home"].view_name, found["Calls home"].pk) == (
        "roadmap:learning-session", session.pk,
    )  # fmt: skip
    assert (facts.learning.from_checklists, facts.learning.changed_mid_year) == (1, True)
    assert (facts.learning.people, facts.learning.on_pace) == (len(people), len(people))
