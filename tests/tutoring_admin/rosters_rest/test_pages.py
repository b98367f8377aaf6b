"""Setting a source up: plain words, nothing typed is lost, and the secret is never shown again."""

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.models import AuditEvent, Membership, OwedStatus, RosterPull, RosterSource
from roles.sealing import unseal
from tests.factories.roles import DistrictFactory, UserFactory
from tests.factories.roster_sources import RosterPullFactory, RosterSourceFactory
from tests.factories.rosters import RosterImportFactory
from tests.tutoring_admin.rosters_rest.oneroster import CLIENT, SCOPE, SECRET
from tutoring_admin.systems.rosters.rest import pulling, sources
from tutoring_admin.systems.rosters.rest.forms import NO_SECRET, SECRET_AGAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    made = Membership.objects.create(
        district=DistrictFactory(), user=UserFactory(), level="district_lead"
    )
    client.force_login(made.user)
    return made


@pytest.fixture
def address(lead):
    return lambda name="source", *args: reverse(f"systems:{name}", args=[lead.district.slug, *args])


def typed(server, **changed):
    return {
        "name": "PowerSchool",
        "version": server.version,
        "base_address": server.base_address + "/",
        "token_address": server.token_address,
        "client_id": CLIENT,
        "secret": SECRET,
        "scopes": SCOPE if server.version == "1.2" else "",
        "is_nightly": "on",
        "hour": "2",
        "most_ended": "5",
        **changed,
    }


@pytest.mark.django_db(transaction=True)
def test_a_source_is_set_up_and_tested_and_says_that_it_works(client, address, server):
    client.post(address("source-set-up"), typed(server))
    source = RosterSource.objects.get()
    assert source.base_address == server.base_address
    assert SECRET not in source.secret
    assert unseal(source.secret) == SECRET

    client.post(address("source-test"))  # the worker is this process
    page = client.get(address()).content.decode()
    assert "It works" in page
    assert "Works" in page
    assert SECRET not in page
    assert SECRET not in client.get(address("source-set-up")).content.decode()
    assert SECRET not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_a_wrong_secret_is_told_on_the_page(client, address, server):
    client.post(address("source-set-up"), typed(server, secret="wrong"))  # noqa: S106 -- on purpose
    client.post(address("source-test"))
    page = client.get(address()).content.decode()
    assert "does not accept this client ID and secret" in page


@pytest.mark.django_db(transaction=True)
def test_asking_now_brings_a_dry_run_that_can_be_opened(client, address, server):
    client.post(address("source-set-up"), typed(server))
    client.post(address("source-ask"))
    pull = RosterPull.objects.get()
    pulling.carry(pull.district_id, pull.pk)
    pull.refresh_from_db()
    assert pull.status == OwedStatus.DONE
    page = client.get(address()).content.decode()
    assert reverse("systems:roster", args=[pull.district.slug, pull.roster_id]) in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"base_address": "http://roster.example.org/ims"}, "begin with https://"),
        ({"base_address": "ftp://roster.example.org/ims"}, "not a web address"),
        ({"base_address": "https://me:pw@roster.example.org/"}, "do not belong"),
        ({"base_address": "https://169.254.169.254/ims"}, "inside this network"),
        ({"token_address": "https://10.1.2.3/token"}, "inside this network"),
        ({"base_address": "https://8.8.8.8/ims?x=1"}, "Leave out what follows"),
        ({"base_address": "https://nowhere.invalid/ims"}, "No server answers"),
        ({"secret": ""}, NO_SECRET),
        ({"most_ended": "50"}, "less than or equal to 10"),
        ({"hour": "12"}, "Select a valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_lost(
    client, address, server12, changed, words
):
    answer = client.post(address("source-set-up"), typed(server12, **changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    for name, value in {**typed(server12), **changed}.items():
        if name in {"client_id", "token_address", "scopes"} and value:
            assert f'value="{value}"' in page
    assert not RosterSource.objects.exists()


def test_the_secret_stays_where_it_is_left_empty(client, address, lead, server12):
    RosterSourceFactory(
        district=lead.district,
        base_address=server12.base_address,
        token_address=server12.token_address,
    )
    was = RosterSource.objects.get().secret
    answer = client.post(address("source-set-up"), typed(server12, secret="", name="Skyward"))
    assert answer.status_code == 302
    source = RosterSource.objects.get()
    assert (source.secret, source.name) == (was, "Skyward")


def test_the_secret_is_not_sent_to_another_server_unless_typed_again(
    client, address, lead, server12
):
    RosterSourceFactory(district=lead.district)
    answer = client.post(address("source-set-up"), typed(server12, secret=""))
    assert answer.status_code == 422
    assert SECRET_AGAIN in answer.content.decode()


def test_a_source_that_is_changed_stops_what_is_under_way(client, address, lead, server12):
    pull = RosterPullFactory(district=lead.district, status="running")
    client.post(address("source-set-up"), typed(server12))
    pull.refresh_from_db()
    assert (pull.status, pull.words) == (OwedStatus.CANCELLED, sources.CHANGED)


def test_nothing_is_asked_twice_at_once(client, address, lead):
    RosterPullFactory(district=lead.district)
    page = client.post(address("source-test"), follow=True).content.decode()
    assert sources.BUSY in page
    assert RosterPull.objects.count() == 1


def test_a_pull_is_stopped_by_hand(client, address, lead):
    pull = RosterPullFactory(district=lead.district)
    page = client.post(address("source-stop", pull.pk), follow=True).content.decode()
    assert "Stopped by hand." in page


def test_a_source_that_is_taken_away_is_forgotten_with_its_secret(client, address, lead):
    RosterPullFactory(district=lead.district)
    client.post(address("source-take-away"))
    assert not RosterSource.objects.exists()
    assert not RosterPull.objects.exists()


@override_settings(OUTBOUND_LOOPBACK=False)
def test_this_machine_is_no_roster(client, address, server12):
    answer = client.post(address("source-set-up"), typed(server12))
    assert answer.status_code == 422
    assert server12.asked == []


def test_the_page_asks_the_database_as_often_for_thirty_pulls_as_for_one(client, address, lead):
    counted = []
    client.get(address())  # the first page notes the session, too
    for many in (1, 40):
        RosterPullFactory.create_batch(
            many,
            district=lead.district,
            status="done",
            roster=RosterImportFactory(district=lead.district),
        )
        with CaptureQueriesContext(connection) as asked:
            client.get(address())
        counted.append(len(asked))
    assert counted[0] == counted[1]
