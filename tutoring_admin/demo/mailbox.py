"""The mails of the demo, read back from the folder that Django's file backend writes into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# What Django's backend writes after each mail of a connection.
_END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Mail:
    """One mail as a person reads it. `text` is the plain part; nothing here is HTML."""

    key: str
    at: dt.datetime | None
    sender: str
    to: str
    subject: str
    text: str


def mails() -> list[Mail]:
    """Every mail, newest first. Empty if no mail was ever sent."""
    found = [mail for file in _files() for mail in _read(file)]
    return sorted(found, key=lambda mail: (_moment(mail), mail.key), reverse=True)


def find(key: str) -> Mail | None:
    """The mail of a key from `mails`, or None. The key never becomes a path."""
    return next((mail for mail in mails() if mail.key == key), None)


def _files() -> list[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return sorted(Path(folder).glob("*.log")) if folder else []


def _read(file: Path) -> Iterator[Mail]:
    try:
        raw = file.read_bytes()
    except OSError:
        return  # cleared away between listing and reading
    for number, part in enumerate(raw.split(_END)):
        if part.strip():
            message = message_from_bytes(part, policy=policy.default)
            yield _mail(f"{file.stem}-{number}", message)


def _mail(key: str, message: EmailMessage) -> Mail:
    body = message.get_body(preferencelist=("plain",))
    return Mail(
        key=key,
        at=_date(message),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        text=body.get_content() if body is not None else "",
    )


def _date(message: EmailMessage) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).astimezone(dt.UTC)
    except ValueError:
        return None


def _moment(mail: Mail) -> dt.datetime:
    return mail.at or dt.datetime.min.replace(tzinfo=dt.UTC)
