"""Signing in: for people who are invited, never for those who guess."""

import os
import subprocess
import sys
from http import HTTPStatus

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import User
from tests.factories.roles import DistrictFactory, UserFactory, member

pytestmark = pytest.mark.django_db
PASSWORD = "seven quiet lanterns"  # noqa: S105 -- of nobody
SIGN_IN = "/accounts/login/"
LOOPBACK, SCHOOL = "127.0.0.1", "203.0.113.9"


def account(email="dana@district.example", **fields):
    return UserFactory(email=email, password=make_password(PASSWORD), **fields)


def sign_in(client, email, password=PASSWORD, ip=SCHOOL, **headers):
    return client.post(
        SIGN_IN, {"login": email, "password": password}, REMOTE_ADDR=ip, headers=headers
    )


def is_in(client):
    return "_auth_user_id" in client.session


def test_a_person_signs_in_by_e_mail_whatever_its_case(client):
    account()
    answer = sign_in(client, "Dana@District.Example")
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/")
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    account()
    pages = [
        sign_in(client, email, "not this one") for email in ("dana@district.example", "x@y.example")
    ]
    assert pages[0].status_code == pages[1].status_code
    assert pages[0].context["form"].errors == pages[1].context["form"].errors
    assert not is_in(client)


def test_a_person_who_was_shut_out_cannot_sign_in(client):
    account(is_active=False)
    sign_in(client, "dana@district.example")
    assert not is_in(client)


def test_shutting_a_person_out_counts_at_their_next_request(client):
    user = account()
    member(AccessLevel.AUDITOR, at=DistrictFactory(), user=user)
    sign_in(client, user.email)
    assert client.get(reverse("account_change_password")).status_code == HTTPStatus.OK
    User.objects.filter(pk=user.pk).update(is_active=False)
    answer = client.get(reverse("account_change_password"))
    assert answer["Location"].startswith(SIGN_IN)


def test_a_new_password_ends_the_other_sessions(client):
    user = account()
    sign_in(client, user.email)
    user.set_password("another long sentence")
    user.save()
    answer = client.get(reverse("account_change_password"))
    assert answer["Location"].startswith(SIGN_IN)


def test_the_session_changes_when_one_signs_in(client):
    account()
    client.get("/invitations/nobody-made-this/")
    before = client.session.session_key
    sign_in(client, "dana@district.example")
    assert before
    assert client.session.session_key != before


def test_guessing_at_one_account_ends_after_ten_tries(client):
    account()
    for n in range(10):
        sign_in(client, "dana@district.example", f"guess {n}", ip=f"203.0.113.{n}")
    answer = sign_in(client, "dana@district.example")
    assert "Too many failed login attempts" in str(answer.context["form"].errors)
    assert not is_in(client)


def test_a_forged_forwarding_header_gives_no_further_tries(client):
    account()
    for n in range(10):
        sign_in(client, "dana@district.example", "guess", x_forwarded_for=f"198.51.100.{n}")
    sign_in(client, "dana@district.example", x_forwarded_for="198.51.100.99")
    assert not is_in(client)


def test_one_password_tried_at_many_accounts_from_one_address_is_stopped(client):
    account("last@district.example")
    for n in range(120):
        sign_in(client, f"p{n}@d.example", "Spring2026!", x_forwarded_for=f"198.51.100.{n}")
    sign_in(client, "last@district.example")
    assert not is_in(client)


@pytest.mark.timeout(120)
def test_a_whole_school_behind_one_address_signs_in_at_eight(client):
    """300 people in a minute, 40 of whom mistype first: nobody is refused."""
    people = User.objects.bulk_create(
        User(email=f"t{n}@school.example", password=make_password(PASSWORD)) for n in range(300)
    )
    refused = []
    for n, person in enumerate(people):
        if n < 40:
            sign_in(client, person.email, "seven quite lanterns")
        sign_in(client, person.email)
        if not is_in(client):
            refused.append(person.email)
        client.cookies.clear()
    assert refused == []


def test_a_reset_gives_the_same_answer_for_every_address(client, mailoutbox):
    account()
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("dana@district.example", "nobody@district.example")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert answers[0].status_code == answers[1].status_code == HTTPStatus.OK
    assert len(mailoutbox) == 2  # one of them says that there is no account: as much work for both


def test_a_password_is_set_anew_by_the_link_in_the_letter(client, mailoutbox):
    user = account()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get(link.replace("http://testserver", ""), follow=True)
    fields = {"password1": "nine copper kettles", "password2": "nine copper kettles"}
    client.post(page.redirect_chain[-1][0], fields)
    user.refresh_from_db()
    assert user.check_password("nine copper kettles")


def test_nobody_signs_up(client):
    page = client.get(reverse("account_signup"))
    assert "Accounts come by invitation" in page.content.decode()
    fields = {"email": "new@district.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), fields)
    assert not User.objects.filter(email="new@district.example").exists()


def test_a_new_address_counts_only_once_it_is_proven(client, mailoutbox):
    user = account()
    sign_in(client, user.email)
    client.post(
        reverse("account_email"), {"email": "elsewhere@d.example", "action_add": ""}, follow=True
    )
    user.refresh_from_db()
    assert user.email == "dana@district.example"
    assert not EmailAddress.objects.filter(email="elsewhere@d.example", verified=True).exists()


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_email_verification_sent",
    ],
)
def test_every_page_before_signing_in_wears_our_look(client, name):
    page = client.get(reverse(name)).content.decode()
    assert 'class="cover"' in page


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "usersessions_list",
    ],
)
def test_every_page_of_ones_account_wears_our_look(client, name):
    sign_in(client, account().email)
    answer = client.get(reverse(name), follow=True)
    assert answer.status_code == HTTPStatus.OK
    assert "css/look.css" in answer.content.decode()


def test_the_limit_of_attempts_is_stated_in_our_look(client):
    sign_in(client, account().email)
    for _ in range(11):
        answer = client.post(reverse("account_change_password"), {"oldpassword": "no"})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "css/look.css" in answer.content.decode()


def test_the_product_counts_no_proxy_unless_told_so():
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0


def start_demo(host):
    environment = {
        **os.environ,
        "HOST": host,
        "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.demo",
        "SECRET_KEY": "x" * 50,
        "DATABASE_URL": "postgres://localhost/nothing",
        "REDIS_URL": "redis://localhost/0",
    }
    program = "import django; django.setup()"
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::"])  # noqa: S104 -- refused
def test_the_demo_refuses_to_start_for_others(host):
    outcome = start_demo(host)
    assert outcome.returncode != 0
    assert "runs on this machine only" in outcome.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_the_demo_starts_for_this_machine(host):
    outcome = start_demo(host)
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(("keep", "ends_with_the_browser"), [("", True), ("on", False)])
def test_a_session_ends_with_the_browser_unless_it_is_asked_to_last(
    client, keep, ends_with_the_browser
):
    user = UserFactory()
    user.set_password("planner-and-pine-42")
    user.save()
    typed = {"login": user.email, "password": "planner-and-pine-42", "remember": keep}

    client.post(reverse("account_login"), typed)

    assert client.session.get("_auth_user_id") == str(user.pk)
    assert client.session.get_expire_at_browser_close() is ends_with_the_browser
