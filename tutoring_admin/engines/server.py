"""What the two engines have in common: one child process, its log, and how it stops."""

import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tutoring_admin.engines.home import Home
from tutoring_admin.engines.leash import on_leash


class Server(ABC):
    """One engine in `home`. `durable` means that what was committed survives a crash."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    orphan_signal: ClassVar[signal.Signals]  # what the kernel sends when our process is gone
    patience: ClassVar[float] = 3.5  # seconds for an orderly stop; a whole stop has ten

    def __init__(self, home: Home, *, durable: bool) -> None:
        self.home = home
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def launch(self) -> None:
        """Start and do not wait."""

    @abstractmethod
    def wait_until_ready(self) -> None:
        """Return when it answers; raise Trouble if it will not."""

    @property
    def log(self) -> Path:
        return self.home.folder / f"{self.name}.log"

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if self.process is not None and not self.has_ended:
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self) -> None:
        """Return when it is gone, by force if need be."""
        if self.process is None:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _spawn(self, command: Sequence[str | Path], stdin: int) -> "subprocess.Popen[bytes]":
        """A child as the engines' user, in a session of its own: Ctrl-C is for us alone."""
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 -- our own binary and arguments
                command,
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=on_leash(self.orphan_signal),
                **self.home.runner.popen,
            )
