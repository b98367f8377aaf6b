"""The worker's own watch: the rounds go on without beat, and letters without a broker.

Beat rings the rounds, and any number of beats may do so. Where none is heard, each worker rings
them itself. Where the broker does not answer nobody can ring at all: then the worker does one round
after the other in a process of its own. Every round looks at what is due and not yet done, so it
does not matter who rings, how often, or how long nobody did.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from tutoring_admin.heartbeats import broker, heard

log = logging.getLogger(__name__)
LOOK_EVERY = 5.0  # seconds
PATIENCE = 10.0  # seconds without a broker, before work is done without it
ROUND_EVERY = 15.0  # seconds, without a broker
ENOUGH = 100
WITHOUT_BROKER = [sys.executable, "-m", "django", "carry_owed"]


def enough_bells(app: Celery) -> bool:
    """Whether so many bells wait for a worker that one more round would only wait behind them.

    Where no worker was there for days, the rounds rung meanwhile would hold it up for hours.
    """
    return bool(broker(app.conf.broker_url).llen(app.conf.task_default_queue) >= ENOUGH)


class Watch(threading.Thread):
    """Runs in the worker's main process, beside its event loop, which waits for the broker."""

    def __init__(self, app: Celery) -> None:
        super().__init__(daemon=True, name="watch")
        self.app = app
        self.url: str = app.conf.broker_url
        self.stopped = threading.Event()
        self.silent_since: float | None = None
        self.round: subprocess.Popen[bytes] | None = None
        self.round_at = 0.0

    def run(self) -> None:
        while not self.stopped.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception:
                log.exception("The watch stumbles and goes on")

    def stop(self) -> None:
        self.stopped.set()
        if self.round is not None:
            self.round.terminate()

    def look(self) -> None:
        try:
            if not heard("beat", self.url):
                self._ring()
            self.silent_since = None
        except (redis.RedisError, OperationalError):
            self.silent_since = self.silent_since or time.monotonic()
        if self.silent_since and time.monotonic() - self.silent_since >= PATIENCE:
            self._carry()

    def _ring(self) -> None:
        """Ring the rounds whose time has come; of several workers one does."""
        if enough_bells(self.app):
            return
        for name, entry in self.app.conf.beat_schedule.items():
            seconds = float(entry["schedule"])
            mine = not enough_bells(self.app) and broker(self.url).set(
                f"rung:{name}", 1, nx=True, px=int(seconds * 1000)
            )
            if mine:
                self.app.send_task(entry["task"])

    def _carry(self) -> None:
        """One round at a time: what one leaves undone, the next takes up."""
        at_it = self.round is not None and self.round.poll() is None
        if at_it or time.monotonic() - self.round_at < ROUND_EVERY:
            return
        log.warning("The broker is silent: the rounds are done without it.")
        self.round_at = time.monotonic()
        self.round = subprocess.Popen(WITHOUT_BROKER)  # noqa: S603 -- our own command
