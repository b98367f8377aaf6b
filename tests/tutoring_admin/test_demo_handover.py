"""What the demo tells of people who leave: one left, one will, one pack to try again."""

import datetime as dt

import pytest
import time_machine

from roles.models import Assignment, HandoverPack, Position
from tutoring_admin.demo import handover, jobs, roadmap, roles

NOON = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with time_machine.travel(NOON, tick=False):
        world = roles.found("maple-valley", "a-password-hash")
        for app in (jobs, roadmap, handover):
            app.build(world)
        yield world


def test_the_principal_answers_for_the_site_lead_who_left(world):
    principal = world.holder("PRINCIPAL", handover.LEFT_AT)
    answered = Position.objects.answered_for_by(principal, world.today)

    assert world.at("SITE_LEAD", handover.LEFT_AT) in answered
    assert world.at("SITE_LEAD", handover.LEFT_AT).milestones.count() == 1


def test_the_one_who_will_leave_has_an_interim_after(world):
    terms = Assignment.objects.filter(position=world.at("SITE_LEAD", handover.LEAVES_AT))
    later, now = terms.order_by("-starts_on")

    assert now.ends_on + dt.timedelta(days=1) == later.starts_on
    assert later.interim


def test_packs_wait_for_a_worker_and_one_is_there_to_try_again(world):
    packs = HandoverPack.objects.filter(district=world.district)
    assert sorted(packs.values_list("status", flat=True)) == ["failed", "waiting", "waiting"]
