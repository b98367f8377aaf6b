"""The walls around a job: no network, no writing, no other program, so much time and memory.

What the kernel offers is taken where it is Linux and allowed; the audit hook works everywhere.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = (
    "socket.",
    "subprocess.",
    "shutil.",
    "ctypes.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
    "urllib.Request",
)
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def leave_network() -> bool:
    """Move this process, which has one thread, to where there is no network. False if refused."""
    if _LIBC is None:
        return False
    alone = (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET)
    return any(_LIBC.unshare(flags) == 0 for flags in alone)


def die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def bound(*, cpu_seconds: int, more_memory: int) -> None:
    """Limit this process; `more_memory` is in bytes above what it has mapped now."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    mapped, _ = memory()
    if mapped:
        resource.setrlimit(resource.RLIMIT_AS, (mapped + more_memory, mapped + more_memory))


def memory() -> tuple[int, int]:
    """Bytes that this process has mapped, and has in memory; zeros where nobody tells."""
    with contextlib.suppress(OSError):
        mapped, resident, *_ = Path("/proc/self/statm").read_text().split()
        page = resource.getpagesize()
        return int(mapped) * page, int(resident) * page
    return 0, 0


def computed(pid: int) -> float:
    """Seconds of processor that a process has had; endless where nobody tells."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    return math.inf


def forbid(readable: Sequence[str]) -> None:
    """From now on refuse network, programs, writing, and reading outside of `readable` folders.

    It cannot be taken back in this process.
    """
    folders = tuple(os.path.realpath(folder) + os.sep for folder in readable)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _check_open(arguments, folders)
        elif event.startswith(FORBIDDEN):
            raise PermissionError(f"A document may not use {event}")

    sys.addaudithook(watch)


def _check_open(arguments: tuple[Any, ...], folders: tuple[str, ...]) -> None:
    path, mode, flags = arguments
    if isinstance(path, int):  # what is open already
        return
    if flags & WRITING or (isinstance(mode, str) and set(mode) & set("wax+")):
        raise PermissionError("A document may not write files")
    if not os.path.realpath(os.fsdecode(path)).startswith(folders):
        raise PermissionError("A document may not read files")
