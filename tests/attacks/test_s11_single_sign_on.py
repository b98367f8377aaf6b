"""S11: a forged, borrowed, old or foreign answer of a provider signs nobody in."""

import base64
import time
from types import SimpleNamespace

import jwt
import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import SignOnKind, SignOnLink
from tests.factories.roles import DistrictFactory, UserFactory, member
from tests.factories.signon import SignOnLinkFactory, SignOnProviderFactory
from tests.tutoring_admin.signon import oidc_server, saml_server
from tests.tutoring_admin.signon.walking import begin, come_back, is_in, provider_at, sign_on

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
EMAIL = "dana@riverbend.example"
EMAIL_NAME = "urn:oid:0.9.2342.19200300.100.1.3"


@pytest.fixture(scope="module")
def running_idp():
    with oidc_server.running() as provider:
        yield provider


@pytest.fixture
def idp(running_idp):
    running_idp.spoil = None
    running_idp.person("dana", email=EMAIL, email_verified=True)
    return running_idp


@pytest.fixture
def row(idp):
    return provider_at(idp)


@pytest.fixture
def dana(row):
    return member(AccessLevel.DISTRICT_LEAD, at=row.district, user=UserFactory(email=EMAIL))


def unsigned(idp):
    def spoil(token):
        claims = jwt.decode(token, options={"verify_signature": False})
        return jwt.encode(claims, None, algorithm="none")

    return spoil


def cut_off(idp):
    return lambda token: token.rpartition(".")[0] + "."


SPOILS = {
    "unsigned": unsigned,
    "signature cut off": cut_off,
    "wrong key": lambda idp: idp.signed(lambda c: c, key=idp.wrong_key),
    "a secret as key": lambda idp: idp.signed(lambda c: c, key="x" * 64, algorithm="HS256"),
    "other words, old signature": lambda idp: _other_words,
    "wrong audience": lambda idp: idp.signed(lambda c: {**c, "aud": "another program"}),
    "for another party": lambda idp: idp.signed(lambda c: {**c, "azp": "another program"}),
    "wrong issuer": lambda idp: idp.signed(lambda c: {**c, "iss": "https://evil.example"}),
    "expired": lambda idp: idp.signed(lambda c: {**c, "exp": int(time.time()) - 300}),
    "never expires": lambda idp: idp.signed(lambda c: {k: c[k] for k in c if k != "exp"}),
    "of another sign-in": lambda idp: idp.signed(lambda c: {**c, "nonce": "another"}),
    "of no sign-in": lambda idp: idp.signed(lambda c: {k: c[k] for k in c if k != "nonce"}),
}


def _other_words(token):
    head, _, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    body = jwt.encode({**claims, "email": "boss@riverbend.example"}, "x").split(".")[1]
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_s11_an_id_token_that_proves_nothing_signs_nobody_in(client, idp, row, dana, spoil):
    idp.spoil = spoil(idp)
    answer = sign_on(client, row, idp, "dana")
    assert answer.status_code == 403
    assert not is_in(client)
    assert not SignOnLink.objects.exists()


def test_s11_the_same_token_signed_by_the_provider_is_taken(client, idp, row, dana):
    idp.spoil = idp.signed(lambda claims: claims)
    sign_on(client, row, idp, "dana")
    assert is_in(client, dana)


def test_s11_an_address_used_twice_signs_in_once(client, idp, row, dana):
    where = idp.authorize(begin(client, row), "dana")
    come_back(client, where)
    client.logout()
    answer = come_back(client, where)
    assert answer["Location"] == reverse("sign-on-start", args=[row.key])
    assert not is_in(client)


def test_s11_a_sign_in_that_was_begun_in_another_browser_is_begun_again(client, idp, row, dana):
    where = idp.authorize(begin(type(client)(), row), "dana")
    answer = come_back(client, where)
    assert answer["Location"] == reverse("sign-on-start", args=[row.key])
    assert not is_in(client)


def test_s11_a_portal_starts_a_sign_in_without_state_and_it_is_begun_again(client, idp, row, dana):
    """As Clever and ClassLink do. The code that came along is dropped."""
    back = reverse("sign-on-callback", args=[row.key])
    answer = client.get(back, {"code": "from-the-portal"})
    assert answer["Location"] == reverse("sign-on-start", args=[row.key])
    come_back(client, idp.authorize(client.get(answer["Location"])["Location"], "dana"))
    assert is_in(client, dana)


def test_s11_a_browser_without_cookies_is_not_sent_round_for_ever(client, row):
    back = reverse("sign-on-callback", args=[row.key])
    answers = [client.get(back, {"code": "x"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 403]
    assert "cookies" in answers[-1].content.decode()


def test_s11_the_answer_of_one_provider_is_not_taken_at_another(client, idp, row, dana):
    other = provider_at(idp, district=DistrictFactory())
    member(AccessLevel.DISTRICT_LEAD, at=other.district, user=dana)
    where = idp.authorize(begin(client, row), "dana")
    come_back(client, where.replace(row.key, other.key))
    assert not is_in(client)


def test_s11_district_a_cannot_assert_a_person_of_district_b(client, idp, row):
    """Its provider may say any address, and its lead may set any domain: B's person stays B's."""
    other = DistrictFactory()
    boss = member(AccessLevel.DISTRICT_LEAD, at=other, user=UserFactory(email="boss@b.example"))
    row.domains.append("b.example")
    row.save()
    idp.person("boss", email=boss.email, email_verified=True)
    assert sign_on(client, row, idp, "boss").status_code == 403
    assert not is_in(client)


def test_s11_a_person_of_both_districts_enters_only_the_one_whose_provider_vouched(
    client, idp, row, dana
):
    other = DistrictFactory()
    member(AccessLevel.DISTRICT_LEAD, at=other, user=dana)
    sign_on(client, row, idp, "dana")
    assert client.get(f"/d/{row.district.slug}/roles/").status_code == 200
    answer = client.get(f"/d/{other.slug}/roles/")
    assert answer.status_code == 403
    assert "another district" in answer.content.decode()


@pytest.mark.parametrize(
    "door",
    [
        "account_set_password",
        "account_change_password",
        "account_email",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    ],
)
def test_s11_a_districts_word_does_not_reach_the_accounts_own_keys(client, idp, row, dana, door):
    sign_on(client, row, idp, "dana")
    assert is_in(client, dana)
    for answer in (client.get(reverse(door)), client.post(reverse(door), {"email": "x@y.example"})):
        assert answer.status_code == 403


def test_s11_a_changed_address_of_the_same_subject_keeps_the_account(client, idp, row, dana):
    other = member(
        AccessLevel.DISTRICT_LEAD,
        at=row.district,
        user=UserFactory(email="lee@riverbend.example"),
    )
    sign_on(client, row, idp, "dana")
    client.logout()
    idp.person("dana", email=other.email, email_verified=True)
    sign_on(client, row, idp, "dana")
    assert is_in(client, dana)
    dana.refresh_from_db()
    assert dana.email == EMAIL


def test_s11_a_handed_on_address_does_not_open_the_account_of_who_had_it(client, idp, row, dana):
    sign_on(client, row, idp, "dana")
    client.logout()
    idp.person("successor", email=EMAIL, email_verified=True)
    assert sign_on(client, row, idp, "successor").status_code == 403
    assert not is_in(client)


def test_s11_the_same_address_at_another_provider_links_nobody(client, idp, row, dana):
    elsewhere = SignOnProviderFactory(district=row.district, kind=SignOnKind.SAML)
    SignOnLinkFactory(district=row.district, provider=elsewhere, user=dana)
    assert sign_on(client, row, idp, "dana").status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"user_type": "student"},
        {"Role": "Student"},
        {"roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]},
        {"roles": [{"roleType": "primary", "role": "student"}]},
        {"eduPersonScopedAffiliation": "student@riverbend.example"},
        {"roles": {"student": {"grade": "7"}}},
        {"role": "guardian"},
        {"user_type": "staff", "role": "teacher, student"},
    ],
)
def test_s11_students_and_families_are_refused_with_or_without_a_link(
    client, idp, row, dana, claims
):
    SignOnLinkFactory(district=row.district, provider=row, user=dana, subject="pupil")
    idp.person("pupil", email=EMAIL, email_verified=True, **claims)
    assert sign_on(client, row, idp, "pupil").status_code == 403
    assert not is_in(client)


# SAML


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return saml_server.IdP(tmp_path_factory.mktemp("idp"))


@pytest.fixture
def at_saml(client, keys):
    """A district with SAML, its lead Dana, and a browser that was sent to the provider."""
    row = SignOnProviderFactory(
        kind=SignOnKind.SAML, metadata=keys.metadata(), issuer=keys.entity_id, client_secret=""
    )
    dana = member(AccessLevel.DISTRICT_LEAD, at=row.district, user=UserFactory(email=EMAIL))
    ours = client.get(reverse("sign-on-metadata", args=[row.key])).content.decode()
    return SimpleNamespace(row=row, dana=dana, ours=ours, asked=begin(client, row))


def answered(keys, saml, subject="dana", email=EMAIL, **how):
    return keys.answer(saml.asked, saml.ours, subject, {EMAIL_NAME: [email]}, **how)


def post(client, row, form):
    """As the provider's page does it: a form of another site, without our cookies."""
    answer = client.post(reverse("sign-on-saml", args=[row.key]), form)
    return client.get(answer["Location"])


def test_s11_saml_a_signed_answer_signs_in(client, keys, at_saml):
    answer = post(client, at_saml.row, answered(keys, at_saml))
    assert answer["Location"] == f"/d/{at_saml.row.district.slug}/", answer.content.decode()
    assert is_in(client, at_saml.dana)
    assert SignOnLink.objects.get().subject == "dana"


def shifted(minutes):
    """An edit that moves an answer back in time."""

    def edit(xml):
        for word in ("NotOnOrAfter", "NotBefore", "IssueInstant", "AuthnInstant"):
            xml = _moved(xml, word, minutes)
        return xml

    return edit


def _moved(xml, word, minutes):
    parts = xml.split(f'{word}="')
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    moved = [parts[0]]
    for part in parts[1:]:
        old, rest = part.split('"', 1)
        at = time.mktime(time.strptime(old, stamp)) - minutes * 60
        moved.append(f'{time.strftime(stamp, time.localtime(at))}"{rest}')
    return f'{word}="'.join(moved)


FORGED = {
    "unsigned": lambda keys: {"key": None},
    "wrong key": lambda keys: {"key": keys.other_key, "certificate": keys.other_certificate},
    "wrong audience": lambda keys: {"edit": lambda xml: _audience(xml)},
    "expired": lambda keys: {"edit": shifted(120)},
    "not yet": lambda keys: {"edit": shifted(-120)},
    "another issuer": lambda keys: {
        "edit": lambda xml: xml.replace(keys.entity_id, "https://evil.example/metadata")
    },
    "to another address": lambda keys: {"edit": lambda xml: xml.replace("/saml/", "/other/")},
}


WHY_FORGED = (
    "No Signature found",
    "Signature validation failed",
    "is not a valid audience",
    "Could not validate timestamp",
    "A valid SubjectConfirmation was not found",
    "Invalid issuer",
    "received at",
)


def _audience(xml):
    start = xml.index("Audience>") + len("Audience>")
    end = xml.index("<", start)
    return f"{xml[:start]}https://another.example/{xml[end:]}"


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_s11_saml_an_answer_that_proves_nothing_signs_nobody_in(
    client, keys, at_saml, forged, caplog
):
    with caplog.at_level("WARNING", "tutoring_admin.systems.signon"):
        answer = post(client, at_saml.row, answered(keys, at_saml, **forged(keys)))
    assert answer.status_code == 403
    assert not is_in(client)
    assert any(words in caplog.text for words in WHY_FORGED)


def test_s11_saml_a_signed_answer_with_other_words_is_refused(client, keys, at_saml):
    form = answered(keys, at_saml, email="lee@riverbend.example")
    xml = base64.b64decode(form["SAMLResponse"]).decode().replace("lee@", "dana@")
    form["SAMLResponse"] = base64.b64encode(xml.encode()).decode()
    assert post(client, at_saml.row, form).status_code == 403
    assert not is_in(client)


def test_s11_saml_an_answer_is_taken_once(client, keys, at_saml):
    form = answered(keys, at_saml)
    post(client, at_saml.row, form)
    assert is_in(client)
    client.logout()
    answer = post(client, at_saml.row, form)
    assert answer["Location"] == reverse("sign-on-start", args=[at_saml.row.key])
    assert not is_in(client)


def test_s11_saml_the_relay_state_sends_nobody_elsewhere(client, keys, at_saml):
    for elsewhere in ("https://evil.example/", "//evil.example"):
        at_saml.asked = begin(client, at_saml.row)
        form = answered(keys, at_saml, relay_state=elsewhere)
        answer = post(client, at_saml.row, form)
        assert answer["Location"] == f"/d/{at_saml.row.district.slug}/"


def test_s11_saml_an_answer_to_nobody_is_dropped_and_a_sign_in_begun(client, keys, at_saml):
    """As portals send it (IdP-initiated): the assertion could be somebody else's."""
    form = answered(keys, at_saml, in_response_to="", relay_state="https://evil.example/")
    answer = post(client, at_saml.row, form)
    assert answer["Location"] == reverse("sign-on-start", args=[at_saml.row.key])
    assert not is_in(client)


def test_s11_saml_an_answer_that_another_browser_asked_for_is_not_taken(client, keys, at_saml):
    at_saml.asked = begin(type(client)(), at_saml.row)
    answer = post(client, at_saml.row, answered(keys, at_saml))
    assert answer["Location"] == reverse("sign-on-start", args=[at_saml.row.key])
    assert not is_in(client)


def test_s11_saml_a_student_is_refused(client, keys, at_saml):
    said = {EMAIL_NAME: [EMAIL], "eduPersonAffiliation": ["member", "student"]}
    form = keys.answer(at_saml.asked, at_saml.ours, "pupil", said)
    assert post(client, at_saml.row, form).status_code == 403
    assert not is_in(client)
