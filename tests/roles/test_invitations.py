"""Asking people in: one address, one link, once, for seven days."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Invitation, Letter, Membership, OwedStatus, User
from roles.services import delivery, invitations
from tests.factories.roles import DistrictFactory, SchoolFactory, UserFactory, member

pytestmark = pytest.mark.django_db
PASSWORD = "seven quiet lanterns"  # noqa: S105 -- of nobody
ACCOUNT = {"first_name": "Noor", "last_name": "Haddad", "password": PASSWORD}


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district)


@pytest.fixture
def send(client, school, lead, django_capture_on_commit_callbacks, mailoutbox):
    """Invite as the lead does; returns the link that the letter carries."""

    def invite(email="noor@district.example", level="auditor", school=school, at=""):
        client.force_login(lead)
        url = reverse("roles:people-invite", kwargs={"district": school.district.slug})
        offer = {"email": email, "level": level, "school": at}
        offer |= {"first_name": "Noor", "last_name": "Haddad"}
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(url, offer)
        assert answer.status_code == 302
        client.logout()
        return link_in(mailoutbox[-1])

    return invite


def link_in(mail):
    return re.search(r"https?://[^/]+(/invitations/\S+/)", mail.body)[1]


def follow(client, link):
    """Open the link of a letter; the page it leads to."""
    return client.get(link, follow=True)


def join(client, link, account=ACCOUNT):
    client.get(link)
    return client.post(reverse("invitation-accept"), account)


def manage(client, name, invitation):
    kwargs = {"district": invitation.district.slug, "pk": invitation.pk}
    return client.post(reverse(f"roles:{name}", kwargs=kwargs))


def test_a_new_person_joins_with_a_name_and_a_password_and_is_signed_in(client, send, school):
    answer = join(client, send())
    assert (answer.status_code, answer["Location"]) == (302, f"/d/{school.district.slug}/")
    user = User.objects.get(email="noor@district.example")
    assert (user.get_full_name(), user.check_password(PASSWORD)) == ("Noor Haddad", True)
    assert int(client.session["_auth_user_id"]) == user.pk
    held = Membership.objects.get(user=user)
    assert (held.district, held.level, held.school) == (school.district, "auditor", None)


def test_a_level_at_a_school_gives_access_to_that_school_alone(client, send, school):
    join(client, send(level="coach", at=school.pk))
    held = Membership.objects.get(user__email="noor@district.example")
    assert (held.level, held.school) == ("coach", school)


def test_the_letter_names_who_invites_to_what_and_until_when(send, school, lead, mailoutbox):
    send(level="coach", at=school.pk)
    letter = mailoutbox[-1]
    assert letter.to == ["noor@district.example"]
    for words in (str(lead), school.district.name, "Coach", school.name):
        assert words in letter.body
    html = letter.alternatives[0][0]
    assert link_in(letter) in html


def test_the_token_is_long_and_stands_nowhere_in_the_database(send):
    token = send().split("/")[-2]
    assert len(token) >= 43  # 256 bits in base64
    letter, invitation = Letter.objects.get(), Invitation.objects.get()
    assert invitation.token_hash == invitations.hash_token(token)
    for kept in (letter.body, letter.html, letter.key, letter.subject, invitation.token_hash):
        assert token not in kept
    assert token not in str([event.detail for event in AuditEvent.objects.all()])


def test_an_invitation_works_once(client, send):
    link = send()
    join(client, link)
    client.logout()
    assert follow(client, link).status_code == 404
    other = {"first_name": "Mallory", "last_name": "Gray", "password": "another long sentence"}
    assert join(client, link, other).status_code == 404
    assert User.objects.get(email="noor@district.example").check_password(PASSWORD)
    assert Membership.objects.filter(level="auditor").count() == 1


def test_every_dead_invitation_gets_the_same_page_and_status(client, send, lead):
    pages = {"unknown": follow(client, "/invitations/nobody-made-this/")}
    used = send("used@district.example")
    join(client, used)
    client.logout()
    pages["used"] = follow(client, used)
    revoked = send("revoked@district.example")
    client.force_login(lead)
    manage(client, "invitation-revoke", Invitation.objects.get(email="revoked@district.example"))
    client.logout()
    pages["revoked"] = follow(client, revoked)
    expired = send("expired@district.example")
    Invitation.objects.filter(email="expired@district.example").update(expires_at=timezone.now())
    pages["expired"] = follow(client, expired)
    pages["none"] = client.get(reverse("invitation-accept"))
    assert {page.status_code for page in pages.values()} == {404}
    assert len({page.content for page in pages.values()}) == 1


def test_an_invitation_lives_for_seven_days(client, send):
    link = send()
    with time_machine.travel(timezone.now() + dt.timedelta(days=6, hours=23)):
        assert follow(client, link).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, seconds=5)):
        assert follow(client, link).status_code == 404


def test_inviting_an_address_with_an_account_elsewhere_looks_the_same(client, send, lead, school):
    member(AccessLevel.AUDITOR, at=DistrictFactory(), user=account("known@district.example"))
    url = reverse("roles:people", kwargs={"district": school.district.slug})
    seen = []
    for email in ("known@district.example", "fresh@district.example"):
        send(email)
        client.force_login(lead)
        seen.append(client.get(url).content.decode().replace(email, "X"))
        client.logout()
        Invitation.objects.all().delete()
    assert re.sub(r"/\d+/|value=\"\w+\"", "", seen[0]) == re.sub(
        r"/\d+/|value=\"\w+\"", "", seen[1]
    )


def account(email):
    user = UserFactory(email=email)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_person_with_an_account_signs_in_and_then_joins(client, send, school):
    user = account("noor@district.example")
    link = send()
    page = follow(client, link)
    assert "Sign in to join" in page.content.decode()
    client.post(
        f"{reverse('account_login')}?next={reverse('invitation-accept')}",
        {"login": user.email, "password": PASSWORD},
    )
    assert "You are signed in as" in client.get(reverse("invitation-accept")).content.decode()
    answer = client.post(reverse("invitation-accept"))
    assert answer["Location"] == f"/d/{school.district.slug}/"
    assert Membership.objects.get(user=user).level == "auditor"


def test_an_account_cannot_be_taken_over_through_its_invitation(client, send):
    user = account("noor@district.example")
    answer = join(client, send(), ACCOUNT | {"password": "mallory chose this one"})
    assert "Sign in to join" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not Membership.objects.filter(user=user).exists()


def test_an_invitation_is_bound_to_its_address(client, send):
    link = send()
    someone_else = UserFactory()
    client.force_login(someone_else)
    client.get(link)
    page = client.post(reverse("invitation-accept"))
    assert "for someone else" in page.content.decode()
    assert not Membership.objects.filter(user=someone_else).exists()


def test_an_account_that_changed_its_address_cannot_use_the_old_ones_invitation(client, send):
    user = account("noor@district.example")
    link = send()
    User.objects.filter(pk=user.pk).update(email="noor.haddad@elsewhere.example")
    user.refresh_from_db()
    client.force_login(user)
    client.get(link)
    client.post(reverse("invitation-accept"))
    assert not Membership.objects.filter(user=user).exists()


def test_a_leader_without_a_password_keeps_their_record_and_gets_one(client, send):
    holder = User.objects.create_user("noor@district.example", first_name="N.", last_name="H.")
    join(client, send())
    holder.refresh_from_db()
    assert (str(holder), holder.check_password(PASSWORD)) == ("Noor Haddad", True)
    assert Membership.objects.get(user=holder).level == "auditor"


@pytest.mark.parametrize("password", ["short", "noor@district.example", "q1w2e3r4t5y6", ""])
def test_a_weak_password_is_refused_beside_its_field(client, send, password):
    answer = join(client, send(), ACCOUNT | {"password": password})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"password"}
    assert not User.objects.filter(email="noor@district.example").exists()


def test_the_address_of_a_new_account_cannot_be_chosen(client, send):
    join(client, send(), ACCOUNT | {"email": "mallory@district.example"})
    assert not User.objects.filter(email="mallory@district.example").exists()
    assert User.objects.filter(email="noor@district.example").exists()


def test_the_token_goes_into_no_referer_no_cache_and_no_second_address(client, send):
    answer = client.get(send())
    assert answer["Location"] == reverse("invitation-accept")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "no-store" in client.get(answer["Location"])["Cache-Control"]


def test_signing_in_by_invitation_changes_the_session(client, send):
    link = send()
    client.get(link)
    before = client.session.session_key
    client.post(reverse("invitation-accept"), ACCOUNT)
    assert client.session.session_key != before


def test_sending_again_kills_the_old_link(
    client, send, lead, mailoutbox, django_capture_on_commit_callbacks
):
    old = send()
    client.force_login(lead)
    with django_capture_on_commit_callbacks(execute=True):
        manage(client, "invitation-resend", Invitation.objects.get())
    delivery.carry()  # to the test both were in one transaction, which rings once
    client.logout()
    assert len(mailoutbox) == 2
    assert follow(client, old).status_code == 404
    assert join(client, link_in(mailoutbox[-1])).status_code == 302


def test_an_invitation_that_ran_out_can_be_sent_again(client, send, lead):
    send()
    invitation = Invitation.objects.get()
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(hours=1))
    client.force_login(lead)
    manage(client, "invitation-resend", invitation)
    invitation.refresh_from_db()
    assert invitation.state == "open"


def test_an_accepted_invitation_is_neither_sent_again_nor_taken_back(client, send, lead):
    join(client, send())
    invitation = Invitation.objects.get()
    client.force_login(lead)
    manage(client, "invitation-resend", invitation)
    manage(client, "invitation-revoke", invitation)
    invitation.refresh_from_db()
    assert invitation.state == "accepted"
    assert Letter.objects.count() == 1


def test_a_letter_not_sent_yet_is_called_back_with_its_invitation(client, school, lead):
    client.force_login(lead)
    district = {"district": school.district.slug}
    offer = {"email": "a@b.example", "first_name": "A", "last_name": "B", "level": "auditor"}
    client.post(reverse("roles:people-invite", kwargs=district), offer)
    letter = Letter.objects.get()
    assert (letter.status, letter.is_expired) == (OwedStatus.WAITING, False)
    manage(client, "invitation-revoke", Invitation.objects.get())
    letter.refresh_from_db()
    assert letter.is_expired


def test_each_step_leaves_one_line_in_the_audit_trail(client, send, lead):
    join(client, send("one@district.example"))
    send("two@district.example")
    client.force_login(lead)
    manage(client, "invitation-revoke", Invitation.objects.get(email="two@district.example"))
    told = [(event.verb, str(event.actor)) for event in AuditEvent.objects.order_by("pk")]
    assert told == [
        ("person.invited", str(lead)),
        ("invitation.accepted", "Noor Haddad"),
        ("person.invited", str(lead)),
        ("invitation.revoked", str(lead)),
    ]


@pytest.mark.parametrize(
    ("offer", "field"),
    [
        ({"level": "coach"}, "school"),
        ({"level": "auditor", "school": "own"}, "school"),
        ({"level": "coach", "school": "foreign"}, "school"),
        ({"level": "superuser"}, "level"),
        ({"email": "not an address"}, "email"),
        ({"first_name": " "}, "first_name"),
    ],
)
def test_a_wrong_invitation_is_refused_at_the_field(client, school, lead, offer, field):
    places = {"own": school.pk, "foreign": SchoolFactory().pk}
    data = {"email": "a@b.example", "first_name": "A", "last_name": "B", "level": "auditor"}
    data |= offer
    data["school"] = places.get(data.get("school"), "")
    client.force_login(lead)
    url = reverse("roles:people-invite", kwargs={"district": school.district.slug})
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice_to_the_same(client, send, school, lead):
    send()
    client.force_login(lead)
    url = reverse("roles:people-invite", kwargs={"district": school.district.slug})
    data = {"email": "NOOR@district.example", "first_name": "N", "last_name": "H"}
    answer = client.post(url, data | {"level": "auditor"})
    assert answer.context["form"].errors.keys() == {"email"}
    assert Invitation.objects.count() == 1
    answer = client.post(url, data | {"level": "coach", "school": school.pk})
    assert answer.status_code == 302


def test_two_who_accept_at_the_same_time_make_one_member(send, client):
    send()
    first, second = (Invitation.objects.select_related("district").get() for _ in range(2))
    assert invitations.accept_with_new_account(first, ACCOUNT) is not None
    assert invitations.accept_with_new_account(second, ACCOUNT) is None
    assert not invitations.accept(second, User.objects.get(email="noor@district.example"))
    assert Membership.objects.filter(level="auditor").count() == 1
