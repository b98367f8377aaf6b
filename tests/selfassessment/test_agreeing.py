"""Agreeing on a rating: after the votes, with a reason, and with a cause where it has changed."""

import pytest

from roles.models import AuditEvent
from roles.services.refusal import Refused
from selfassessment.causes import words
from selfassessment.models import Gap, Mode, RatingCause, Stage, Vote
from selfassessment.services import agreeing, voting
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory, RoundFactory
from tests.selfassessment.rooms import CODE, a_team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def team():
    """After the votes on 6b.1 were shown: 3, 2 and 2."""
    team = a_team()
    team.open()
    for who, value in zip(team.people, (3, 2, 2), strict=True):
        team.cast(who, value)
    team.show()
    return team


@pytest.fixture
def rated_before(team):
    """The round before said 1."""
    district, year = team.round.district, team.round.school_year
    before = RoundFactory(
        district=district, school_year=year, label="Spring", closed=True, pk=team.round.pk - 1
    )
    return RatingFactory(district=district, round=before, code=CODE, value=1)


def agree(team, value=2, why="Published, and read.", code=CODE, by=None, **more):
    return agreeing.agree(team.round, code, value, why, by=by or team.by, **more)


def test_what_is_agreed_keeps_who_why_and_what_some_saw_differently(team):
    agree(team, dissent="One of us sees it in routine use.")

    rating = team.rating()
    assert (rating.stage, rating.value, rating.rated_by) == (Stage.AGREED, 2, team.facilitator)
    assert rating.dissent == "One of us sees it in routine use."
    assert Vote.objects.filter(rating=rating).count() == 3


def test_agreeing_the_same_again_changes_nothing(team):
    agree(team)
    agree(team)

    assert AuditEvent.objects.filter(verb="assessment.rated").count() == 1


@pytest.mark.parametrize("stage", [Stage.WAITING, Stage.VOTING])
def test_before_the_votes_are_shown_nothing_is_agreed(team, stage):
    team.round.ratings.update(stage=stage)

    with pytest.raises(Refused, match=r"[Vv]ote"):
        agree(team)


def test_nothing_is_agreed_without_a_reason_or_by_another(team):
    with pytest.raises(Refused, match="Say why"):
        agree(team, why="  ")
    with pytest.raises(Refused, match="facilitates this round"):
        agree(team, by=team.reach(team.people[0]))


def test_below_the_target_a_gap_opens_and_at_the_target_it_is_gone_again(team):
    agree(team, 1)
    assert Gap.objects.get().rating == team.rating()

    agree(team, 2)
    assert not Gap.objects.exists()


def test_a_rating_that_changes_names_its_cause(team, rated_before):
    with pytest.raises(Refused, match="Spring said 1"):
        agree(team)

    agree(team, causes=[words("The board published it.")])

    assert [str(cause) for cause in team.rating().causes.all()] == ["The board published it."]


def test_a_rating_that_stays_needs_no_cause(team, rated_before):
    agree(team, 1)

    assert not RatingCause.objects.exists()


def test_to_vote_again_takes_back_what_was_agreed_and_keeps_the_votes(team):
    agree(team, 3)
    voting.vote_again(team.round, CODE, turn=1, by=team.by)

    rating = team.rating()
    assert (rating.stage, rating.turn, rating.value, rating.rationale) == (
        Stage.VOTING,
        2,
        None,
        "",
    )
    assert Vote.objects.filter(turn=1).count() == 3
    kept = AuditEvent.objects.get(verb="assessment.voting_again").detail
    assert (kept["before"], kept["rationale"]) == (3, "Published, and read.")


def test_rating_without_the_room_is_refused_while_the_team_is_at_it(team):
    with pytest.raises(Refused, match="in the room"):
        agreeing.rate(team.round, CODE, 2, "Quickly.", by=team.by)


def test_rating_without_the_room_takes_its_reason_for_a_cause(team, rated_before):
    agree(team, 1)
    agreeing.rate(team.round, CODE, 3, "All of it is in use.", by=team.by)

    assert team.rating().causes.get().label == "All of it is in use."


# In one room


def test_in_one_room_counts_are_typed_in_and_need_not_add_up():
    team = a_team(mode=Mode.ROOM)
    agree(team, counts={"1": 1, "2": 9})

    assert team.rating().counts == {"1": 1, "2": 9}


def test_one_person_alone_just_agrees():
    team = a_team(1, mode=Mode.ROOM)
    team.round.facilitator = None
    team.round.save()
    agree(team, by=team.reach(team.people[0]))

    assert team.rating().value == 2


def test_votes_put_off_unseen_are_not_shown_by_agreeing_in_one_room():
    team = a_team()
    team.open()
    team.cast(team.people[0], 3)
    voting.put_off(team.round, CODE, turn=1, by=team.by)
    team.round.mode = Mode.ROOM
    team.round.save()

    agree(team)

    assert not Vote.objects.exists()


# The page


def test_the_facilitator_notes_ticks_what_is_new_and_opens_the_next(client, team, rated_before):
    HandEvidenceFactory(
        district=team.round.district, code=CODE, says__dated_on=team.round.district.today()
    )
    client.force_login(team.facilitator)
    page = client.get(team.at("room"))
    (cause,) = page.context["agreement"].offered
    said = {"value": 2, "rationale": "In use.", "causes": [cause.key], "then": "open"}

    answer = client.post(team.at("agree", code=CODE), said)

    assert (answer.status_code, answer.url) == (302, team.at("room"))
    assert team.rating().causes.get().label == "Minutes of the board"
    assert team.rating("6b.2").stage == Stage.VOTING


def test_without_a_cause_the_form_says_so_and_keeps_what_was_typed(client, team, rated_before):
    client.force_login(team.facilitator)

    answer = client.post(
        team.at("agree", code=CODE), {"value": 2, "rationale": "Typed.", "dissent": "Two did."}
    )

    assert answer.status_code == 422
    for words_ in ("Spring said 1. Tick what has changed", "Typed.", "Two did."):
        assert words_ in text(answer)


def test_what_all_say_is_chosen_already(client):
    team = a_team()
    team.open()
    for who in team.people:
        team.cast(who, 1)
    team.show()
    client.force_login(team.facilitator)

    assert client.get(team.at("room")).context["agreement"].initial["value"] == 1
    client.force_login(team.people[0])
    assert client.get(team.at("room")).context["agreement"] is None


def test_the_counts_of_one_room_have_fields(client):
    team = a_team(mode=Mode.ROOM)
    client.force_login(team.facilitator)
    assert "How many say what" in text(client.get(team.at("room")))

    client.post(
        team.at("agree", code=CODE), {"value": 1, "rationale": "Begun.", "count_1": 4, "count_3": 1}
    )

    assert team.rating().counts == {"0": 0, "1": 4, "2": 0, "3": 1}
    assert "Votes go from 1 to 3." in text(client.get(team.at("room") + f"?at={CODE}"))
