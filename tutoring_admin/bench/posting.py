"""10,000 letters through outbox, broker and a local mail server, beside a bare loop.

The bare loop is what nobody could do with less: for each worker process one connection, over which
the same messages are composed and sent, one after the other. It keeps nothing and survives nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils import timezone

from roles.models import District, Letter, OwedStatus
from roles.services.letters import owe
from roles.wall import district_scope
from tutoring_admin.bench.programs import free_port, listens, running, wait_until
from tutoring_admin.engines.trouble import Trouble

MANY, PROCESSES, PATIENCE = 10_000, 2, 600.0
BODY = "The March checklist is open until Friday. It takes five minutes.\n" * 12
SINK = ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l"]
BARE = """
import sys, time
from django.conf import settings
settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=int(sys.argv[1]))
from django.core.mail import EmailMultiAlternatives, get_connection
BODY = sys.argv[3]
line = get_connection("django.core.mail.backends.smtp.EmailBackend")
line.open()
began = time.perf_counter()
for number in range(int(sys.argv[2])):
    message = EmailMultiAlternatives("The March checklist is open", BODY, "bench@localhost",
        [f"leader{number}@bench.example"], headers={"Auto-Submitted": "auto-generated"})
    line.send_messages([message])
print(time.perf_counter() - began)
"""


@dataclass(frozen=True)
class Posting:
    """Letters a second of the product, from the commit to the last mark, and of the bare loop."""

    letters: int
    owed_a_second: float
    sent_a_second: float
    bare_a_second: float

    @property
    def ratio(self) -> float:
        return self.sent_a_second / self.bare_a_second

    def line(self) -> str:
        return (
            f"Post, {self.letters:,} letters to a local mail server by {PROCESSES} processes:"
            f" {self.sent_a_second:.0f} a second, bare loop {self.bare_a_second:.0f},"
            f" ratio {self.ratio:.2f} ({self.owed_a_second:.0f} owed a second)"
        )


def measure(
    district: District, tag: str, worker: Callable[[], AbstractContextManager[None]]
) -> Posting:
    """`worker()` runs the product's worker, mailing to BENCH_SMTP_PORT."""
    port = free_port()
    sink = [sys.executable, *SINK, f"127.0.0.1:{port}"]
    with running(sink, tag, lambda: listens(port)):
        bare = _bare(port)
        os.environ["BENCH_SMTP_PORT"] = str(port)
        try:
            with worker():
                owed, sent = _product(district)
        finally:
            del os.environ["BENCH_SMTP_PORT"]
    return Posting(MANY, owed, sent, bare)


def _bare(port: int) -> float:
    share = MANY // PROCESSES
    loops = [
        subprocess.Popen(  # noqa: S603 -- our own interpreter
            [sys.executable, "-c", BARE, str(port), str(share), BODY],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    return sum(share / float(loop.communicate(timeout=PATIENCE)[0]) for loop in loops)


def _product(district: District) -> tuple[float, float]:
    _owe(district, "post-first", 1)
    _last_sent(district, "post-first", 1)
    began = timezone.now()
    _owe(district, "post", MANY)
    owed = timezone.now()
    took = _last_sent(district, "post:", MANY) - owed
    return MANY / (owed - began).total_seconds(), MANY / took.total_seconds()


def _owe(district: District, key: str, many: int) -> None:
    with district_scope(district):
        for number in range(many):
            owe(
                district=district,
                key=f"{key}:{number}",
                to=f"leader{number}@bench.example",
                subject="The March checklist is open",
                body=BODY,
            )


def _last_sent(district: District, key: str, many: int) -> dt.datetime:
    """When the last of so many was marked. Looks seldom: counting costs what sending needs."""
    letters = Letter.objects.filter(district=district, key__startswith=key)
    waiting = letters.exclude(status=OwedStatus.DONE)
    wait_until(lambda: not waiting.exists(), within=PATIENCE, every=0.5)
    done = letters.aggregate(last=Max("done_at"), many=Count("pk"))
    if done["many"] != many:
        raise Trouble(f"{done['many']} letters were owed, not {many}.")
    last: dt.datetime = done["last"]
    return last
