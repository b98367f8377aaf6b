"""Addresses in letters that work without signing in: a signed token names district, person, thing.

The token holds primary keys only. Whoever has the letter can put a thing off or turn letters off,
and can do nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

LATER, OFF = "mail-later", "mail-off"
LATER_AGE = 60 * 60 * 24 * 60  # seconds for which a letter's "not now" works


class BadToken(ValueError):
    """Not a token of ours, or one that is too old."""


@dataclass(frozen=True)
class Named:
    """What a token names. `subject` is empty for everything."""

    district_pk: int
    person_pk: int
    subject: str = ""


def token(what: str, named: Named) -> str:
    return signing.dumps([named.district_pk, named.person_pk, named.subject], salt=what)


def read(what: str, text: str) -> Named:
    """Raises BadToken."""
    age = LATER_AGE if what == LATER else None
    try:
        district_pk, person_pk, subject = signing.loads(text, salt=what, max_age=age)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken(str(error)) from error
    return Named(district_pk, person_pk, subject)


def address(what: str, named: Named) -> str:
    """The full address of "not now" (LATER) or "no more letters" (OFF)."""
    return absolute(reverse(what, kwargs={"token": token(what, named)}))


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
