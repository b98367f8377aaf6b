"""Each page of one's own account, with the second step set up; the client refuses sloppy markup."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tests.factories.roles import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-phrase"  # noqa: S105 -- of a person made by the test


@pytest.fixture
def signed_in(client):
    """A client that has just given its password, as the pages below demand."""
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.user = user
    return client


@pytest.mark.parametrize(
    "view_name",
    [
        "account_change_password",
        "account_email",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
    ],
)
def test_an_account_page_opens(signed_in, view_name):
    page = signed_in.get(reverse(view_name))

    assert page.status_code == 200
    assert b"<h1>" in page.content


@pytest.mark.parametrize(
    "view_name",
    ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"],
)
def test_a_page_about_the_second_step_opens_once_there_is_one(signed_in, view_name):
    TOTP.activate(signed_in.user, generate_totp_secret())
    RecoveryCodes.activate(signed_in.user)

    assert signed_in.get(reverse(view_name)).status_code == 200


def test_every_recovery_code_is_shown_on_its_own_line(signed_in):
    TOTP.activate(signed_in.user, generate_totp_secret())
    codes = RecoveryCodes.activate(signed_in.user).get_unused_codes()

    page = signed_in.get(reverse("mfa_view_recovery_codes")).content.decode()

    assert len(codes) == 10
    assert "&#10;".join(codes) in page


def test_a_passkey_can_be_renamed_and_removed_from_its_list(signed_in):
    passkey = Authenticator.objects.create(
        user=signed_in.user, type=Authenticator.Type.WEBAUTHN, data={"name": "My Chromebook"}
    )
    for view_name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        page = signed_in.get(reverse(view_name, kwargs={"pk": passkey.pk}))
        assert page.status_code == 200
        assert b"My Chromebook" in page.content


def test_a_person_switches_the_keyboard_shortcuts_off_and_on(client):
    person = UserFactory()
    client.force_login(person)
    address = reverse("shortcuts")

    for answer, kept in (({}, False), ({"keys_are_on": "on"}, True)):
        assert client.post(address, answer).status_code == 302
        person.refresh_from_db()
        assert person.keys_are_on is kept
