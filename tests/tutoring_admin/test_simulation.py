"""A simulated year counts what people are mailed; its judge finds what must not be."""

import datetime as dt

import pytest

from roles.models import District
from tutoring_admin.simulation.counting import Said, Sent, judge
from tutoring_admin.simulation.year import simulate

MONDAY = dt.datetime(2026, 10, 5, 7, 5, tzinfo=dt.UTC)
WEEK = MONDAY.date().isocalendar()[:2]
DUE = dt.date(2026, 10, 1)


def mail(at=MONDAY, to="ana@x.example", message_id="1", gathered=True):
    return Sent(at, to, "Due Oct 1: Train the tutors", message_id, gathered)


def said(day, audience, to, rung=0):
    return Said(MONDAY + dt.timedelta(days=day), "milestone:1", DUE, rung, audience, to)


def judged(sent=(), said=(), people=("ana@x.example",), closures=()):
    return judge(sent, said, people, [WEEK], closures)


def test_weeks_without_mail_count():
    year = judged([mail()], people=["ana@x.example", "ben@x.example", "cy@x.example"])
    assert (year.median, year.most, year.spread) == (0, 1, [(0, 2), (1, 1)])
    assert year.holds


def test_a_message_sent_again_is_a_duplicate():
    assert judged([mail(), mail(at=MONDAY + dt.timedelta(days=1))]).duplicates


def test_two_gathered_mails_on_a_day_are_one_too_many():
    later = MONDAY + dt.timedelta(hours=5)
    assert judged([mail(), mail(at=later, message_id="2")]).duplicates
    assert not judged([mail(), mail(at=later, message_id="2", gathered=False)]).duplicates


def test_the_same_rung_said_twice_is_a_duplicate():
    assert judged(said=[said(0, "owner", "ana"), said(2, "owner", "ana")]).duplicates
    assert not judged(said=[said(0, "owner", "ana"), said(3, "owner", "ana", rung=3)]).duplicates


@pytest.mark.parametrize("day", [dt.date(2026, 10, 10), dt.date(2026, 10, 12), dt.date(2027, 7, 2)])
def test_a_weekend_a_closure_and_the_first_of_july_are_quiet(day):
    at = dt.datetime.combine(day, dt.time(7), tzinfo=dt.UTC)
    columbus = (dt.date(2026, 10, 12), dt.date(2026, 10, 12))
    assert judged([mail(at=at)], closures=[columbus]).on_quiet_days


def test_an_escalation_comes_after_those_below_have_heard():
    owner, boss = said(0, "owner", "ana"), said(9, "supervisor", "bo", rung=10)
    assert not judged(said=[owner, boss]).out_of_turn
    assert judged(said=[boss]).out_of_turn
    assert judged(said=[said(9, "owner", "ana"), said(2, "supervisor", "bo", rung=10)]).out_of_turn
    manager = said(20, "project_manager", "cy", rung=14)
    assert not judged(said=[owner, boss, manager]).out_of_turn


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_weeks_of_the_demo_district_stay_quiet_enough_to_be_read():
    year = simulate(dt.date(2026, 8, 31), weeks=2, seed=7, schools=3)
    assert year.mails > 10, "a district at work hears something"
    assert year.median <= 1
    assert year.most <= 5
    assert year.duplicates == []
    assert year.on_quiet_days == []
    assert year.out_of_turn == []
    assert not District.objects.exists(), "a simulation leaves nothing behind"
