"""Sessions on devices that several people use: over after half an hour without a request.

Such a session says so itself, so that whatever else sets an age cannot lengthen it; the cookie goes
with the browser. This module is the engine of all sessions: others keep the age that Django gives.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

FIELD = "shared_device"  # of the forms, and in the addresses that start single sign-on
LABEL = "This is a shared device"
HELP = "You are signed out after 30 minutes without use."
IDLE = 30 * 60  # seconds without a request
LONGEST = 60 * 60 * 12  # seconds that it lasts while it is used: a working day
_ENDS, _COMING = "shared_device_ends", "shared_device_coming"


class SessionStore(DatabaseSessions):
    """Django's, where a session of a shared device ends by itself."""

    @classmethod
    def get_model_class(cls) -> Any:
        return DatabaseSessions.get_model_class()

    def get_expiry_age(self, **kwargs: Any) -> int:
        if not is_shared(self):
            return int(super().get_expiry_age(**kwargs))
        return max(0, min(IDLE, int(self[_ENDS] - time.time())))

    def get_expiry_date(self, **kwargs: Any) -> dt.datetime:
        if not is_shared(self):
            return super().get_expiry_date(**kwargs)
        return timezone.now() + dt.timedelta(seconds=self.get_expiry_age())

    def get_expire_at_browser_close(self) -> bool:
        return is_shared(self) or super().get_expire_at_browser_close()


class SharedDevices:
    """Each request of such a session gives it another half hour. Ordinary ones cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and is_shared(request.session):
            _lengthen(request.session)
        return self.get_response(request)


def is_shared(session: SessionBase) -> bool:
    return _ENDS in session


def expect(session: SessionBase, *, shared: bool) -> None:
    """Someone begins to sign in, and said of the device whether it is shared."""
    if shared:
        session[_COMING] = True
    else:
        session.pop(_COMING, None)


def is_expected(session: SessionBase) -> bool:
    return _COMING in session


def begin(session: SessionBase, *, shared: bool) -> None:
    """Someone is signed in now: the session is of that sort until it ends."""
    session.pop(_COMING, None)
    session.pop(_ENDS, None)
    if shared:
        session[_ENDS] = time.time() + LONGEST


def _lengthen(session: SessionBase) -> None:
    """By itself, not by saving: what other requests write into the session meanwhile stays."""
    kept = SessionStore.get_model_class().objects.filter(session_key=session.session_key)
    kept.update(expire_date=session.get_expiry_date())
