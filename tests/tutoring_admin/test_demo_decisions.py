"""The demo shows decisions in every state, with what was said, on any day it is seeded."""

import datetime as dt

import pytest
import time_machine

from roadmap import decision_reports
from roadmap.models import Commitment, DecisionRequest, DecisionState, DecisionTurn
from tutoring_admin.demo import decisions, roles

DAYS = [dt.date(2026, 11, 30), dt.date(2027, 7, 7)]


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_state_is_there_and_no_answer_is_without_its_turn(day):
    with time_machine.travel(dt.datetime.combine(day, dt.time(17), tzinfo=dt.UTC), tick=False):
        world = roles.found("maple-valley", "a-password-hash")
        decisions.build(world)
        champion = world.reach(world.holder("EXEC_CHAMPION"))
        waiting = decision_reports.waiting_for(champion, day)

    assert set(DecisionRequest.objects.values_list("state", flat=True)) == set(DecisionState)
    assert set(Commitment.objects.values_list("state", flat=True)) == set(Commitment.State)
    for request in DecisionRequest.objects.all():
        turns = list(request.turns.all())
        assert turns[0].kind == "asked"
        if request.answered_at:
            assert (turns[-1].kind, turns[-1].by) == (request.state, request.answered_by)
        assert request.options.count() >= 2
    assert not DecisionTurn.objects.filter(at__date__gt=day).exists()
    assert len(waiting) == 2
    assert all(request.due_on >= day for request in waiting)
