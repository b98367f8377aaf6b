"""Twelve people with clients of their own, over a socket: a whole indicator, all at once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from selfassessment.models import Stage, Vote
from tests.selfassessment.people import Person
from tests.selfassessment.rooms import CODE, a_team

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 12
LATE = "the letter came too late"


@pytest.fixture
def signed_in(live_server):
    """`signed_in(user)`: that person with a client of their own."""
    people = []

    def enter(user):
        client = Client()
        client.force_login(user)
        people.append(Person(live_server.url, client.cookies["sessionid"].value))
        return people[-1]

    yield enter
    for person in people:
        person.web.close()


def at_once(people, act):
    """`act(person, number)` for all of them in the same moment; what each got, in order."""
    gate = threading.Barrier(len(people))

    def one(number_and_person):
        number, person = number_and_person
        gate.wait(timeout=30)
        return act(person, number)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, enumerate(people)))


def test_twelve_vote_at_once_and_one_comes_too_late(signed_in):
    team = a_team(SIZE)
    people = [signed_in(user) for user in team.people]
    leader = signed_in(team.facilitator)
    room, vote = team.at("room"), team.at("vote", code=CODE)
    connections.close_all()

    assert leader.send(team.at("voting-open", code=CODE), page=room, turn=0)[0] == 200
    *quick, slow = people
    for person in people:
        person.open(room)

    said = [f"reason of number {number:02}" for number in range(SIZE)]
    answers = at_once(quick, lambda who, n: who.send(vote, turn=1, value=n % 4, reason=said[n]))

    assert [status for status, _ in answers] == [200] * len(quick)
    for number, (_, page) in enumerate(answers):
        assert f"You voted {number % 4}." in page
        assert [words for words in said if words in page] == [said[number]]
    again = signed_in(team.people[0])
    assert "You voted 0." in again.open(room)[1]
    assert f"11 of {SIZE} have voted." in leader.open(room)[1]

    shown = leader.send(team.at("voting-reveal", code=CODE), page=room, turn=1, anyway=1)
    late = slow.send(vote, turn=1, value=3, reason=LATE)

    assert shown[0] == 200
    assert late[0] == 409
    assert LATE in late[1]
    assert Vote.objects.count() == len(quick)
    seen = at_once(people, lambda who, _: who.open(room))
    assert all(words in page for _, page in seen for words in said[: len(quick)])
    assert team.rating().stage == Stage.REVEALED


def test_a_showing_among_twelve_votes_shows_each_that_was_counted(signed_in):
    """Whoever is told that the vote counts finds it among those shown; nobody else's is."""
    team = a_team(SIZE)
    team.open()
    people = [signed_in(user) for user in team.people]
    leader = signed_in(team.facilitator)
    vote, show = team.at("vote", code=CODE), team.at("voting-reveal", code=CODE)
    people[0].open(team.at("room"))
    people[0].send(vote, turn=1, value=1, reason="number 0 was early")
    for person in (*people[1:], leader):
        person.open(team.at("room"))

    def act(person, number):
        if person is leader:
            return person.send(show, turn=1, anyway=1)[0]
        return person.send(vote, turn=1, value=2, reason=f"number {number} said so", follow=False)[
            0
        ]

    *votes, shown = at_once([*people[1:], leader], act)

    assert shown == 200
    assert set(votes) <= {302, 409}
    _, page = leader.open(team.at("room"))
    counted = {n for n, status in enumerate(votes) if status == 302}
    assert {int(n) for n in re.findall(r"number (\d+) said so", page)} == counted
    assert Vote.objects.count() == len(counted) + 1
