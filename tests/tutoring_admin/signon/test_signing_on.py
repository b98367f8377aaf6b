"""A district's provider says who someone is; our memberships say what they may do."""

import datetime as dt

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Invitation, Membership, SignOnKind, SignOnLink, User
from tests.factories.roles import DistrictFactory, UserFactory, member
from tests.factories.signon import TENANT, SignOnLinkFactory, SignOnProviderFactory
from tests.tutoring_admin.signon.walking import (
    begin,
    come_back,
    is_in,
    provider_at,
    sign_on,
)
from tutoring_admin import shared_devices

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:get_jwt_config")]
EMAIL = "dana@riverbend.example"


@pytest.fixture
def row(idp):
    return provider_at(idp)


def staff(row, email=EMAIL, **fields):
    level = AccessLevel.DISTRICT_LEAD
    return member(level, at=row.district, user=UserFactory(email=email, **fields))


def at_provider(idp, sub="s-1", **claims):
    idp.person(sub, **{"email": EMAIL, "email_verified": True, **claims})
    return sub


def invite(row, email=EMAIL, **fields):
    return Invitation.objects.create(
        district=row.district,
        email=email,
        level=AccessLevel.EXECUTIVE,
        token_hash=f"{email}-{Invitation.objects.count()}",
        invited_by=member(AccessLevel.DISTRICT_LEAD, at=row.district),
        expires_at=timezone.now() + Invitation.LIFE,
        **fields,
    )


def test_a_person_is_found_by_the_verified_address_and_known_by_the_subject_from_then_on(
    client, idp, row
):
    dana = staff(row)
    answer = sign_on(client, row, idp, at_provider(idp))
    assert answer["Location"] == f"/d/{row.district.slug}/"
    assert is_in(client, dana)
    assert client.get(answer["Location"], follow=True).status_code == 200
    link = SignOnLink.objects.get()
    assert (link.subject, link.user, link.district) == ("s-1", dana, row.district)
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["sign_on.linked", "sign_on.signed_in"]


def test_the_session_changes_and_ends_within_half_a_day(client, idp, row):
    staff(row)
    where = idp.authorize(begin(client, row), at_provider(idp))
    before = client.session.session_key
    come_back(client, where)
    assert client.session.session_key != before
    assert client.session.get_expiry_age() <= 60 * 60 * 12


def test_people_land_where_they_were_going_and_nowhere_else(client, idp, row):
    staff(row)
    sub = at_provider(idp)
    inside = f"/d/{row.district.slug}/roles/"
    assert sign_on(client, row, idp, sub, next=inside)["Location"] == inside
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = sign_on(client, row, idp, sub, next=elsewhere)
        assert answer["Location"] == f"/d/{row.district.slug}/"


def test_nobody_without_an_account_or_an_invitation_is_let_in(client, idp, row):
    lead = staff(row, "lead@riverbend.example")
    answer = sign_on(client, row, idp, at_provider(idp, "s-2"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert lead.email in page
    assert not is_in(client)
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_open_invitation_to_the_verified_address_is_accepted(client, idp, row):
    invite(row, first_name="Dana")
    sub = at_provider(idp, "s-3", given_name="D.", family_name="Ruiz")
    sign_on(client, row, idp, sub)
    dana = User.objects.get(email=EMAIL)
    assert (dana.first_name, dana.last_name, dana.has_usable_password()) == ("Dana", "Ruiz", False)
    assert Membership.objects.get(user=dana).level == AccessLevel.EXECUTIVE
    assert is_in(client, dana)
    assert Invitation.objects.get().accepted_at


@pytest.mark.parametrize("state", ["revoked_at", "accepted_at"])
def test_a_dead_invitation_opens_nothing(client, idp, row, state):
    invite(row, **{state: timezone.now()})
    sign_on(client, row, idp, at_provider(idp, "s-4"))
    assert not is_in(client)
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_invitation_of_another_district_opens_nothing_here(client, idp, row):
    invite(provider_at(idp, district=DistrictFactory()))
    sign_on(client, row, idp, at_provider(idp, "s-5"))
    assert not is_in(client)


def test_an_account_whose_access_ended_is_sent_to_whom_to_ask(client, idp, row):
    link = SignOnLinkFactory(provider=row, district=row.district)
    idp.person(link.subject, email=EMAIL, email_verified=True)
    answer = sign_on(client, row, idp, link.subject)
    assert "no place in this program" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email": "dana@elsewhere.example"},
        {"email": "", "preferred_username": EMAIL, "upn": EMAIL},
    ],
)
def test_an_address_that_is_not_vouched_for_or_not_the_districts_links_nobody(
    client, idp, row, claims
):
    staff(row)
    staff(row, "dana@elsewhere.example")
    answer = sign_on(client, row, idp, at_provider(idp, "s-6", **claims))
    assert answer.status_code == 403
    assert not is_in(client)
    assert not SignOnLink.objects.exists()


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SignOnKind.GOOGLE, {"hd": "riverbend.example"}, [{"hd": "evil.example"}, {}]),
        (
            SignOnKind.MICROSOFT,
            {"tid": TENANT, "oid": "b1"},
            [{"tid": TENANT.replace("0f", "1f"), "oid": "b1"}, {"tid": TENANT}, {"oid": "b1"}],
        ),
        (SignOnKind.CLASSLINK, {"TenantId": 2284}, [{"TenantId": 2285}, {}]),
    ],
)
def test_accounts_outside_the_districts_own_tenant_are_refused(client, idp, kind, good, bad):
    tenants = {SignOnKind.MICROSOFT: [TENANT], SignOnKind.CLASSLINK: ["2284"]}.get(kind, [])
    row = provider_at(idp, kind=kind, tenants=tenants)
    dana = staff(row)
    for number, claims in enumerate(bad):
        answer = sign_on(client, row, idp, at_provider(idp, f"{kind}-{number}", **claims))
        assert answer.status_code == 403
        assert not is_in(client)
    sign_on(client, row, idp, at_provider(idp, f"{kind}-good", **good))
    assert is_in(client, dana)


def test_microsoft_people_are_their_tenant_and_object_whatever_the_subject(client, idp):
    row = provider_at(idp, kind=SignOnKind.MICROSOFT, tenants=[TENANT])
    staff(row)
    sign_on(client, row, idp, at_provider(idp, "pairwise", tid=TENANT, oid="B1"))
    assert SignOnLink.objects.get().subject == f"{TENANT}:b1"


def test_a_second_factor_that_someone_set_up_here_is_still_asked_for(client, idp, row):
    TOTP.activate(staff(row), generate_totp_secret())
    answer = sign_on(client, row, idp, at_provider(idp))
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(client)


def test_nothing_is_kept_in_tables_outside_the_wall(client, idp, row):
    staff(row)
    sign_on(client, row, idp, at_provider(idp))
    assert [m.objects.count() for m in (SocialApp, SocialAccount, SocialToken)] == [0, 0, 0]


def test_a_provider_that_is_off_or_unknown_is_not_found(client, idp):
    row = provider_at(idp, is_on=False)
    for key in (row.key, "nobody"):
        assert client.get(f"/sign-on/{key}/start/").status_code == 404
        assert client.get(f"/sign-on/{key}/").status_code == 404


def test_doors_of_allauth_that_are_not_ours_are_shut(client):
    for path in ("3rdparty/", "3rdparty/signup/", "oidc/x/login/", "saml/x/acs/", "google/login/"):
        assert client.get(f"/accounts/{path}").status_code in {302, 404}, path
        assert "login" in client.get(f"/accounts/{path}").get("Location", "login")


def test_a_shared_device_is_one_still_after_the_way_to_the_provider_and_back(client, idp):
    row = provider_at(idp)
    user = member(AccessLevel.EXECUTIVE, at=row.district, user=UserFactory(email=EMAIL))
    idp.person("dana", email=EMAIL, email_verified=True)

    sign_on(client, row, idp, "dana", shared_device="on")

    assert is_in(client, user)
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.get(f"/d/{row.district.slug}/roles/").status_code == 200
    with travel(timezone.now() + dt.timedelta(minutes=31)):
        assert client.get(f"/d/{row.district.slug}/roles/").status_code == 302


def test_who_follows_another_on_a_shared_device_is_on_a_shared_one_too(client, idp):
    row = provider_at(idp)
    client.force_login(UserFactory())
    member(AccessLevel.EXECUTIVE, at=row.district, user=UserFactory(email=EMAIL))
    idp.person("dana", email=EMAIL, email_verified=True)

    sign_on(client, row, idp, "dana", shared_device="on")
    assert shared_devices.is_shared(client.session)

    client.logout()
    sign_on(client, row, idp, "dana")
    assert not shared_devices.is_shared(client.session)


def test_the_box_beside_the_address_reaches_the_link_to_the_provider(client):
    row = SignOnProviderFactory()
    who = f"someone@{row.domains[0]}"
    page = client.post("/sign-on/", {"who": who, "shared_device": "on"}, follow=True)
    start = reverse("sign-on-start", args=[row.key])
    assert f'href="{start}?shared_device=on"' in page.content.decode()
    assert f'href="{start}"' not in page.content.decode()
