"""What has to be true of the machine, each with one plain sentence when it is not.

Run as a file, by whatever Python 3 there is, before anything is installed: so it uses the
standard library alone, and no syntax that an old Python could not even read.
"""

import ctypes
import shutil
import socket
import sys
from pathlib import Path

PYTHON = (3, 11)
TO_INSTALL_MB = 1200  # the environment takes about 600; the rest is data and caches
TO_RUN_MB = 200
# what WeasyPrint opens, by its names on Linux and on macOS
PANGO = (
    ("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
)
PLACES = ("", "/opt/homebrew/lib/", "/usr/local/lib/")


def python_too_old(version: "tuple[int, ...]" = sys.version_info[:2]) -> "str | None":
    """What is wrong with the Python at hand, or None."""
    if version >= PYTHON:
        return None
    return "Python {}.{} is too old: {}.{} or newer is needed (make PYTHON=python3.12 ...).".format(
        *version, *PYTHON
    )


def pango_missing(libraries: "tuple[tuple[str, ...], ...]" = PANGO) -> "str | None":
    """What is wrong with the libraries that set PDF documents, or None."""
    if all(_loads(names) for names in libraries):
        return None
    return (
        "The Pango libraries, which set PDF documents, are missing. Debian, Ubuntu: apt-get install"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. macOS: brew install pango."
    )


def disk_full(folder: Path, megabytes: int) -> "str | None":
    """What is wrong with the space at `folder`, or at the nearest folder above that exists."""
    there = folder.resolve()
    while not there.is_dir():
        there = there.parent
    free = shutil.disk_usage(str(there)).free // 2**20
    if free >= megabytes:
        return None
    return f"Not enough disk space at {there}: {megabytes} MB are needed, {free} MB are free."


def port_taken(port: int) -> "str | None":
    """What keeps us from listening on the loopback `port`, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "not a port"
            return f"Port {port} cannot be used ({why}); choose another: make run PORT=8001."
    return None


def _loads(names: "tuple[str, ...]") -> bool:
    for name in (place + name for name in names for place in PLACES):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


if __name__ == "__main__":
    sys.exit(python_too_old() or pango_missing())
