"""Keeps a worker's claim on a file for as long as it works on it, however long one step takes."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from roles.making import Work
from roles.models.owed import LEASE

logger = logging.getLogger(__name__)
EVERY: dt.timedelta = LEASE / 5


@contextmanager
def held(work: Work) -> Iterator[None]:
    """Renew the lease again and again, beside the work.

    Whoever renews it dies with the worker; then the lease runs out and the next worker takes over.
    """
    done = threading.Event()
    beside = threading.Thread(target=_hold, args=(work, done), daemon=True)
    beside.start()
    try:
        yield
    finally:
        done.set()
        beside.join()


def _hold(work: Work, done: threading.Event) -> None:
    """Until it is done or the claim was lost. A database that is gone is asked again."""
    while not done.wait(EVERY.total_seconds()):
        try:
            if not work.hold():
                return
        except Error:
            logger.warning("%s could not be held", work.made.key, exc_info=True)
        finally:
            connection.close()
