"""Two signatures close a round, once; a closed one is read-only to the database itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Membership, Notice
from roles.services import notices
from roles.services.refusal import Refused, Stale
from roles.wall import district_scope
from selfassessment.models import IndicatorRating, RatingCause, Round, Signer, SignOff
from selfassessment.notices import SignOffs
from selfassessment.services import rounds, signing
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    member,
)
from tests.factories.selfassessment import RatingFactory, RoundFactory, VoteFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def year():
    return SchoolYearFactory()


def seat(year, key, holder=None):
    role = RoleFactory(district=year.district, key=key, title=key)
    position = PositionFactory(district=year.district, role=role, school=None)
    if holder:
        AssignmentFactory(district=year.district, position=position, holder=holder)
    return position


@pytest.fixture
def lead(year):
    return member(AccessLevel.DISTRICT_LEAD, at=year.district)


@pytest.fixture
def champion(year):
    return member(AccessLevel.EXECUTIVE, at=year.district)


@pytest.fixture
def seats(year, lead, champion):
    seat(year, "PROGRAM_LEAD", lead)
    seat(year, "EXEC_CHAMPION", champion)


def reach(user, year, capability=Capability.ASSESSMENT_WORK):
    return Reach(user, year.district, capability, EVERYWHERE)


@pytest.fixture
def finished(year, lead):
    opened = RoundFactory(district=year.district, school_year=year, label="Fall 2026")
    RatingFactory(district=year.district, round=opened, code="6b.1")
    return rounds.finish(opened, by=reach(lead, year, Capability.ASSESSMENT_RATE))


def seen(round_):
    return round_.snapshots.first().digest


def test_the_second_signature_closes_the_round(year, seats, lead, champion, finished):
    signing.sign(finished, "champion", seen=seen(finished), by=reach(champion, year))
    finished.refresh_from_db()
    assert finished.state == "signing"

    signing.sign(finished, "program_lead", seen=seen(finished), by=reach(lead, year))
    finished.refresh_from_db()
    assert (finished.state, finished.closed_by) == ("closed", lead)
    assert AuditEvent.objects.filter(verb="assessment.round_closed").count() == 1


def test_one_person_in_both_capacities_signs_twice(year, lead, finished):
    seat(year, "PROGRAM_LEAD", lead)
    seat(year, "EXEC_CHAMPION", lead)

    for capacity in Signer:
        signing.sign(finished, capacity, seen=seen(finished), by=reach(lead, year))

    assert Round.objects.get().is_closed
    assert SignOff.objects.count() == 2


def test_nobody_signs_for_who_can_sign(year, seats, lead, champion, finished):
    rates = reach(lead, year, Capability.ASSESSMENT_RATE)

    with pytest.raises(Refused, match=f"{champion} signs as executive champion"):
        signing.sign(finished, "champion", seen=seen(finished), note="Away.", by=rates)


def test_the_lead_signs_for_a_missing_champion_and_says_why(year, lead, finished):
    seat(year, "PROGRAM_LEAD", lead)
    rates = reach(lead, year, Capability.ASSESSMENT_RATE)

    with pytest.raises(Refused, match="district lead may sign"):
        signing.sign(finished, "champion", seen=seen(finished), note="x", by=reach(lead, year))
    with pytest.raises(Refused, match="Say why"):
        signing.sign(finished, "champion", seen=seen(finished), by=rates)
    signed = signing.sign(finished, "champion", seen=seen(finished), note="Vacant.", by=rates)
    assert signed.note == "Vacant."


def test_who_answers_for_a_vacant_lead_signs(year, champion):
    above = RoleFactory(district=year.district, key="EXEC_CHAMPION")
    holds = PositionFactory(district=year.district, role=above, school=None)
    AssignmentFactory(district=year.district, position=holds, holder=champion)
    role = RoleFactory(district=year.district, key="PROGRAM_LEAD", reports_to=above)
    PositionFactory(district=year.district, role=role, school=None)

    desk = signing.desks(year.district, year.district.today())[Signer.PROGRAM_LEAD]

    assert (desk.people, desk.answers) == ((champion,), True)


def test_a_holder_without_access_cannot_be_waited_for(year, seats, champion):
    Membership.objects.filter(user=champion).delete()

    desk = signing.desks(year.district, year.district.today())[Signer.CHAMPION]

    assert (desk.is_filled, desk.without_access) == (False, (champion,))


def test_a_page_from_before_a_reopening_signs_nothing(year, seats, lead, champion, finished):
    rates, before = reach(lead, year, Capability.ASSESSMENT_RATE), seen(finished)
    rounds.reopen(finished, "A rating was wrong.", by=rates)
    IndicatorRating.objects.filter(round=finished, code="6b.1").update(value=1)
    rounds.finish(finished, by=rates)

    with pytest.raises(Stale, match="has changed"):
        signing.sign(finished, "champion", seen=before, by=reach(champion, year))


def test_who_is_asked_to_sign_hears_of_it_until_they_have(year, seats, champion, lead, finished):
    district, today = year.district, year.district.today()
    source = SignOffs()
    due = {d.subject: d for d in source.due(district, today, today + signing.dt.timedelta(14))}
    subject = signing.subject(finished, Signer.CHAMPION)
    assert due[subject].due_on == today + signing.dt.timedelta(days=7)
    assert set(source.still(district, [subject])) == {subject}
    notices.owe(district, today)
    told = Notice.objects.filter(source="sign_off")
    assert {row.reader for row in told} == {lead, champion}

    signing.sign(finished, "champion", seen=seen(finished), by=reach(champion, year))

    assert {row.reader for row in told.filter(status="waiting")} == {lead}
    assert source.still(district, [subject]) == {}
    assert signing.subject(finished, Signer.PROGRAM_LEAD) in {
        d.subject for d in source.due(district, today, today + signing.dt.timedelta(14))
    }


@pytest.mark.django_db(transaction=True)
def test_a_round_closed_twice_at_once_is_closed_once(year, seats, lead, champion, finished):
    digest = seen(finished)
    signing.sign(finished, "program_lead", seen=digest, by=reach(lead, year))

    def press(_):
        try:
            with district_scope(year.district):
                signing.sign(finished, "champion", seen=digest, by=reach(champion, year))
        except Refused as refused:
            return str(refused)
        else:
            return "signed"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, range(2)))

    assert answers == ["Fall 2026 has already been closed.", "signed"]
    assert SignOff.objects.count() == 2
    assert AuditEvent.objects.filter(verb="assessment.round_closed").count() == 1


@pytest.fixture
def closed_rating(year, lead):
    opened = RoundFactory(district=year.district, school_year=year)
    rating = RatingFactory(district=year.district, round=opened, turn=1)
    VoteFactory(district=year.district, rating=rating)
    RatingCause.objects.create(district=year.district, rating=rating, kind="words", label="So.")
    Round.objects.update(state="closed", closed_at=timezone.now(), closed_by=lead)
    return rating


@pytest.mark.parametrize(
    "change",
    [
        lambda r: IndicatorRating.objects.filter(pk=r.pk).update(value=3),
        lambda r: r.votes.update(value=0),
        lambda r: r.causes.update(label="Not so."),
        lambda r: r.votes.all().delete(),
        lambda r: r.causes.all().delete(),
        lambda r: r.delete(),
        lambda r: RatingCause.objects.create(
            district=r.district, rating=r, kind="words", label="Later."
        ),
        lambda r: IndicatorRating.objects.create(district=r.district, round=r.round, code="6b.9"),
    ],
)
def test_the_database_refuses_to_change_a_closed_round(closed_rating, change):
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        change(closed_rating)

    assert connection.in_atomic_block
