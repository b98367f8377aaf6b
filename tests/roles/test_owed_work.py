"""Letters and renderings: owed once, carried by any worker, never lost with one."""

import datetime as dt
import smtplib
import threading
from typing import ClassVar

import pytest
from cryptography.fernet import InvalidToken
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from roles.models import Letter, OwedStatus, Rendering
from roles.models.letters import LIFETIME
from roles.models.owed import LEASE
from roles.services import delivery, letters, sweep
from roles.services.reconciling import Answer
from tests.factories.roles import DistrictFactory, LetterFactory, RenderingFactory, UserFactory
from tutoring_admin.celery import app as celery_app


def owe(district, key="invite:7", **extra):
    return letters.owe(
        district=district, key=key, to="pat@district.example", subject="Hi", body="You.", **extra
    )


@pytest.mark.django_db
def test_a_letter_owed_twice_is_sent_once(django_capture_on_commit_callbacks):
    district = DistrictFactory()

    with django_capture_on_commit_callbacks(execute=True):
        first, second = owe(district), owe(district)

    assert first == second
    assert [m.subject for m in mail.outbox] == ["Hi"]
    assert mail.outbox[0].extra_headers["Message-ID"] == first.message_id


@pytest.mark.django_db
@pytest.mark.parametrize("owed", [LetterFactory, RenderingFactory])
def test_the_database_itself_keeps_a_key_from_being_owed_twice(owed):
    first = owed()

    with pytest.raises(IntegrityError), transaction.atomic():
        owed(district=first.district, key=first.key)


@pytest.mark.django_db
def test_the_same_key_in_two_districts_is_two_letters():
    assert owe(DistrictFactory()) != owe(DistrictFactory())


@pytest.mark.django_db
def test_a_sent_letter_is_not_sent_again():
    letter = LetterFactory()

    sent = [letters.post(letter.district_id, letter.pk) for _ in range(2)]

    assert sent == [True, False]
    assert len(mail.outbox) == 1


class WatchfulBackend(EmailBackend):
    """Sends into memory, and notes whether a transaction was open meanwhile."""

    inside: ClassVar[list[bool]] = []

    def send_messages(self, messages):
        self.inside.append(connection.in_atomic_block)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_letter_is_sent(settings):
    settings.EMAIL_BACKEND = f"{__name__}.WatchfulBackend"
    letter = LetterFactory()

    assert letters.post(letter.district_id, letter.pk)

    assert WatchfulBackend.inside == [False]


@pytest.mark.django_db
def test_a_letter_that_is_too_late_to_be_true_is_not_sent():
    letter = LetterFactory(expires_at=timezone.now() - dt.timedelta(minutes=1))

    assert not letters.post(letter.district_id, letter.pk)

    letter.refresh_from_db()
    assert letter.status == OwedStatus.EXPIRED
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_server_that_is_not_there_is_looked_for_again_soon_and_for_five_days(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    letter, other = LetterFactory(), LetterFactory()

    assert delivery.carry() == 0

    letter.refresh_from_db()
    other.refresh_from_db()
    assert {letter.status, other.status} == {OwedStatus.WAITING}
    assert sorted((letter.tries, other.tries)) == [0, 1]  # nobody else would have fared better
    tried = letter if letter.tries else other
    assert "refused" in tried.last_error.lower()
    assert tried.not_before < timezone.now() + dt.timedelta(minutes=1)

    long_ago = timezone.now() - LIFETIME
    Letter.objects.filter(pk=tried.pk).update(not_before=long_ago, due_at=long_ago)
    letters.post(tried.district_id, tried.pk)
    tried.refresh_from_db()
    assert tried.status == OwedStatus.FAILED


@pytest.mark.django_db
def test_a_letter_waits_longer_each_time_never_more_than_an_hour_and_ends_when_it_would_be_untrue():
    letter = LetterFactory(expires_at=timezone.now() + dt.timedelta(hours=3))
    waits = []
    for tries in range(1, 12):
        letter.tries = tries
        Letter.objects.update(status=OwedStatus.RUNNING, tries=tries)
        letter.try_again("451 later")
        letter.refresh_from_db()
        waits.append(letter.not_before - timezone.now())

    assert waits[:5] == sorted(waits[:5])
    assert max(waits) <= dt.timedelta(hours=1)
    Letter.objects.update(status=OwedStatus.RUNNING, expires_at=timezone.now() + LEASE)
    letter.refresh_from_db()
    assert letter.try_again("451 later")
    assert (letter.status, letter.last_error) == (OwedStatus.EXPIRED, "451 later")


@pytest.mark.django_db
def test_a_letter_whose_worker_died_is_in_doubt_before_it_is_sent_again(settings):
    letter = LetterFactory()
    held = Letter.objects.claim(letter.pk)
    assert not letters.post(letter.district_id, letter.pk)

    Letter.objects.update(lease_until=timezone.now() - dt.timedelta(hours=1))
    assert sweep.ring_for_owed_work() == 1
    letter.refresh_from_db()
    assert (letter.status, letter.may_be_doubled) == (OwedStatus.UNSURE, False)
    assert mail.outbox == []

    Letter.objects.update(lease_until=timezone.now() - dt.timedelta(hours=1))
    assert sweep.ring_for_owed_work() == 1
    letter.refresh_from_db()
    assert (letter.status, letter.tries, letter.may_be_doubled) == (OwedStatus.DONE, 2, True)
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [letter.message_id]
    assert not held.finish()


@pytest.mark.django_db
def test_a_worker_that_was_only_thought_dead_says_how_its_letter_ended():
    letter = LetterFactory()
    held = Letter.objects.claim(letter.pk)
    Letter.objects.update(lease_until=timezone.now() - dt.timedelta(hours=1))  # a clock jumped
    delivery.carry()

    assert held.finish()

    letter.refresh_from_db()
    assert letter.status == OwedStatus.DONE
    assert delivery.carry() == 0


class Told:
    """A relay that was asked."""

    says: ClassVar[Answer | None] = Answer.TAKEN

    def ask(self, message_id):
        if self.says is None:
            raise ConnectionRefusedError("nobody there")
        return self.says


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("says", "status", "mails", "doubled"),
    [
        (Answer.TAKEN, OwedStatus.DONE, 0, False),
        (Answer.NOT_TAKEN, OwedStatus.DONE, 1, False),
        (Answer.NOBODY_KNOWS, OwedStatus.DONE, 1, True),
        (None, OwedStatus.UNSURE, 0, False),
    ],
)
def test_the_relay_that_can_be_asked_decides(settings, monkeypatch, says, status, mails, doubled):
    settings.MAIL_RECONCILER = f"{__name__}.Told"
    monkeypatch.setattr(Told, "says", says)
    now = timezone.now()
    letter = LetterFactory(
        status=OwedStatus.UNSURE, tries=1, lease_until=now - LEASE, unsure_since=now - LEASE
    )

    delivery.carry()

    letter.refresh_from_db()
    assert (letter.status, len(mail.outbox), letter.may_be_doubled) == (status, mails, doubled)


@pytest.mark.django_db
def test_a_letter_that_took_down_five_workers_is_set_aside():
    past = timezone.now() - LEASE
    letter = LetterFactory(
        status=OwedStatus.UNSURE, tries=5, workers_lost=5, lease_until=past, unsure_since=past
    )

    delivery.carry()

    letter.refresh_from_db()
    assert letter.status == OwedStatus.FAILED
    assert mail.outbox == []


@pytest.mark.django_db
def test_districts_take_turns():
    many, few = DistrictFactory(), DistrictFactory()
    LetterFactory.create_batch(3 * delivery.TURN, district=many, to="many@district.example")
    LetterFactory.create_batch(2, district=few, to="few@district.example")

    assert delivery.carry() == 3 * delivery.TURN + 2

    to = [m.to[0] for m in mail.outbox]
    assert max(at for at, who in enumerate(to) if who.startswith("few")) < 2 * delivery.TURN


class CountingBackend(EmailBackend):
    """Notes how many letters are in a worker's hands while each is sent; refuses one for now."""

    hands: ClassVar[list[int]] = []
    refuses: ClassVar[int | None] = None

    def send_messages(self, messages):
        self.hands.append(Letter.objects.filter(status=OwedStatus.RUNNING).count())
        if len(self.hands) == self.refuses:
            raise smtplib.SMTPDataError(451, b"later")
        return super().send_messages(messages)


@pytest.fixture
def hands(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.CountingBackend"
    monkeypatch.setattr(CountingBackend, "hands", [])
    return CountingBackend.hands


@pytest.mark.django_db
def test_a_hand_gives_back_what_it_did_not_try(hands, monkeypatch):
    monkeypatch.setattr(CountingBackend, "refuses", 2)
    LetterFactory.create_batch(delivery.MANY, district=DistrictFactory())

    assert delivery.carry(0) == 1

    assert hands == [delivery.HAND] * 2
    waiting = Letter.objects.filter(status=OwedStatus.WAITING)
    assert waiting.count() == delivery.MANY - 1
    assert waiting.exclude(last_error="").count() == 1


@pytest.mark.django_db
def test_what_took_a_worker_down_goes_alone_and_few_letters_one_by_one(hands):
    district = DistrictFactory()
    LetterFactory(district=district, workers_lost=1)
    LetterFactory.create_batch(delivery.MANY + 1, district=district)

    assert delivery.carry() == delivery.MANY + 2

    assert hands[0] == 1
    assert hands[1] == delivery.HAND
    assert hands[-2:] == [1, 1]


@pytest.mark.django_db
def test_what_somebody_asked_for_goes_before_what_is_due():
    district = DistrictFactory()
    LetterFactory(district=district, kind="due", reader=UserFactory())
    LetterFactory(district=district, kind="account")

    delivery.carry()

    ended = Letter.objects.order_by("done_at").values_list("kind", "status")
    assert list(ended) == [("account", "done"), ("due", "cancelled")], "nothing left to say"


@pytest.mark.django_db
def test_a_transaction_rings_once_for_all_its_letters(django_capture_on_commit_callbacks):
    district = DistrictFactory()

    with django_capture_on_commit_callbacks(execute=True) as bells:
        owe(district, key="a")
        owe(district, key="b")

    assert len(bells) == 1
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_does_not_mark_the_letter():
    letter = LetterFactory()
    slow = Letter.objects.claim(letter.pk)
    Letter.objects.update(status=OwedStatus.WAITING, lease_until=None)
    Letter.objects.claim(letter.pk)

    assert not slow.finish()
    assert not slow.try_again("late")


@pytest.mark.django_db
def test_the_sweep_rings_for_letters_and_renderings_that_are_due():
    LetterFactory(not_before=timezone.now() + LEASE)
    LetterFactory(status=OwedStatus.DONE)
    due = LetterFactory()
    RenderingFactory(status=OwedStatus.FAILED)

    assert sweep.ring_for_owed_work() == 1
    due.refresh_from_db()
    assert due.status == OwedStatus.DONE


@pytest.mark.django_db
def test_a_letter_that_cannot_be_put_together_fails_and_is_not_tried_again():
    letter = LetterFactory(body="Open [sealed:made-with-another-key]")

    with pytest.raises(InvalidToken):
        letters.post(letter.district_id, letter.pk)

    letter.refresh_from_db()
    assert (letter.status, letter.last_error) == (OwedStatus.FAILED, "InvalidToken: ")
    assert sweep.ring_for_owed_work() == 0


@pytest.mark.django_db
def test_work_that_took_down_each_of_its_workers_is_given_up():
    ran_out = timezone.now() - dt.timedelta(seconds=1)
    rendering = RenderingFactory(
        status=OwedStatus.RUNNING, tries=Rendering.most_tries, lease_until=ran_out
    )

    assert sweep.ring_for_owed_work() == 0

    rendering.refresh_from_db()
    assert rendering.status == OwedStatus.FAILED
    assert rendering.last_error


@pytest.mark.django_db
def test_a_broker_that_is_gone_is_noted_and_spoils_no_click(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    monkeypatch.setitem(celery_app.conf, "task_always_eager", False)
    monkeypatch.setitem(celery_app.conf, "broker_url", "redis://127.0.0.1:1/0")  # nobody listens
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)

    with django_capture_on_commit_callbacks(execute=True):
        letter = owe(DistrictFactory())

    assert letter.status == OwedStatus.WAITING
    assert "Error calling ring_on_commit" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_gets_the_letter():
    letter = LetterFactory()
    start = threading.Barrier(2)
    got = []

    def work():
        start.wait(5)
        got.append(letters.post(letter.district_id, letter.pk))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    assert sorted(got) == [False, True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_subject_that_is_too_long_is_shortened_and_stops_no_other_letter():
    letter = letters.owe(
        district=DistrictFactory(),
        key="x",
        to="pat@district.example",
        subject=f"Finish by Monday: {'a very long title ' * 20}",
        body="You.",
    )

    assert len(letter.subject) <= 200
    assert letter.subject.endswith("\u2026")


@pytest.mark.django_db
def test_a_subject_cannot_smuggle_a_header():
    letter = owe(DistrictFactory(), key="x")
    sneaky = letters.owe(
        district=letter.district,
        key="y",
        to="pat@district.example",
        subject="Hi\nBcc: all@district.example",
        body="You.",
    )

    assert letters.post(sneaky.district_id, sneaky.pk)
    assert mail.outbox[-1].subject == "Hi Bcc: all@district.example"
    assert issubclass(smtplib.SMTPException, OSError)  # what _send relies on
