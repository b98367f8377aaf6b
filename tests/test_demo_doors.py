"""The doors that only the demo has."""

from email.message import EmailMessage
from http import HTTPStatus
from io import StringIO

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from django.urls import reverse

from roles.capabilities import CATALOGUE, AccessLevel
from tests.factories.roles import DistrictFactory, UserFactory, member
from tutoring_admin.demo.people import DEMO_PASSWORD, people

ELSEWHERE = "203.0.113.9"
PM = "pm@maple-valley.example"


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(*mails):
    backend = "django.core.mail.backends.filebased.EmailBackend"
    get_connection(backend).send_messages(mails)


def mail(subject="Join Maple Valley", body="Hello", **fields):
    return EmailMultiAlternatives(subject, body, "a@b.example", [PM], **fields)


def one_click(client, email, **extra):
    return client.post(reverse("demo-sign-in"), {"email": email}, **extra)


@pytest.mark.django_db
def test_one_click_signs_in_a_person_of_the_demo(client):
    user = member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory(), user=UserFactory(email=PM))
    assert one_click(client, PM)["Location"] == "/"
    assert int(client.session["_auth_user_id"]) == user.pk


@pytest.mark.django_db
def test_nobody_else_is_signed_in_by_a_click(client):
    UserFactory(email="someone@district.example")
    answer = one_click(client, "someone@district.example")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"x_forwarded_for": "127.0.0.1"}])
def test_the_doors_are_shut_to_other_machines(client, folder, headers):
    UserFactory(email=PM)
    extra = {"REMOTE_ADDR": ELSEWHERE, "headers": headers}
    assert one_click(client, PM, **extra).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("demo-mail"), **extra).status_code == HTTPStatus.NOT_FOUND
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_doors_are_shut_where_there_is_no_demo(client, settings, folder):
    settings.DEMO = False
    UserFactory(email=PM)
    assert one_click(client, PM).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("demo-mail")).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.django_db
def test_a_click_is_a_post(client):
    assert client.get(reverse("demo-sign-in")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.django_db
def test_the_sign_in_page_offers_the_demos_people_only_in_the_demo(client, settings):
    page = client.get(reverse("account_login")).content.decode()
    assert all(person.email in page for person in people())
    assert DEMO_PASSWORD in page
    settings.DEMO = False
    page = client.get(reverse("account_login")).content.decode()
    assert PM not in page
    assert DEMO_PASSWORD not in page


def test_each_demo_person_has_a_level_that_fits_its_place():
    assert len(people()) == len({person.email for person in people()}) == 19
    for person in people():
        assert CATALOGUE[person.level].whole_district is (person.school is None)


def test_the_command_prints_every_address_and_the_password(settings):
    told = StringIO()
    call_command("demo_people", stdout=told)
    assert all(person.email in told.getvalue() for person in people())
    assert DEMO_PASSWORD in told.getvalue()
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command("demo_people", stdout=told)


@pytest.mark.django_db
def test_an_empty_mailbox_teaches(client, folder):
    assert not folder.exists()
    assert "No letter yet" in client.get(reverse("demo-mail")).content.decode()


@pytest.mark.django_db
def test_letters_are_listed_newest_first_also_those_of_one_connection(client, folder):
    first, second = mail("First"), mail("Second")
    first.extra_headers["Date"] = "Thu, 29 Oct 2026 10:00:00 -0000"
    second.extra_headers["Date"] = "Thu, 29 Oct 2026 11:00:00 -0000"
    send(first, second)
    third = mail("Third")
    third.extra_headers["Date"] = "Thu, 29 Oct 2026 12:00:00 -0000"
    send(third)
    listed = client.get(reverse("demo-mail")).context["page"]
    assert [one.subject for one in listed] == ["Third", "Second", "First"]


@pytest.mark.django_db
def test_a_letter_shows_its_plain_text_with_links(client, folder):
    link = "http://localhost:8000/invitations/abc/"
    letter = mail(body=f"Grüße,\njoin here:\n{link}\n")
    letter.attach_alternative("<b>Join</b>", "text/html")
    send(letter)
    listed = client.get(reverse("demo-mail")).context["page"]
    page = client.get(reverse("demo-mail-detail", args=[listed[0].key])).content.decode()
    assert f'href="{link}"' in page
    assert "Grüße" in page
    assert "<b>Join</b>" not in page


@pytest.mark.django_db
def test_a_letter_cannot_bring_html_into_the_page(client, folder):
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    send(mail(subject=evil, body=f'{evil}\njavascript:alert(1)\nhttp://x.example/"onclick="a'))
    listed = client.get(reverse("demo-mail"))
    shown = client.get(reverse("demo-mail-detail", args=[listed.context["page"][0].key]))
    for answer in (listed, shown):
        assert "<script>alert" not in answer.content.decode()
        assert "<img src=x" not in answer.content.decode()
        assert 'href="javascript' not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["nothing-0", "..%2F..%2Fetc%2Fpasswd", "%00"])
def test_a_letter_that_is_not_there_is_not_found(client, folder, key):
    send(mail())
    assert client.get(f"/demo/mail/{key}/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.django_db
def test_a_file_that_is_no_letter_does_not_break_the_mailbox(client, folder):
    folder.mkdir()
    (folder / "20261029-100000-1.log").write_bytes(b"\xff\xfe no headers here \x00")
    plain = EmailMessage()
    plain["Subject"], plain["Date"] = "No text", "yesterday, I think"
    plain.set_content("<p>only html</p>", subtype="html")
    (folder / "20261029-100000-2.log").write_bytes(plain.as_bytes())
    listed = client.get(reverse("demo-mail"))
    assert len(listed.context["page"]) == 2
