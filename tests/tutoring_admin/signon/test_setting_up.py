"""A lead sets a provider up, tries it, turns it on and requires it, without locking anyone out."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import (
    AuditEvent,
    District,
    SignOnKind,
    SignOnLink,
    SignOnProvider,
    SignOnSpare,
    User,
)
from roles.sealing import unseal
from roles.services import people
from roles.services.refusal import Refused
from roles.wall import district_scope
from tests.factories.roles import DistrictFactory, UserFactory, member
from tests.factories.signon import TENANT, SignOnLinkFactory, SignOnProviderFactory
from tests.reach import reach
from tests.tutoring_admin.signon.walking import begin, come_back, is_in, provider_at, sign_on
from tutoring_admin.systems.privacy import removing
from tutoring_admin.systems.signon import services

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:get_jwt_config")]
EMAIL, PASSWORD = "dana@riverbend.example", "seven quiet lanterns"


@pytest.fixture
def lead():
    user = UserFactory(email=EMAIL, password=make_password(PASSWORD))
    return member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory(), user=user)


@pytest.fixture
def district(lead):
    return lead.memberships.get().district


def at(name, district, **kwargs):
    return reverse(f"systems:signon{name}", kwargs={"district": district.slug, **kwargs})


def typed(**fields):
    return {
        "name": "Riverbend account",
        "domains": "Riverbend.example, @staff.riverbend.example",
        "client_id": "tutoring",
        "client_secret": "a word of nobody",
        **fields,
    }


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_provider_is_set_up_with_a_sealed_secret_that_is_never_shown(client, lead, district):
    client.force_login(lead)
    page = client.get(at("-add", district, kind="google")).content.decode()
    client.post(at("-add", district, kind="google"), typed())
    row = SignOnProvider.objects.get()
    assert f"/sign-on/{row.key}/back/" in page  # what Google asks for before it gives an id
    assert row.domains == ["riverbend.example", "staff.riverbend.example"]
    assert (row.issuer, row.is_on) == ("https://accounts.google.com", False)
    assert "a word" not in row.client_secret
    assert unseal(row.client_secret) == "a word of nobody"
    for name in ("-provider", "-edit"):
        assert "a word of nobody" not in client.get(at(name, district, pk=row.pk)).content.decode()
    assert "a word of nobody" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("google", {"domains": "gmail.com"}, "Anybody can have an address at gmail.com"),
        ("google", {"domains": "riverbend"}, "is not a domain"),
        ("microsoft", {"tenants": "common"}, "is not a tenant id"),
        ("oidc", {"issuer": "ftp://x"}, "not a web address"),
        ("oidc", {"issuer": "http://login.riverbend.example"}, "https://"),
        ("oidc", {"issuer": "https://169.254.169.254/"}, "inside this network"),
        ("saml", {"metadata": "<nothing"}, "not SAML metadata"),
        ("saml", {"metadata": "<EntityDescriptor/>"}, "metadata"),
    ],
)
def test_what_cannot_work_is_said_beside_the_field_and_nothing_typed_is_lost(
    client, lead, district, kind, fields, words
):
    client.force_login(lead)
    answer = client.post(at("-add", district, kind=kind), typed(**fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Riverbend account" in page
    assert not SignOnProvider.objects.exists()


def test_a_microsoft_tenant_makes_the_issuer(client, lead, district):
    client.force_login(lead)
    client.post(at("-add", district, kind="microsoft"), typed(tenants=TENANT.upper()))
    row = SignOnProvider.objects.get()
    assert row.tenants == [TENANT]
    assert row.issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"


def test_a_trial_tells_what_was_said_and_would_be_done_and_changes_nobody(
    client, lead, district, idp
):
    row = provider_at(idp, district=district, is_on=False, tested_at=None)
    idp.person("dana", email=EMAIL, email_verified=True, given_name="Dana", user_type="staff")
    client.force_login(lead)
    where = client.get(at("-try", district, pk=row.pk))["Location"]
    there = idp.authorize(client.get(where)["Location"], "dana")
    page = client.get(come_back(client, there)["Location"]).content.decode()
    assert "The trial went well" in page
    assert EMAIL in page
    assert "found by the e-mail address" in page
    assert is_in(client, lead)
    assert not SignOnLink.objects.exists()
    assert verbs() == []
    row.refresh_from_db()
    assert row.tested_at
    assert not row.is_on


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"user_type": "student"}, "this is a student"),
        ({"email_verified": False}, "has verified an e-mail address"),
        ({"email": "dana@elsewhere.example"}, "none of the domains"),
    ],
)
def test_a_trial_that_would_let_nobody_in_says_why_and_does_not_count(
    client, lead, district, idp, claims, words
):
    row = provider_at(idp, district=district, is_on=False, tested_at=None)
    idp.person("odd", **{"email": EMAIL, "email_verified": True, **claims})
    client.force_login(lead)
    where = client.get(at("-try", district, pk=row.pk))["Location"]
    there = idp.authorize(client.get(where)["Location"], "odd")
    page = client.get(come_back(client, there)["Location"]).content.decode()
    assert "The trial did not work" in page
    assert words in page
    row.refresh_from_db()
    assert row.tested_at is None


def test_a_trial_of_a_provider_that_does_not_answer_says_so(client, lead, district):
    row = SignOnProviderFactory(
        district=district, issuer="http://localhost:9", is_on=False, tested_at=None
    )
    client.force_login(lead)
    where = client.get(at("-try", district, pk=row.pk))["Location"]
    page = client.get(client.get(where)["Location"]).content.decode()
    assert "No usable answer from http://localhost:9" in page


def test_a_provider_is_turned_on_only_after_a_trial(client, lead, district):
    row = SignOnProviderFactory(district=district, is_on=False, tested_at=None)
    client.force_login(lead)
    client.post(at("-switch", district, pk=row.pk), {"on": "1"})
    row.refresh_from_db()
    assert not row.is_on


def test_another_issuer_takes_links_off_and_has_to_be_tried(client, lead, district):
    link = SignOnLinkFactory(district=district, provider__kind=SignOnKind.MICROSOFT)
    SignOnProvider.objects.update(tenants=[TENANT])
    client.force_login(lead)
    fields = typed(tenants=TENANT.replace("0f", "1f"), client_secret="")
    client.post(at("-edit", district, pk=link.provider_id), fields)
    row = SignOnProvider.objects.get()
    assert (row.is_on, row.tested_at) == (False, None)
    assert not SignOnLink.objects.exists()
    assert unseal(row.client_secret) == "a secret of nobody"  # an empty box keeps it


def test_it_is_not_required_without_a_spare_key(client, lead, district):
    SignOnProviderFactory(district=district)
    client.force_login(lead)
    page = client.get(at("-enforce", district)).content.decode()
    assert "No district lead has both a password and a second factor" in page
    for spares in ([], [lead.pk]):
        answer = client.post(at("-enforce", district), {"spares": spares})
        assert answer.status_code == 422
    assert not District.objects.get(pk=district.pk).sign_on_only


def test_it_is_not_required_without_a_provider_that_is_on(client, lead, district):
    TOTP.activate(lead, generate_totp_secret())
    client.force_login(lead)
    client.post(at("-enforce", district), {"spares": [lead.pk]})
    assert not District.objects.get(pk=district.pk).sign_on_only


def test_a_lead_of_another_district_is_no_spare_key(client, lead, district):
    SignOnProviderFactory(district=district)
    stranger = member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory())
    for user in (lead, stranger):
        TOTP.activate(user, generate_totp_secret())
    client.force_login(lead)
    answer = client.post(at("-enforce", district), {"spares": [stranger.pk]})
    assert answer.status_code == 422


@pytest.fixture
def enforced(client, lead, district, idp):
    """A district that requires its provider; its lead holds the spare key."""
    secret = generate_totp_secret()
    TOTP.activate(lead, secret)
    row = provider_at(idp, district=district)
    client.force_login(lead)
    answer = client.post(at("-enforce", district), {"spares": [lead.pk]})
    assert answer.status_code == 302
    client.logout()
    return row, secret


def by_password(client, email, secret=None):
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    if secret:
        code = hotp_value(secret, int(time.time()) // 30)
        client.post(reverse("mfa_authenticate"), {"code": f"{code:06}"})


def test_where_it_is_required_a_password_opens_nothing(client, district, enforced):
    row, _ = enforced
    user = UserFactory(email="lee@riverbend.example", password=make_password(PASSWORD))
    member(AccessLevel.EXECUTIVE, at=district, user=user)
    by_password(client, user.email)
    answer = client.get(f"/d/{district.slug}/roles/")
    assert answer.status_code == 403
    assert reverse("sign-on-start", args=[row.key]) in answer.content.decode()


def test_it_holds_at_once_for_people_who_are_in(client, district, enforced):
    user = member(AccessLevel.EXECUTIVE, at=district)
    client.force_login(user)
    assert client.get(f"/d/{district.slug}/roles/").status_code == 403


def test_the_provider_opens_it(client, lead, district, enforced, idp):
    row, _ = enforced
    user = UserFactory(email="lee@riverbend.example")
    member(AccessLevel.EXECUTIVE, at=district, user=user)
    idp.person("lee", email=user.email, email_verified=True)
    sign_on(client, row, idp, "lee")
    assert client.get(f"/d/{district.slug}/roles/").status_code == 200


def test_a_person_who_is_in_by_password_adds_the_districts_word(client, district, enforced, idp):
    row, _ = enforced
    other = DistrictFactory()
    user = UserFactory(email="lee@riverbend.example", password=make_password(PASSWORD))
    for place in (district, other):
        member(AccessLevel.EXECUTIVE, at=place, user=user)
    by_password(client, user.email)
    idp.person("lee", email=user.email, email_verified=True)
    come_back(client, idp.authorize(begin(client, row), "lee"))
    for place in (district, other):
        assert client.get(f"/d/{place.slug}/roles/").status_code == 200


def test_the_spare_key_opens_it_with_password_and_second_factor_and_is_noted(
    client, lead, district, enforced
):
    _, secret = enforced
    by_password(client, EMAIL, secret)
    assert client.get(f"/d/{district.slug}/roles/").status_code == 200
    client.get(f"/d/{district.slug}/roles/")
    assert verbs().count("sign_on.spare_used") == 1


def test_the_spare_key_is_nothing_without_its_second_factor(client, lead, district, enforced):
    client.force_login(lead)
    assert client.get(f"/d/{district.slug}/roles/").status_code == 403


def test_the_last_provider_is_neither_turned_off_nor_removed_nor_moved(
    client, lead, district, enforced
):
    row, secret = enforced
    by_password(client, EMAIL, secret)
    client.post(at("-switch", district, pk=row.pk), {"on": "0"})
    client.post(at("-remove", district, pk=row.pk))
    client.post(at("-edit", district, pk=row.pk), typed(issuer="http://localhost:9"))
    row.refresh_from_db()
    assert row.is_on
    client.post(at("-relax", district))
    client.post(at("-switch", district, pk=row.pk), {"on": "0"})
    row.refresh_from_db()
    assert not row.is_on
    assert not SignOnSpare.objects.exists()


def test_the_box_finds_a_district_by_domain_or_name_and_tells_of_no_account(client, lead):
    row = SignOnProviderFactory(district__name="Riverbend Schools")
    UserFactory(email="someone@riverbend.example")
    page = reverse("sign-on-provider", args=[row.key])
    for who in ("someone@riverbend.example", "nobody@Riverbend.example", "riverbend schools"):
        assert client.post("/sign-on/", {"who": who})["Location"] == page
    answers = [client.post("/sign-on/", {"who": who}) for who in (EMAIL[:-1], "x@y.example")]
    assert {answer["Location"] for answer in answers} == {"/accounts/login/?with=password"}
    assert client.post("/sign-on/", {"who": "Atlantis"}).status_code == 422


def test_the_sign_in_page_asks_for_the_district_only_where_one_signs_in_so(client):
    assert 'name="password"' in client.get("/accounts/login/").content.decode()
    row = SignOnProviderFactory()
    page = client.get("/accounts/login/").content.decode()
    assert 'name="who"' in page
    assert 'name="password"' not in page
    assert 'name="password"' in client.get("/accounts/login/?with=password").content.decode()
    client.cookies["sign_on_provider"] = row.key
    assert f"Sign in with {row.name}" in client.get("/accounts/login/").content.decode()


def second_lead(district, secret=None):
    user = member(AccessLevel.DISTRICT_LEAD, at=district)
    if secret:
        user.set_password(PASSWORD)
        user.save()
        TOTP.activate(user, secret)
    return user


LAST_SPARE = "last spare key"


def test_the_last_spare_key_is_not_taken_away_with_the_access_of_its_holder(
    lead, district, enforced
):
    district.refresh_from_db()
    by, held = reach(district, second_lead(district)), lead.memberships.get()
    for take in (
        lambda: people.end_access(held, by=by),
        lambda: people.change_access(held, level=AccessLevel.AUDITOR, school=None, by=by),
        lambda: removing.ask(lead, by=by),
    ):
        with district_scope(district), pytest.raises(Refused, match=LAST_SPARE):
            take()

    other = second_lead(district, generate_totp_secret())
    with district_scope(district):
        services.enforce([lead, other], by=by)
        assert people.end_access(held, by=by)


def test_why_an_access_stays_is_said_on_its_page(client, lead, district, enforced, idp):
    row, _ = enforced
    other = second_lead(district)
    User.objects.filter(pk=other.pk).update(email="lee@riverbend.example")
    idp.person("lee", email="lee@riverbend.example", email_verified=True)
    sign_on(client, row, idp, "lee")
    where = [district.slug, lead.memberships.get().pk]
    for name in ("roles:people-end", "roles:people-change"):
        assert LAST_SPARE in client.get(reverse(name, args=where)).content.decode()


def test_the_last_spare_key_keeps_its_second_factor(client, lead, enforced):
    _, secret = enforced
    by_password(client, EMAIL, secret)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert LAST_SPARE in answer.content.decode()

    passkey = Authenticator.objects.create(
        user=lead, type="webauthn", data={"name": "Key", "credential": {}}
    )
    client.post(reverse("mfa_deactivate_totp"))  # there is another one by now
    answer = client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert answer.status_code == 422
    assert LAST_SPARE in answer.content.decode()
    factors = Authenticator.objects.filter(user=lead, type__in=["totp", "webauthn"])
    assert [each.type for each in factors] == ["webauthn"]


def test_a_second_factor_goes_where_no_district_needs_it(client, lead, district):
    secret = generate_totp_secret()
    TOTP.activate(lead, secret)
    by_password(client, EMAIL, secret)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=lead, type="totp").exists()
