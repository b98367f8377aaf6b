"""Run one command with engines around it."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from tutoring_admin.engines import home as homes
from tutoring_admin.engines.leash import on_leash
from tutoring_admin.engines.pair import Engines


def run_with_engines(
    command: Sequence[str], *, data_dir: Path | None, extra: dict[str, str] | None = None
) -> int:
    """The exit code of `command`, run with DATABASE_URL and REDIS_URL in its environment.

    Without `data_dir` the engines are fast, forgetful and thrown away afterwards.
    """
    home = homes.kept(data_dir) if data_dir else homes.temporary()
    try:
        with Engines(home, durable=data_dir is not None) as engines:
            return follow(command, {**os.environ, **(extra or {}), **engines.environment})
    finally:
        if data_dir is None:
            homes.discard(home)


def follow(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end, handing on what asks us to stop. Returns its exit code."""
    child = subprocess.Popen(  # noqa: S603 -- the caller's own command
        command, env=environment, preexec_fn=on_leash(signal.SIGTERM)
    )

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    before = signal.signal(signal.SIGTERM, pass_on)
    ours = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child as well
    try:
        code = child.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, ours)
    return code if code >= 0 else 128 - code
