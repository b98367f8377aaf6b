"""Answers on a device that have not reached the server: what they are locked with, and where
they lie.

Schools share Chromebooks. So a page hands its signed-in reader a key of their own, and the browser
keeps unsent answers as ciphertext in a drawer with a name that says nothing. Who signs in next gets
another key and another drawer. Both hang on the secret key of the site alone: a new password, a new
session or another browser window changes nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from roles.models import User

SALT = "checklists.device"


@dataclass(frozen=True, slots=True)
class Drawer:
    """`name`: 32 hexadecimal characters; `key`: 256 bits in base64, for AES-GCM."""

    name: str
    key: str


def drawers(user: User) -> list[Drawer]:
    """The person's drawer, and before a change of the secret key those they may still have."""
    return [_drawer(user, s) for s in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def is_drawer_of(name: str, user: User) -> bool:
    """Whether a page that keeps its answers in the drawer `name` was made for this person."""
    return any(drawer.name == name for drawer in drawers(user))


def _drawer(user: User, secret: str) -> Drawer:
    def derived(what: str) -> bytes:
        return salted_hmac(f"{SALT}.{what}", str(user.pk), secret, algorithm="sha256").digest()

    return Drawer(derived("name").hex()[:32], base64.b64encode(derived("key")).decode())
