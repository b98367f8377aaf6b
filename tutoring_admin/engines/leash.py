"""Processes that must not outlive the one that started them.

Two ropes hold them. On Linux the kernel signals a child when its parent is gone, however it
went. Everywhere, each command line carries a tag made from the home folder, so that the next
start finds and ends what a crash has left over, and nothing else.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(when_orphaned: int) -> None:
    """Have this process receive `when_orphaned` as soon as its parent is gone (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, when_orphaned)


def on_leash(when_orphaned: int) -> Callable[[], None]:
    """A `preexec_fn` that ties the child to this process.

    Call `Popen` with it from the main thread only: the kernel counts the *thread* as the parent.
    """
    starter = os.getpid()

    def tie() -> None:
        die_with_parent(when_orphaned)
        if os.getppid() != starter:  # the starter went away between fork and here
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def _listing() -> Iterator[tuple[int, str]]:
    """Each live process as (pid, command line); zombies are left out."""
    if sys.platform != "linux":
        shown = subprocess.run(
            ["/bin/ps", "-axo", "pid=,stat=,args="], capture_output=True, text=True, check=True
        ).stdout
        for line in shown.splitlines():
            pid, stat, args = line.split(None, 2)
            if not stat.startswith("Z"):
                yield int(pid), args
        return
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it may end while we look
                # a zombie has an empty command line
                yield int(folder.name), (folder / "cmdline").read_bytes().decode(errors="replace")


def tagged(tag: str) -> list[int]:
    """Pids of the live processes, other than this one, whose command line carries `tag`."""
    return [pid for pid, args in _listing() if tag in args and pid != os.getpid()]


def sweep(tag: str, patience: float = 3.0) -> int:
    """End whatever still carries `tag`: politely, then by force. Returns how many there were."""
    found = tagged(tag)
    for force in (signal.SIGINT, signal.SIGKILL):
        for pid in tagged(tag):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, force)
        until = time.monotonic() + patience
        while tagged(tag) and time.monotonic() < until:
            time.sleep(0.05)
    return len(found)
