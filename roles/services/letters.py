"""Letters we owe: owed in the transaction that caused them, sent by a worker, outside of any."""

from __future__ import annotations

import datetime as dt
import textwrap
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import make_msgid
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from roles.models import District, Letter, LetterKind, OwedStatus, User
from roles.sealing import unseal
from roles.tasks import post_letter, ring_on_commit
from roles.wall import district_scope

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
            "not_before": not_before or timezone.now(),
            "expires_at": expires_at,
            "message_id": make_msgid(uuid.uuid4().hex, domain=_mail_domain()),
        },
    )
    if created and not_before is None:
        ring_on_commit(post_letter, district.pk, letter.pk)
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
    """As `owe`, with the text set from `mail/<template>.txt` and `.html`."""
    return owe(
        district=district,
        key=key,
        to=to,
        subject=subject,
        body=render_to_string(f"mail/{template}.txt", dict(words)),
        html=render_to_string(f"mail/{template}.html", dict(words)),
        expires_at=expires_at,
    )


def post(district_pk: int, letter_pk: int) -> bool:
    """Send one due letter. True if this call sent it.

    Claims in one transaction, sends outside of any, marks in another. A worker that dies in
    between leaves a lease; the next try carries the same Message-ID.
    """
    with district_scope(district_pk):
        letter: Letter | None = Letter.objects.claim(letter_pk)
        if letter is not None and letter.is_expired:
            letter.finish(OwedStatus.EXPIRED, error="Too late to be true.")
            letter = None
    if letter is None or not compose(letter):
        return False
    try:
        error = _send(letter)
    except Exception as trouble:
        # Not the mail server's doing: it would be the same at each try.
        with district_scope(district_pk):
            letter.finish(OwedStatus.FAILED, error=f"{type(trouble).__name__}: {trouble}")
        raise
    with district_scope(district_pk):
        if error:
            letter.try_again(error)
            return False
        return _taken(letter)


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


def _taken(letter: Letter) -> bool:
    """Mark a letter that the mail server took, and what follows; inside the district's scope."""
    done = letter.finish()
    follow = SAID.get(letter.kind)
    if done and follow is not None:
        follow(letter)
    return done


def _send(letter: Letter) -> str:
    """Hand the letter to the mail server; "" or what went wrong."""
    message = EmailMultiAlternatives(
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
        message.attach_alternative(unseal(letter.html), "text/html")
    try:
        message.send()
    # smtplib's errors are OSErrors, and so are all of the network's
    except (OSError, SoftTimeLimitExceeded) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _mail_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
