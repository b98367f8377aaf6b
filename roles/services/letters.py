"""Letters we owe: owed in the transaction that caused them, sent by a worker, outside of any."""

from __future__ import annotations

import datetime as dt
import logging
import textwrap
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from roles.models import District, Letter, LetterKind, OwedStatus, User
from roles.models.letters import TOO_LATE
from roles.sealing import unseal
from roles.smtp import End, Outcome, hand_over
from roles.tasks import post_letters, ring_once_on_commit
from roles.wall import district_scope

log = logging.getLogger(__name__)
SERVER_BACK = dt.timedelta(seconds=30)  # a server that is not there is looked for again
SUBJECT = 200  # characters; all white space in it becomes single spaces


@dataclass(frozen=True)
class Words:
    """What a letter says: subject, plain text, HTML, and headers of its own."""

    subject: str
    body: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)


COMPOSERS: dict[str, Callable[[Letter], Words | None]] = {}
"""By kind: the words of a letter, from what is so when it is sent; None if nothing is left to say.
Called inside the district's scope, before each try. Kinds without a composer carry their words.
"""
SAID: dict[str, Callable[[Letter], None]] = {}
"""By kind: what follows once the mail server took the letter, in the transaction that says so."""


def owe(
    *,
    district: District,
    key: str,
    to: str,
    subject: str = "",
    body: str = "",
    html: str = "",
    kind: str = LetterKind.ACCOUNT,
    reader: User | None = None,
    not_before: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
) -> Letter:
    """Owe a letter once per key, however often and from wherever this is called.

    A kind with a composer needs no subject and body: it gets them when it is sent. Returns the
    letter owed under the key, this time or earlier. Rings for a worker after the commit; the sweep
    finds the letter if nobody hears.
    """
    due_at = not_before or timezone.now()
    letter, created = Letter.objects.get_or_create(
        district=district,
        key=key,
        defaults={
            "kind": kind,
            "reader": reader,
            "to": to,
            "subject": textwrap.shorten(subject, SUBJECT, placeholder=" \u2026"),
            "body": body,
            "html": html,
            "not_before": due_at,
            "due_at": due_at,
            "expires_at": expires_at,
            "message_id": f"<{uuid.uuid4().hex}@{_mail_domain()}>",
        },
    )
    if created and not_before is None:
        ring_once_on_commit(post_letters)
    return letter


def write(
    *,
    district: District,
    key: str,
    to: str,
    subject: str,
    template: str,
    words: Mapping[str, Any],
    expires_at: dt.datetime | None = None,
) -> Letter:
    """As `owe`, with the text that `set_text` gives."""
    body, html = set_text(district, template, words)
    return owe(
        district=district,
        key=key,
        to=to,
        subject=subject,
        body=body,
        html=html,
        expires_at=expires_at,
    )


def set_text(district: District, template: str, words: Mapping[str, Any]) -> tuple[str, str]:
    """What `mail/<template>.txt` and `.html` say, by the district's clock."""
    with timezone.override(district.zone):
        body = render_to_string(f"mail/{template}.txt", dict(words))
        return body, render_to_string(f"mail/{template}.html", dict(words))


def compose(letter: Letter) -> bool:
    """Give a claimed letter its words; False if there is nothing left to say, which cancels it.

    Words that cannot be made would not be made at the next try either: the letter fails and the
    error is raised.
    """
    composer = COMPOSERS.get(letter.kind)
    if composer is None:
        return True
    try:
        with district_scope(letter.district_id):
            words = composer(letter)
            if words is None:
                letter.finish(OwedStatus.CANCELLED, error="Nothing left to say.")
                return False
            letter.subject = textwrap.shorten(words.subject, SUBJECT, placeholder=" \u2026")
            letter.body, letter.html = words.body, words.html
            letter.headers = words.headers
            letter.save(update_fields=["subject", "body", "html", "headers"])
    except Exception as trouble:
        with district_scope(letter.district_id):
            letter.finish(OwedStatus.FAILED, error=f"{type(trouble).__name__}: {trouble}")
        raise
    return True


def message(letter: Letter) -> EmailMultiAlternatives:
    """The letter as it goes out. Raises what says that it cannot be put together."""
    made = EmailMultiAlternatives(
        letter.subject,
        unseal(letter.body),
        to=[letter.to],
        headers={
            **letter.headers,
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.html:
        made.attach_alternative(unseal(letter.html), "text/html")
    return made


def taken(letter: Letter) -> bool:
    """Mark a letter that the mail server took, and do what follows; inside the district's scope.

    What follows and fails is logged: that the letter was taken stays true.
    """
    done = letter.finish()
    follow = SAID.get(letter.kind)
    if done and follow is not None:
        try:
            with transaction.atomic():
                follow(letter)
        except Exception:
            log.exception("Letter %s was taken; what follows failed", letter.pk)
    return done


def post(district_pk: int, letter_pk: int) -> bool:
    """Send one due letter. True if this call sent it.

    Claims in one transaction, sends outside of any, marks in another.
    """
    with district_scope(district_pk):
        letter: Letter | None = Letter.objects.claim(letter_pk)
    if letter is None:
        return False
    outcome = send(letter)
    with district_scope(district_pk):
        return record(letter, outcome)


def send(letter: Letter) -> Outcome | None:
    """Give a claimed letter its words and hand it over, outside of any transaction.

    None where it was ended instead: it is too late, or nothing is left to say. Raises where it
    cannot be put together, which ends it too.
    """
    if letter.is_expired:
        with district_scope(letter.district_id):
            letter.finish(OwedStatus.EXPIRED, error=letter.last_error or TOO_LATE)
        return None
    if not compose(letter):
        return None
    try:
        return hand_over(message(letter))
    except Exception as trouble:
        # Not the mail server's doing: it would be the same at each try.
        with district_scope(letter.district_id):
            letter.finish(OwedStatus.FAILED, error=f"{type(trouble).__name__}: {trouble}")
        raise


def record_all(tried: Sequence[tuple[Letter, Outcome | None]]) -> int:
    """`record` of several; returns how many were taken. One statement for those that were and that
    nothing follows.
    """
    plain = [
        letter
        for letter, outcome in tried
        if outcome is not None and outcome.end is End.TAKEN and letter.kind not in SAID
    ]
    took = Letter.objects.finish_all(plain) if plain else 0
    return took + sum(record(letter, outcome) for letter, outcome in tried if letter not in plain)


def record(letter: Letter, outcome: Outcome | None) -> bool:
    """Write down how the try ended, inside the district's scope. True if the letter was taken."""
    if outcome is None:
        return False
    match outcome.end:
        case End.TAKEN:
            return taken(letter)
        case End.REFUSED:
            letter.finish(OwedStatus.FAILED, error=outcome.words)
        case End.LATER:
            letter.try_again(outcome.words)
        case End.ABSENT:
            letter.wait(SERVER_BACK, outcome.words)
        case End.UNKNOWN:
            letter.become_unsure(outcome.words)
    return False


def _mail_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
