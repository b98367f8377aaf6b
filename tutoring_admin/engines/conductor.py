"""honcho, made to leave nobody behind and to say in plain words why it stopped."""

import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from tutoring_admin.engines.leash import die_with_parent, on_leash

LOOK_EVERY = 0.25  # seconds
KILL_AFTER = 4.5  # seconds after the wish to stop; the engines still have to stop after that


class LeashedProcess(Process):  # type: ignore[misc]  # honcho has no types
    """honcho's two processes per program, each tied to the one that started it."""

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Runs in honcho's own child."""
        die_with_parent(signal.SIGKILL)
        self._child_ctor = partial(Popen, shell=False, preexec_fn=on_leash(signal.SIGKILL))
        super().run(*args, **kwargs)


class Lines(Printer):  # type: ignore[misc]  # honcho has no types
    """Prints what the programs say. `once_forked` is called when no more forks are to come."""

    def __init__(self, once_forked: Callable[[], None]) -> None:
        super().__init__(sys.stdout)
        self.once_forked: Callable[[], None] | None = once_forked

    def write(self, message: Message) -> None:
        if self.once_forked is not None:
            self.once_forked()
            self.once_forked = None
        if message.name != "system":
            super().write(message)


class Conductor(Manager):  # type: ignore[misc]  # honcho has no types
    """Runs programs until one of them ends, `trouble` is found, or somebody asks for a stop.

    `look` is called a few times a second and returns a sentence if something is wrong.
    """

    def __init__(self, look: Callable[[], str], once_forked: Callable[[], None]) -> None:
        if sys.platform == "linux":  # a fork server between us and the programs would break leashes
            multiprocessing.set_start_method("fork", force=True)
        super().__init__(printer=Lines(once_forked))
        self._process_ctor = LeashedProcess
        self.look = look
        self.trouble = ""
        self.stopping_since: float | None = None

    def conduct(self) -> str:
        """Block until all programs have ended. Returns why, or "" if somebody asked for it."""
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_EVERY, LOOK_EVERY)
        try:
            self.loop()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return self.trouble

    def terminate(self) -> None:
        """Stop all programs; as soon as all have started, if that is not yet so."""
        if self.stopping_since is None:
            self.stopping_since = time.monotonic()
            if self.returncode not in (130, 143):  # honcho's codes for a stop that was asked for
                self.trouble = self.trouble or self._who_ended()
        if self._all_started():
            super().terminate()

    def stop_because(self, trouble: str) -> None:
        """Stop all programs and remember why."""
        self.trouble = self.trouble or trouble
        self.terminate()

    def _look(self, number: int, frame: FrameType | None) -> None:
        if self.stopping_since is None:
            if trouble := self.look():
                self.stop_because(trouble)
            return
        self.terminate()
        if time.monotonic() - self.stopping_since > KILL_AFTER and self._all_started():
            self.kill()

    def _who_ended(self) -> str:
        codes = {n: p["returncode"] for n, p in self._processes.items() if "returncode" in p}
        return " ".join(f"{name} ended by itself ({_how(code)})." for name, code in codes.items())


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
