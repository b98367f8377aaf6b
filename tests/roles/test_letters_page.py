"""The page on which a district lead looks after letters that did not go out."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Letter, OwedStatus
from tests.factories.roles import DistrictFactory, LetterFactory, member

pytestmark = pytest.mark.django_db
PAST = timezone.now() - dt.timedelta(minutes=20)


@pytest.fixture
def district():
    return DistrictFactory(slug="elm")


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def test_it_opens_on_what_needs_a_look_with_each_reason(lead, district):
    LetterFactory(district=district, status=OwedStatus.DONE)
    LetterFactory(district=district, status=OwedStatus.FAILED, last_error="550 No such mailbox")
    LetterFactory(status=OwedStatus.FAILED, last_error="another district's")

    page = lead.get("/d/elm/roles/letters/").content.decode()

    assert "550 No such mailbox" in page
    assert "another district" not in page


def test_what_is_late_is_counted_and_named(lead, district, client):
    letter = LetterFactory(district=district, due_at=PAST, tries=3, last_error="451 try later")

    page = lead.get("/d/elm/roles/letters/")

    assert {heap.key: heap.number for heap in page.context["heaps"]}["late"] == 1
    assert list(page.context["page"]) == [letter]
    late = client.get("/healthz/late")
    assert (late.status_code, late.json()) == (503, {"status": "late", "late": 1})


def test_nothing_is_late_while_all_is_sent(client, district):
    LetterFactory(district=district, due_at=PAST, status=OwedStatus.DONE)

    assert client.get("/healthz/late").json() == {"status": "ok", "late": 0}


def test_send_again_sends_it_once_and_tells_the_audit_trail(
    lead, district, django_capture_on_commit_callbacks
):
    letter = LetterFactory(
        district=district, status=OwedStatus.FAILED, last_error="550 no", tries=1
    )
    url = f"/d/elm/roles/letters/{letter.pk}/again/"

    with django_capture_on_commit_callbacks(execute=True):
        lead.post(url, {"show": "failed"})
    with django_capture_on_commit_callbacks(execute=True):
        again = lead.post(url)

    letter.refresh_from_db()
    assert (letter.status, len(mail.outbox)) == (OwedStatus.DONE, 1)
    assert AuditEvent.objects.filter(verb="letter.sent_again").count() == 1
    assert "on its way already" in lead.get(again.url).content.decode()


def test_a_letter_in_doubt_that_is_sent_again_may_be_doubled(
    lead, district, django_capture_on_commit_callbacks
):
    letter = LetterFactory(district=district, status=OwedStatus.UNSURE, lease_until=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        lead.post(f"/d/elm/roles/letters/{letter.pk}/again/")

    assert Letter.objects.get(pk=letter.pk).may_be_doubled


def test_what_is_set_aside_is_not_sent_and_keeps_its_reason(lead, district):
    letter = LetterFactory(district=district, last_error="451 try later")

    lead.post(f"/d/elm/roles/letters/{letter.pk}/set-aside/")

    letter.refresh_from_db()
    assert letter.status == OwedStatus.CANCELLED
    assert letter.last_error.startswith("Set aside by")
    assert "451 try later" in letter.last_error
    assert list(lead.get("/d/elm/roles/letters/?show=aside").context["page"]) == [letter]


@pytest.mark.parametrize("many", [1, 40])
def test_its_queries_do_not_grow(lead, district, many, django_assert_max_num_queries):
    LetterFactory.create_batch(many, district=district, status=OwedStatus.FAILED)

    with django_assert_max_num_queries(18):
        lead.get("/d/elm/roles/letters/")
