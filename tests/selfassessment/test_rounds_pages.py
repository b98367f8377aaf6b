"""What people get on the pages of a round: opening, team, finishing, signing, opening again."""

import pytest
from django.urls import reverse

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Approach, District
from roles.services.approach import change_approach
from selfassessment.models import IndicatorRating, Mode, Round, RoundMember
from selfassessment.services import agreeing, rounds, signing
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tests.factories.selfassessment import (
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
    VoteFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
FORM = {
    "label": "Fall 2026",
    "opens_on": "2026-09-01",
    "closes_on": "2026-10-15",
    "audience": "lea",
    "mode": "devices",
    "target": "2",
    "codes": ["6b.1", "6b.2"],
}


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(client, year):
    who = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(who)
    return who


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year, label="Fall 2026")


def at(year, name, **kwargs):
    return reverse(f"selfassessment:{name}", kwargs={"district": year.district.slug, **kwargs})


def text(response):
    return " ".join(response.content.decode().split())


def seat(year, key, holder=None):
    role = RoleFactory(district=year.district, key=key, title=key)
    position = PositionFactory(district=year.district, role=role, school=None)
    if holder:
        AssignmentFactory(district=year.district, position=position, holder=holder)
    return position


def rate_all(round_, by):
    for rating in round_.ratings.all():
        agreeing.rate(round_, rating.code, 2, "So it is.", by=by)


def reach(user, year, capability=Capability.ASSESSMENT_RATE):
    return Reach(user, year.district, capability, EVERYWHERE)


def test_the_form_suggests_a_name_and_ticks_the_core(client, year, lead):
    page = client.get(at(year, "round-open"))

    form = page.context["form"]
    assert form.ticked == {"6b.1", "6b.2", "6b.3", "6c.1", "6c.2"}
    assert "6b.5" in {raw["code"] for raw in form.offered}
    assert str(lead.pk) == str(form["facilitator"].value())


def test_a_link_from_a_gap_ticks_its_indicator_alone(client, year, lead):
    form = client.get(f"{at(year, 'round-open')}?codes=6b.1").context["form"]

    assert form.ticked == {"6b.1"}
    assert "6b.1 again" in form["label"].value()


def test_a_round_opens_from_its_form_with_team_and_facilitator(client, year, lead):
    nora = member(AccessLevel.EXECUTIVE, at=year.district)
    client.post(at(year, "round-open"), FORM | {"facilitator": lead.pk, "team": [nora.pk]})

    opened = Round.objects.get()
    assert opened.facilitator == lead
    assert [row.user for row in opened.members.all()] == [nora]
    assert [rating.code for rating in opened.ratings.all()] == ["6b.1", "6b.2"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"closes_on": "2026-08-01"}, "__all__"),
        ({"opens_on": "2031-09-01", "closes_on": "2031-10-01"}, "__all__"),
        ({"codes": []}, "codes"),
        ({"codes": ["9z.9"]}, "codes"),
        ({"team": ["1"]}, "team"),
    ],
)
def test_a_round_that_cannot_be_is_asked_again(client, year, lead, change, field):
    response = client.post(at(year, "round-open"), FORM | change)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Round.objects.count() == 0


def test_who_facilitates_is_not_ticked_for_the_team(client, year, lead):
    data = FORM | {"facilitator": lead.pk, "team": [lead.pk]}
    response = client.post(at(year, "round-open"), data)

    assert response.status_code == 422
    assert "does not vote" in str(response.context["form"].errors["facilitator"])


def test_a_member_without_the_right_to_view_sees_their_round(client, year, opened):
    coach = member(AccessLevel.COACH, at=SchoolFactory(district=year.district))
    client.force_login(coach)
    assert client.get(at(year, "round", pk=opened.pk)).status_code == 404

    RoundMemberFactory(district=year.district, round=opened, user=coach)
    page = text(client.get(at(year, "round", pk=opened.pk)))
    assert "Go to the room" in page
    assert at(year, "round-team", pk=opened.pk) not in page


def test_who_left_the_team_reads_what_became_of_their_votes(client, year, opened):
    coach = member(AccessLevel.COACH, at=SchoolFactory(district=year.district))
    left = RoundMemberFactory(district=year.district, round=opened, user=coach)
    RoundMember.objects.update(left_at=left.added_at)
    client.force_login(coach)

    page = text(client.get(at(year, "round", pk=opened.pk)))

    assert "You are not in the team of this round any more" in page


def test_the_page_says_who_has_voted_and_never_what(client, year, lead, opened):
    vote = VoteFactory(
        district=year.district, rating__round=opened, rating__code="6b.1", value=3, reason="Secret."
    )
    RoundMemberFactory(district=year.district, round=opened)

    page = text(client.get(at(year, "round", pk=opened.pk)))

    assert "1 of 2 in" in page
    assert f"{vote.member.user}" in page
    assert "Not voted yet" in page
    assert "Secret." not in page
    assert "3 Routine" not in page


def test_a_change_of_approach_is_told_while_the_round_runs(client, year, lead):
    by = reach(lead, year)
    opened = rounds.open_round("Fall 2026", year.starts_on, year.ends_on, by=by)
    assert "changed its approach" not in text(client.get(at(year, "round", pk=opened.pk)))

    was = District.objects.get().approach
    change_approach(next(each for each in Approach if each != was), seen=was, by=by)

    page = text(client.get(at(year, "round", pk=opened.pk)))
    assert "changed its approach after this round opened" in page
    assert "The indicators of this round stay" in page


def test_people_are_found_added_and_removed(client, year, lead, opened):
    for n in range(60):
        member(AccessLevel.EXECUTIVE, at=year.district, user=UserFactory(last_name=f"Quist{n}"))
    page = client.get(at(year, "round-team", pk=opened.pk))
    assert (len(page.context["people"]), page.context["found"]) == (50, 61)

    found = client.get(at(year, "round-team", pk=opened.pk), {"q": "quist59"}).context["people"]
    client.post(at(year, "team-add", pk=opened.pk), {"person": [found[0].user.pk]})
    assert RoundMember.objects.get().user.last_name == "Quist59"

    client.post(at(year, "team-remove", pk=opened.pk), {"person": found[0].user.pk})
    assert RoundMember.objects.get().left_at is not None


def test_taking_over_names_who_holds_it_and_refuses_an_old_page(client, year, lead, opened):
    nora = member(AccessLevel.EXECUTIVE, at=year.district)
    Round.objects.update(facilitator=nora)
    address = at(year, "round-facilitator", pk=opened.pk)
    assert f"Take it from {nora}" in text(client.get(address))

    late = client.post(address, {"person": lead.pk, "seen": ""})
    assert late.status_code == 422
    assert f"Meanwhile {nora} facilitates" in text(late)
    client.post(address, {"person": lead.pk, "seen": nora.pk})
    assert Round.objects.get().facilitator == lead


def test_a_member_does_not_run_the_round(client, year, opened):
    coach = member(AccessLevel.COACH, at=SchoolFactory(district=year.district))
    RoundMemberFactory(district=year.district, round=opened, user=coach)
    client.force_login(coach)

    for name in ("round-team", "round-facilitator", "round-finish"):
        assert client.get(at(year, name, pk=opened.pk)).status_code == 403


def test_finishing_says_first_what_stays_unrated(client, year, lead, opened):
    RatingFactory(district=year.district, round=opened, code="6b.1")
    address = at(year, "round-finish", pk=opened.pk)
    assert "Finish with 4 not rated" in text(client.get(address))

    stale = client.post(address, {"unrated": ["6b.2"]})
    assert stale.status_code == 409
    client.post(address, {"unrated": ["6b.2", "6b.3", "6c.1", "6c.2"]})
    assert Round.objects.get().state == "signing"


def test_the_champion_reads_ratings_dissent_and_evidence_and_signs(client, year, lead, opened):
    champion = member(AccessLevel.EXECUTIVE, at=year.district)
    seat(year, "PROGRAM_LEAD", lead)
    seat(year, "EXEC_CHAMPION", champion)
    RatingFactory(
        district=year.district, round=opened, code="6b.1", dissent="One of us saw a 1 here."
    )
    rounds.finish(opened, by=reach(lead, year))
    client.force_login(champion)

    page = text(client.get(at(year, "round-sign", pk=opened.pk)))
    assert "One of us saw a 1 here." in page
    assert opened.snapshots.get().digest[:12] in page
    assert "Sign as executive champion" in page
    assert "Sign as program lead" not in page

    data = {"capacity": "champion", "seen": opened.snapshots.get().digest}
    answer = text(client.post(at(year, "round-sign", pk=opened.pk), data, follow=True))
    assert "You signed as executive champion." in answer


def test_the_lead_says_why_they_sign_for_a_vacant_champion(client, year, lead, opened):
    vacant = seat(year, "EXEC_CHAMPION")
    seat(year, "PROGRAM_LEAD", lead)
    RatingFactory(district=year.district, round=opened, code="6b.1")
    rounds.finish(opened, by=reach(lead, year))
    address, digest = at(year, "round-sign", pk=opened.pk), opened.snapshots.get().digest
    assert reverse("roles:position", args=[year.district.slug, vacant.pk]) in text(
        client.get(address)
    )

    without = client.post(address, {"capacity": "champion", "seen": digest})
    assert without.status_code == 422
    client.post(address, {"capacity": "champion", "seen": digest, "note": "Vacant until May."})
    assert opened.signatures.get().note == "Vacant until May."


def test_signing_a_closed_round_is_told_so(client, year, lead, opened):
    for key in ("PROGRAM_LEAD", "EXEC_CHAMPION"):
        seat(year, key, lead)
    RatingFactory(district=year.district, round=opened, code="6b.1")
    rounds.finish(opened, by=reach(lead, year))
    digest = opened.snapshots.get().digest
    for capacity in signing.Signer:
        signing.sign(opened, capacity, seen=digest, by=reach(lead, year))

    data = {"capacity": "champion", "seen": digest}
    page = text(client.post(at(year, "round-sign", pk=opened.pk), data, follow=True))
    assert "has already been closed" in page


def test_reopening_needs_its_reason_and_shows_it(client, year, lead, opened):
    closed = RoundFactory(district=year.district, school_year=year, closed=True)
    Round.objects.filter(pk=opened.pk).delete()
    address = at(year, "round-reopen", pk=closed.pk)
    assert client.post(address, {"reason": ""}).status_code == 422

    page = text(client.post(address, {"reason": "6b.2 was read wrong."}, follow=True))

    assert "6b.2 was read wrong." in page
    assert Round.objects.get().is_open


def test_one_person_takes_a_round_from_start_to_end_in_few_clicks(client, year, lead):
    """Open, finish, sign, sign: four presses besides the ratings themselves."""
    for key in ("PROGRAM_LEAD", "EXEC_CHAMPION"):
        seat(year, key, lead)
    alone = FORM | {"mode": Mode.ROOM.value, "facilitator": lead.pk}
    page = client.post(at(year, "round-open"), alone, follow=True)
    opened = Round.objects.get()
    rate_all(opened, reach(lead, year))

    page = client.get(at(year, "round", pk=opened.pk))
    assert at(year, "round-finish", pk=opened.pk) in text(page)
    page = client.post(at(year, "round-finish", pk=opened.pk), follow=True)
    assert page.redirect_chain[-1][0] == at(year, "round-sign", pk=opened.pk)
    for capacity in ("program_lead", "champion"):
        data = {"capacity": capacity, "seen": opened.snapshots.get().digest}
        page = client.post(at(year, "round-sign", pk=opened.pk), data, follow=True)

    assert Round.objects.get().is_closed
    assert "is closed." in text(page)


@pytest.mark.parametrize("size", [1, 12])
@pytest.mark.parametrize("name", ["round", "round-team", "round-open"])
def test_pages_of_a_round_cost_the_same_queries_at_any_size(
    client, year, lead, opened, size, name, django_assert_max_num_queries
):
    seat(year, "PROGRAM_LEAD", lead)
    rating = RatingFactory(
        district=year.district,
        round=opened,
        stage="voting",
        turn=1,
        value=None,
        rated_by=None,
        rated_at=None,
    )
    for _ in range(size):
        who = member(AccessLevel.EXECUTIVE, at=year.district)
        voter = RoundMemberFactory(district=year.district, round=opened, user=who)
        VoteFactory(district=year.district, rating=rating, member=voter)
    address = at(year, name) if name == "round-open" else at(year, name, pk=opened.pk)
    client.get(address)

    with django_assert_max_num_queries(30):
        client.get(address)


def test_a_closed_round_keeps_its_page(client, year, lead):
    closed = RoundFactory(district=year.district, school_year=year, closed=True)
    RatingFactory(district=year.district, round=closed, code="6b.1", value=1, hint=2)

    page = text(client.get(at(year, "round", pk=closed.pk)))

    assert "stay as they were" in page
    assert "1 In draft" in page
    assert "2, In use" in page
    assert IndicatorRating.objects.count() == 1
