"""S09: what an invitation's token gives away, and what kills it."""

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import Invitation, Membership, User
from roles.services import invitations
from tests.factories.roles import DistrictFactory, SchoolFactory, UserFactory, member

pytestmark = pytest.mark.django_db
EMAIL = "noor@district.example"
ACCOUNT = {"first_name": "Noor", "last_name": "Haddad", "password": "seven quiet lanterns"}


@pytest.fixture
def district():
    return SchoolFactory().district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def token(client, district, lead, django_capture_on_commit_callbacks, mailoutbox):
    """The secret that the letter carries to Noor."""
    client.force_login(lead)
    offer = {"email": EMAIL, "level": "auditor", "school": ""}
    offer |= {"first_name": "Noor", "last_name": "Haddad"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("roles:people-invite", args=[district.slug]), offer)
    return re.search(r"/invitations/([^/\s]+)/", mailoutbox[-1].body)[1]


def opened(token, browser=None):
    """What whoever holds the token gets, in a browser of their own."""
    return (browser or Client()).get(reverse("invitation", args=[token]), follow=True)


def joined(token, **account):
    browser = Client()
    opened(token, browser)
    return browser.post(reverse("invitation-accept"), {**ACCOUNT, **account})


def test_it_has_256_bits_and_no_two_are_alike(district, lead):
    made = {invitations.secrets.token_urlsafe(invitations.TOKEN_BYTES) for _ in range(1000)}
    assert invitations.TOKEN_BYTES * 8 >= 128
    assert len(made) == 1000


def test_no_table_of_the_database_holds_it(token):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            query = f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s'  # noqa: S608
            cursor.execute(query, [f"%{token}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    assert found == []
    assert Invitation.objects.get().token_hash == invitations.hash_token(token)


def test_it_works_once(token):
    assert joined(token).status_code == 302
    assert opened(token).status_code == 404
    assert joined(token, first_name="Mallory").status_code == 404
    assert Membership.objects.filter(level="auditor").count() == 1


def test_it_is_bound_to_its_address_however_the_form_is_posted(token):
    joined(token, email="mallory@elsewhere.example")
    assert not User.objects.filter(email="mallory@elsewhere.example").exists()
    assert Membership.objects.get(level="auditor").user.email == EMAIL


def test_someone_else_who_is_signed_in_cannot_take_it(token):
    thief = member(AccessLevel.COACH, at=SchoolFactory())
    browser = Client()
    browser.force_login(thief)
    opened(token, browser)
    browser.post(reverse("invitation-accept"))
    assert not Membership.objects.filter(level="auditor").exists()


def test_it_is_bound_to_its_district_and_level(token, district):
    joined(token, district=DistrictFactory().pk, level="district_lead", school="")
    held = Membership.objects.get(user__email=EMAIL)
    assert (held.district, held.level) == (district, "auditor")


def test_it_is_dead_after_seven_days(token):
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, seconds=1)):
        assert opened(token).status_code == 404
        assert joined(token).status_code == 404


@pytest.mark.parametrize("act", ["invitation-revoke", "invitation-resend"])
def test_it_is_dead_once_it_was_taken_back_or_sent_again(client, token, district, lead, act):
    client.force_login(lead)
    client.post(reverse(f"roles:{act}", args=[district.slug, Invitation.objects.get().pk]))
    assert opened(token).status_code == 404


def test_it_is_dead_for_an_account_that_changed_its_address(token):
    noor = UserFactory(email=EMAIL)
    browser = Client()
    browser.force_login(noor)
    opened(token, browser)
    User.objects.filter(pk=noor.pk).update(email="noor.new@district.example")
    browser.post(reverse("invitation-accept"))
    assert not Membership.objects.filter(user=noor).exists()


def test_it_goes_into_no_referer_no_cache_and_no_log(token, caplog):
    with caplog.at_level(logging.DEBUG):
        first = Client().get(reverse("invitation", args=[token]))
        page = opened(token)
    assert token not in first["Location"]
    assert first["Referrer-Policy"] == "no-referrer"
    assert "no-store" in first["Cache-Control"]
    assert token not in page.content.decode()
    ours = [record.getMessage() for record in caplog.records if record.name != "django.request"]
    assert [line for line in ours if token in line] == []
