"""Who is in the team of a round, who leads its talk, and what becomes of votes then."""

import pytest
from django.utils import timezone

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Notice
from roles.notices import sources
from roles.services.refusal import Refused, Stale
from selfassessment.models import Round, RoundMember, Stage, Vote
from selfassessment.services import team
from tests.factories.roles import SchoolFactory, SchoolYearFactory, member
from tests.factories.selfassessment import RoundFactory, RoundMemberFactory, VoteFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(year):
    return member(AccessLevel.DISTRICT_LEAD, at=year.district)


@pytest.fixture
def by(year, lead):
    return Reach(lead, year.district, Capability.ASSESSMENT_RATE, EVERYWHERE)


@pytest.fixture
def opened(year, lead):
    return RoundFactory(
        district=year.district, school_year=year, label="Fall 2026", facilitator=lead
    )


@pytest.fixture
def nora(year):
    return member(AccessLevel.EXECUTIVE, at=year.district)


def standing():
    return {row.user for row in RoundMember.objects.filter(left_at=None)}


def test_who_is_taken_into_the_team_hears_of_it(by, opened, nora):
    team.add(opened, [nora], by=by)
    team.add(opened, [nora], by=by)

    told = Notice.objects.get()
    line = sources()[told.source].still(by.district, [told.subject])[told.subject]
    assert standing() == {nora}
    assert told.reader == nora
    assert "in the team of Fall 2026" in line.title


def test_news_of_a_team_is_withdrawn_with_the_place_in_it(by, opened, nora):
    team.add(opened, [nora], by=by)
    team.remove(opened, nora, by=by)

    told = Notice.objects.get()
    assert told.status == "withdrawn"
    assert sources()[told.source].still(by.district, [told.subject]) == {}


def test_an_auditor_and_a_stranger_cannot_be_in_a_team(by, opened, year):
    auditor = member(AccessLevel.AUDITOR, at=year.district)

    with pytest.raises(Refused, match="cannot take part"):
        team.add(opened, [auditor], by=by)


def test_who_facilitates_is_not_taken_into_the_team(by, opened, lead):
    with pytest.raises(Refused, match="does not vote"):
        team.add(opened, [lead], by=by)


def test_a_vote_that_was_not_shown_goes_with_its_voter(by, opened, nora, year):
    who = RoundMemberFactory(district=year.district, round=opened, user=nora)
    shown = VoteFactory(
        district=year.district,
        member=who,
        rating__round=opened,
        rating__code="6b.1",
        rating__stage=Stage.REVEALED,
    )
    VoteFactory(district=year.district, member=who, rating__round=opened, rating__code="6b.2")

    team.remove(opened, nora, by=by)

    assert list(Vote.objects.all()) == [shown]
    assert standing() == set()
    assert AuditEvent.objects.get().verb == "assessment.team_left"


def test_who_comes_back_is_the_same_member(by, opened, nora):
    (first,) = team.add(opened, [nora], by=by)
    team.remove(opened, nora, by=by)
    (again,) = team.add(opened, [nora], by=by)

    assert again.pk == first.pk
    assert standing() == {nora}


def test_becoming_facilitator_takes_out_of_the_team(by, opened, nora, lead):
    team.add(opened, [nora], by=by)

    now = team.facilitate(opened, nora, seen=lead.pk, by=by)

    assert (now.facilitator, standing()) == (nora, set())


def test_of_two_who_take_over_the_second_is_told_who_holds_it(by, opened, nora, lead):
    team.facilitate(opened, nora, seen=lead.pk, by=by)

    with pytest.raises(Stale, match=str(nora)):
        team.facilitate(opened, lead, seen=lead.pk, by=by) or team.facilitate(
            opened, lead, seen=None, by=by
        )


def test_the_first_facilitators_next_press_is_refused_in_plain_words(by, opened, nora, year):
    first = member(AccessLevel.COACH, at=SchoolFactory(district=year.district))
    Round.objects.update(facilitator=first)
    team.facilitate(opened, nora, seen=first.pk, by=by)
    late = Reach(first, year.district, Capability.ASSESSMENT_WORK, EVERYWHERE)

    with pytest.raises(Refused, match=f"{nora} facilitates Fall 2026 now"):
        team.add(opened, [by.user], by=late)


@pytest.mark.parametrize("state", ["signing", "closed"])
def test_a_team_stays_once_rating_is_finished(by, opened, nora, lead, state):
    when = {"closed_at": timezone.now(), "closed_by": lead} if state == "closed" else {}
    Round.objects.update(state=state, **when)

    for act in (
        lambda: team.add(opened, [nora], by=by),
        lambda: team.remove(opened, nora, by=by),
        lambda: team.facilitate(opened, nora, seen=lead.pk, by=by),
    ):
        with pytest.raises(Refused):
            act()


def test_that_someone_voted_is_known_and_never_what(opened, year):
    vote = VoteFactory(district=year.district, rating__round=opened, value=3)

    assert team.have_voted(opened) == {(vote.rating_id, vote.member_id)}
