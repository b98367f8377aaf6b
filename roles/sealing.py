"""Secrets that wait in the outbox: readable by the worker that sends them, not in the database.

A letter must carry the link that opens an invitation, while the database keeps only a hash of it.
So the link is sealed with the product's secret key inside the letter's text.
"""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

_SEAL = re.compile(r"\[sealed:([A-Za-z0-9_=-]+)\]")


def seal(secret: str) -> str:
    """The secret as a mark that can stand in any text, HTML included."""
    return f"[sealed:{_lock().encrypt(secret.encode()).decode()}]"


def unseal(text: str) -> str:
    """The text with each mark replaced by its secret.

    Raises cryptography.fernet.InvalidToken for a mark that no key of ours has made.
    """
    return _SEAL.sub(lambda mark: _lock().decrypt(mark[1].encode()).decode(), text)


def _lock() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret_key: str) -> bytes:
    digest = hashlib.sha256(b"tutoring.sealing:" + secret_key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
