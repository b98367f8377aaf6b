"""The product's own programs, started as `make run` starts them, for as long as they are needed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tutoring_admin.engines.leash import on_leash, sweep
from tutoring_admin.engines.trouble import Trouble

READY_WITHIN = 60  # seconds
STOPPED_WITHIN = 10  # seconds


@contextmanager
def running(
    command: Sequence[str], tag: str, ready: Callable[[], bool], within: float = READY_WITHIN
) -> Iterator[None]:
    """Keep `command` running, from the moment it is `ready`. `tag` stands in its command line."""
    program = subprocess.Popen(command, preexec_fn=on_leash(signal.SIGKILL))  # noqa: S603 -- our own
    try:
        wait_until(ready, lambda: program.poll() is None, within)
        yield
    finally:
        program.terminate()
        try:
            program.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        sweep(tag)


def wait_until(
    ready: Callable[[], bool],
    alive: Callable[[], bool] = lambda: True,
    within: float = READY_WITHIN,
    every: float = 0.02,
) -> None:
    """Look every so many seconds. Raises Trouble when it takes longer than `within`, or `alive` is
    not so any more.
    """
    until = time.monotonic() + within
    while not ready():
        if not alive() or time.monotonic() > until:
            raise Trouble("What was started did not get ready; see above.")
        time.sleep(every)


def own_tag() -> str:
    return f"tutoring-bench-{os.getpid()}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
