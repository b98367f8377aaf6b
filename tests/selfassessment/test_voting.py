"""Voting blind: who may vote when, and that nobody learns a vote before all are shown."""

import io
import re
import threading
import zipfile

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from hypothesis import given
from hypothesis import strategies as st

from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from roles.services.refusal import Refused
from roles.wall import district_scope
from selfassessment.models import Mode, Stage, Vote
from selfassessment.services import voting
from selfassessment.spread import of_counts, of_votes
from tests.factories.roles import SchoolFactory, member, member_near
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory
from tests.guards.addresses import district_pages
from tests.selfassessment.rooms import CODE, a_team

pytestmark = pytest.mark.django_db
SECRET = ("marmalade-on-monday", "giraffe-in-the-hall")


@pytest.fixture
def team():
    return a_team()


def text(response):
    return " ".join(response.content.decode().split())


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


# What a vote does


def test_a_vote_counts_and_can_be_changed_until_all_are_shown(team):
    team.open()
    first = team.people[0]
    team.cast(first, 1, "Not yet.")
    team.cast(first, 2, "On second thought.")

    assert Vote.objects.values_list("value", "reason").get() == (2, "On second thought.")
    assert verbs() == ["assessment.voting_opened", "assessment.voted"]


def test_the_audit_trail_hears_that_someone_voted_and_never_what(team):
    team.open()
    team.cast(team.people[0], 3, SECRET[0])
    team.cast(team.people[0], 0, SECRET[1])

    told = AuditEvent.objects.filter(verb="assessment.voted").values_list("detail", flat=True)
    assert list(told) == [{"code": CODE, "turn": 1}]


@pytest.mark.parametrize("how", ["waiting", "shown", "agreed", "closed", "room"])
def test_a_vote_is_refused_unless_the_voting_is_open(team, how):
    team.open()
    rating = team.rating()
    stage = {"waiting": Stage.WAITING, "shown": Stage.REVEALED}.get(how, Stage.VOTING)
    type(rating).objects.filter(pk=rating.pk).update(stage=stage)
    if how == "agreed":
        type(rating).objects.filter(pk=rating.pk).delete()
        RatingFactory(district=team.round.district, round=team.round, code=CODE, turn=1)
    state = {"closed": "signing"}.get(how, "open")
    mode = Mode.ROOM if how == "room" else Mode.DEVICES
    type(team.round).objects.filter(pk=team.round.pk).update(state=state, mode=mode)

    with pytest.raises(Refused, match=r"not counted|no votes"):
        team.cast(team.people[0], 2)

    assert not Vote.objects.exists()


def test_a_vote_for_an_earlier_turn_does_not_count_in_the_next(team):
    team.open()
    for who in team.people:
        team.cast(who, 2)
    team.show()
    voting.vote_again(team.round, CODE, turn=1, by=team.by)

    with pytest.raises(Refused, match=r"new vote on 6b\.1 has begun"):
        team.cast(team.people[0], 0, turn=1)

    assert not Vote.objects.filter(turn=2).exists()


def test_the_facilitator_does_not_vote(team):
    team.open()

    with pytest.raises(Refused, match="you do not vote"):
        team.cast(team.facilitator, 2)


def test_who_left_the_team_does_not_vote_and_an_unseen_vote_is_not_shown(team):
    team.open()
    gone, *stay = team.people
    for who in team.people:
        team.cast(who, 2)
    leave(team, gone)

    with pytest.raises(Refused, match="not in the team"):
        team.cast(gone, 3)
    team.show()

    assert set(Vote.objects.values_list("member__user", flat=True)) == {who.pk for who in stay}


def leave(team, who):
    row = next(each for each in team.members if each.user == who)
    row.left_at = row.added_at
    row.save()


# What the facilitator does


def test_one_indicator_at_a_time(team):
    team.open("6b.1")

    with pytest.raises(Refused, match=r"6b\.1 is not finished"):
        team.open("6b.2")


def test_only_the_facilitator_moves_the_round_on(team):
    team.open()
    by = team.reach(team.people[0])

    for act in (voting.reveal, voting.put_off):
        with pytest.raises(Refused, match="facilitates this round"):
            act(team.round, CODE, turn=1, by=by)


def test_votes_are_not_shown_while_some_are_missing_unless_said_so(team):
    team.open()
    team.cast(team.people[0], 2)

    with pytest.raises(voting.Missing) as missing:
        team.show()

    assert missing.value.names == [str(who) for who in team.people[1:]]
    assert team.rating().stage == Stage.VOTING
    assert team.show(anyway=True)
    assert team.rating().stage == Stage.REVEALED


def test_without_any_vote_there_is_nothing_to_show(team):
    team.open()

    with pytest.raises(Refused, match="Nobody has voted"):
        team.show(anyway=True)


def test_pressing_twice_does_it_once(team):
    assert voting.open_voting(team.round, CODE, turn=0, by=team.by)
    assert not voting.open_voting(team.round, CODE, turn=0, by=team.by)
    team.cast(team.people[0], 2)
    assert voting.reveal(team.round, CODE, turn=1, anyway=True, by=team.by)
    assert not voting.reveal(team.round, CODE, turn=1, anyway=True, by=team.by)
    assert voting.vote_again(team.round, CODE, turn=1, by=team.by)
    assert not voting.vote_again(team.round, CODE, turn=1, by=team.by)
    assert team.rating().turn == 2


def test_left_for_later_unseen_votes_stay_unseen_and_count_when_it_goes_on(team):
    team.open()
    team.cast(team.people[0], 3, SECRET[0])
    voting.put_off(team.round, CODE, turn=1, by=team.by)
    others = Vote.objects.reachable(team.reach(team.people[1]))
    assert not others.exists()

    team.open()

    assert team.rating().turn == 1
    assert not others.exists()
    team.cast(team.people[1], 2)
    team.show(anyway=True)
    assert others.count() == 2


def test_left_for_later_after_the_talk_it_is_voted_on_anew(team):
    team.open()
    team.cast(team.people[0], 3)
    team.show(anyway=True)
    voting.put_off(team.round, CODE, turn=1, by=team.by)

    assert team.open().turn == 2


# Blindness


def pages_for(client, team, who, addresses):
    """What this person gets at each address that opens for them. That they looked leaves no trace:
    a download stands in the audit trail.
    """
    today = reverse("dashboards:today", kwargs={"district": team.round.district.slug})
    with transaction.atomic():
        client.force_login(who)
        client.get(today)  # whatever a page before has left to say is said here
        answers = {at: client.get(at) for at in addresses}
        transaction.set_rollback(True)
    return {at: _content(got) for at, got in answers.items() if got.status_code == 200}


def addresses_near(team, keys, codes):
    """Every page of the self-assessment, the dashboards and the audit trail, at every key and code
    that the round has anything to do with.
    """
    for route, name, view in district_pages():
        is_near = name.startswith(("selfassessment:", "dashboards:")) or name == "roles:audit"
        if is_near and "GET" in getattr(view, "methods", ()):
            for pk in keys if "<int:" in route else [None]:
                for code in codes if "<str:" in route else [None]:
                    if address := _address(route, name, team, pk, code):
                        yield address
    yield team.at("room") + f"?at={CODE}"


def _address(route, name, team, pk, code):
    kwargs = {"district": team.round.district.slug}
    for kind, key in re.findall(r"<(int|str|slug):(\w+)>", route):
        if key != "district":
            kwargs[key] = pk if kind == "int" else code
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return None


def _content(answer):
    """What is said; of a workbook its parts, whose files carry the time of day."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return b"".join(book.read(name) for name in sorted(book.namelist()))
    return re.sub(rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1", content)


@pytest.mark.usefixtures("school_day")
def test_two_worlds_that_differ_in_one_vote_look_alike_to_everyone_else(client, team):
    district = team.round.district
    RatingFactory(district=district, round=team.round, code="6b.2", value=1)
    HandEvidenceFactory(district=district, owner=team.people[0])
    team.open()
    voter, *others = team.people
    team.cast(voter, 3, SECRET[0])
    team.cast(others[0], 2, "My own.")
    levels = (AccessLevel.DISTRICT_LEAD, AccessLevel.AUDITOR, AccessLevel.SITE_LEADER)
    school = SchoolFactory(district=district)
    everyone = {
        "facilitator": team.facilitator,
        "member who voted": others[0],
        "member who did not": others[1],
        **{level.value: member_near(level, school) for level in levels},
    }
    near = set(addresses_near(team, {team.round.pk, Vote.objects.first().pk}, [CODE, "pdf"]))
    for name, who in everyone.items():
        one = pages_for(client, team, who, pages_for(client, team, who, near))
        Vote.objects.filter(member=team.members[0]).update(value=0, reason=SECRET[1])
        two = pages_for(client, team, who, one)
        Vote.objects.filter(member=team.members[0]).update(value=3, reason=SECRET[0])

        assert {at for at in one if one[at] != two[at]} == set(), name
        assert not [at for at, page in one.items() if SECRET[0].encode() in page], name
        assert (team.at("room") in one) is (name not in {level.value for level in levels})


def test_after_the_showing_the_team_reads_who_said_what(client, team):
    team.open()
    team.cast(team.people[0], 3, SECRET[0])
    team.cast(team.people[1], 1)
    team.show(anyway=True)
    client.force_login(team.people[2])

    page = text(client.get(team.at("room")))

    assert SECRET[0] in page
    assert str(team.people[0]) in page
    assert "Votes go from 1 to 3." in page


# The room


def test_the_room_counts_who_has_voted_and_names_the_missing_to_the_facilitator_alone(client, team):
    team.open()
    team.cast(team.people[0], 2)
    missing = str(team.people[1])

    client.force_login(team.facilitator)
    assert "1 of 3 have voted." in text(client.get(team.at("room")))
    assert missing in text(client.get(team.at("room-live")))
    client.force_login(team.people[2])
    assert "1 of 3 have voted." in text(client.get(team.at("room")))
    assert missing not in text(client.get(team.at("room-live")))


def test_a_tap_votes_and_leads_back_to_the_room(client, team):
    team.open()
    client.force_login(team.people[0])
    client.get(team.at("room"))

    answer = client.post(team.at("vote", code=CODE), {"turn": 1, "value": 2})

    assert (answer.status_code, answer.url) == (302, team.at("room"))
    assert "You voted 2." in text(client.get(answer.url))


def test_a_late_vote_is_refused_in_words_and_keeps_what_was_typed(client, team):
    team.open()
    team.cast(team.people[0], 2)
    team.show(anyway=True)
    client.force_login(team.people[1])

    answer = client.post(team.at("vote", code=CODE), {"turn": 1, "value": 3, "reason": SECRET[0]})

    assert answer.status_code == 409
    assert "were shown a moment before yours came in" in text(answer)
    assert SECRET[0] in text(answer)
    assert Vote.objects.count() == 1


def test_a_vote_that_says_nothing_is_asked_for_again_with_its_reason(client, team):
    team.open()
    client.force_login(team.people[0])

    answer = client.post(team.at("vote", code=CODE), {"turn": 1, "reason": SECRET[0]})

    assert answer.status_code == 422
    assert SECRET[0] in text(answer)
    assert "Choose the point that fits best" in text(answer)


def test_who_was_taken_out_reads_that_and_what_they_had_typed(client, team):
    team.open()
    leave(team, team.people[0])
    client.force_login(team.people[0])

    answer = client.post(team.at("vote", code=CODE), {"turn": 1, "value": 3, "reason": SECRET[0]})

    assert answer.status_code == 403
    assert "You are not in the team" in text(answer)
    assert SECRET[0] in text(answer)


def test_for_others_there_is_no_room(client, team):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=team.round.district))

    assert client.get(team.at("room")).status_code == 404
    assert client.get(team.at("room-live")).status_code == 404


def test_the_line_of_the_room_is_silent_until_something_changes(client, team):
    team.open()
    client.force_login(team.people[0])
    line = client.get(team.at("room-live"))
    seen = re.search(r"seen=(\w+)", line.content.decode())[1]

    assert client.get(team.at("room-live"), {"seen": seen}).status_code == 204
    team.cast(team.people[1], 2)
    assert client.get(team.at("room-live"), {"seen": seen}).status_code == 200


def test_showing_with_votes_missing_asks_first(client, team):
    team.open()
    team.cast(team.people[0], 2)
    client.force_login(team.facilitator)

    asked = client.post(team.at("voting-reveal", code=CODE), {"turn": 1})

    assert asked.status_code == 422
    assert str(team.people[1]) in text(asked)
    client.post(team.at("voting-reveal", code=CODE), {"turn": 1, "anyway": "1"})
    assert team.rating().stage == Stage.REVEALED


def test_the_line_of_the_room_asks_as_much_for_twelve_as_for_three(client):
    asked = []
    for size in (3, 12):
        team = a_team(size)
        team.open()
        for who in team.people:
            team.cast(who, 2)
        client.force_login(team.people[0])
        client.get(team.at("room-live"))
        with CaptureQueriesContext(connection) as queries:
            client.get(team.at("room-live"))
        asked.append(len(queries))

    assert asked[0] == asked[1]


# At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["vote", "showing"])
def test_a_vote_is_in_before_the_showing_or_refused(first):
    """Two connections; the second waits for the first one's commit and sees what it did."""
    team = a_team(2)
    team.open()
    team.cast(team.people[0], 1)
    late = team.people[1]
    acts = {
        "vote": lambda: team.cast(late, 3, turn=1),
        "showing": lambda: voting.reveal(team.round, CODE, turn=1, anyway=True, by=team.by),
    }
    second = "showing" if first == "vote" else "vote"
    outcome = {}

    def other():
        try:
            with district_scope(team.round.district):
                outcome[second] = acts[second]()
        except Refused as refused:
            outcome[second] = str(refused)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        acts[first]()
        thread.start()
        waits_for_a_lock()
    thread.join(timeout=20)

    if first == "vote":
        assert outcome == {"showing": True}
        assert Vote.objects.count() == 2
    else:
        assert "a moment before" in outcome["vote"]
        assert Vote.objects.count() == 1


def waits_for_a_lock():
    """Until another connection stands in line."""
    with connection.cursor() as cursor:
        for _ in range(2000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("Nobody waits.")


@pytest.mark.django_db(transaction=True)
def test_votes_do_not_wait_for_each_other():
    team = a_team(2)
    team.open()
    done = threading.Event()

    def other():
        with district_scope(team.round.district):
            team.cast(team.people[1], 3)
        done.set()
        connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        team.cast(team.people[0], 1)
        thread.start()
        assert done.wait(timeout=20)
    thread.join(timeout=20)

    assert Vote.objects.count() == 2


# The spread


@given(st.lists(st.integers(0, 3), max_size=30))
def test_a_spread_counts_every_vote_and_says_where_they_lie(values):
    spread = of_votes(values)
    assert of_counts({str(n): values.count(n) for n in range(4)}) == spread
    if not values:
        assert spread is None
        return
    assert spread.votes == len(values)
    assert (spread.low, spread.high) == (min(values), max(values))
    assert (spread.agreed is None) == (len(set(values)) > 1)
    assert str(len(values)) in spread.says


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([2, 2, 2], "All 3 say 2."),
        ([1, 2, 2, 3], "Votes go from 1 to 3. Most say 2: 2 of 4."),
        ([1, 2], "Votes go from 1 to 2. No point has most of the 2 votes."),
    ],
)
def test_the_spread_in_a_sentence(values, says):
    assert of_votes(values).says == says
