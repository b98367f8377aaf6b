"""Real engines in folders of their own; none of the wrapper's servers is used or known here."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tutoring_admin.engines import home as homes
from tutoring_admin.engines.leash import sweep, tagged

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DATA_DIR", "PORT")


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch):
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


@contextlib.contextmanager
def a_data_dir():
    """A folder that an unprivileged user can reach, as a clone in a home folder usually is."""
    folder = Path(tempfile.mkdtemp(prefix="tutoring-test-"))
    folder.chmod(0o755)
    yield folder
    with contextlib.suppress(FileNotFoundError):
        tag = homes.Home(Path((folder / homes.CHOICE).read_text().strip()), None, None).tag
        sweep(tag)
    homes.forget(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_dir():
    with a_data_dir() as folder:
        yield folder


def start(*arguments):
    """`python -m tutoring_admin.engines …` in the background, its output in one pipe."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.Popen(
        [sys.executable, "-m", "tutoring_admin.engines", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process, within=30):
    """Its exit code and all it said."""
    try:
        said, _ = process.communicate(timeout=within)
    finally:
        process.kill()
    return process.returncode, said


def tag_of(data_dir):
    """What stands in the command line of all processes that belong to `data_dir`."""
    return homes.Home(Path((data_dir / homes.CHOICE).read_text().strip()), None, None).tag


def wait_until(true, within=20.0):
    """The first true answer of `true()`, which must come in time."""
    until = time.monotonic() + within
    while not (answer := true()):
        assert time.monotonic() < until, f"not within {within} s"
        time.sleep(0.05)
    return answer


def gone(tag, within=3.0):
    """Whether all processes with `tag` end within the time."""
    with contextlib.suppress(AssertionError):
        wait_until(lambda: not tagged(tag), within)
    return not tagged(tag)


def pid_named(tag, *words):
    """The pid of the first process with `tag` that has all `words` among its arguments."""
    for pid in sorted(tagged(tag)):
        with contextlib.suppress(OSError):
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if set(words) <= {argument.rpartition("/")[2] for argument in arguments}:
                return pid
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def kill(pid, number=signal.SIGKILL):
    os.kill(pid, number)
