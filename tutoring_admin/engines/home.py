"""Where the engines keep their files, and as whom they run.

PostgreSQL refuses to run as root. Started by root, the engines run as an unprivileged user of
the machine, in a folder that this user can reach: inside the data folder where that works, else
under /var/lib. Folders that are not ours keep their permissions, whatever they are.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tutoring_admin.engines.trouble import Trouble

ROOTS_SHELF = Path("/var/lib/tutoring-admin")
CHOICE = "engines-at"
LOCK = "in-use.lock"
LEFT_BY_A_RUN = (CHOICE, LOCK, "secret-key", "prepared.json", "files", "mail", "static*", "beat-*")
TEMPORARY = "tutoring-engines-"
STALE_AFTER = 6 * 3600  # seconds; a temporary home this old without an owner is left-over


@dataclass(frozen=True)
class Runner:
    """The user that the engines run as."""

    uid: int
    gid: int
    changes_user: bool

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make the child this user."""
        if not self.changes_user:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}

    def can(self, test: str, path: Path) -> bool:
        """Whether this user passes `test -d`, `-x` … on `path`, asked of the kernel itself."""
        asked = ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]
        return subprocess.run(asked, check=False, **self.popen).returncode == 0  # noqa: S603 -- fixed command


def runner() -> Runner:
    """Ourselves, or an unprivileged user when we are root."""
    if os.geteuid() != 0:
        return Runner(os.geteuid(), os.getegid(), changes_user=False)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Runner(user.pw_uid, user.pw_gid, changes_user=True)
    raise Trouble("Started as root, and the machine has no user postgres or nobody to run as.")


@dataclass(frozen=True)
class Home:
    """One pair of engines: its folder, its user, its tag, and the lock that says it is in use."""

    folder: Path
    runner: Runner
    lock: IO[str]

    @property
    def tag(self) -> str:
        """Stands in the command line of every process that belongs to this home."""
        return "tutoring-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]

    @property
    def data_dir(self) -> Path:
        """The folder that was asked for and holds the lock; the engines' own may be elsewhere."""
        return Path(self.lock.name).parent

    def make(self) -> None:
        """Create the folder, for the engines' user alone, if it is not there yet."""
        if self.folder.is_dir():
            return
        if self.folder.parent == ROOTS_SHELF:
            ROOTS_SHELF.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700)
        os.chown(self.folder, self.runner.uid, self.runner.gid)

    def private(self, name: str) -> Path:
        """A sub-folder that only the engines' user (and root) can look into."""
        made = self.folder / name
        if not made.exists():
            made.mkdir(mode=0o700)
            os.chown(made, self.runner.uid, self.runner.gid)
        return made


def kept(data_dir: Path, *, patience: float = 8.0) -> Home:
    """The lasting home of `data_dir`, which `make` creates when an engine needs it.

    Waits `patience` seconds for a run that is just ending; raises Trouble if it goes on.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    data_dir = data_dir.resolve()
    lock = _hold(data_dir, patience)
    who = runner()
    choice = data_dir / CHOICE  # once chosen it stays, even if permissions change
    if not choice.exists():
        inside = data_dir / "engines"
        folder = inside if _reachable(data_dir, who) else ROOTS_SHELF / _short(data_dir)
        choice.write_text(f"{folder}\n")
    return Home(Path(choice.read_text().strip()), who, lock)


def temporary() -> Home:
    """A home to be thrown away with `discard`."""
    _discard_stale()
    who = runner()
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    lock = _hold(folder, patience=0)
    os.chown(folder, who.uid, who.gid)
    return Home(folder, who, lock)


def discard(home: Home) -> None:
    """Remove a home with everything in it, and let go of its lock."""
    shutil.rmtree(home.folder, ignore_errors=True)
    home.lock.close()


def forget(data_dir: Path) -> None:
    """Remove what `kept` and a run put into `data_dir`, and nothing that somebody else put there.

    Raises Trouble while a run is using it.
    """
    if not (data_dir / CHOICE).exists():
        return
    discard(kept(data_dir, patience=0))
    for ours in (path for pattern in LEFT_BY_A_RUN for path in data_dir.glob(pattern)):
        if ours.is_dir():
            shutil.rmtree(ours)
        else:
            ours.unlink()
    with contextlib.suppress(OSError):  # not empty: somebody else's files
        data_dir.rmdir()


def _reachable(folder: Path, who: Runner) -> bool:
    return not who.changes_user or who.can("-x", folder)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _hold(folder: Path, patience: float) -> IO[str]:
    lock = (folder / LOCK).open("a+")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() < until:
                time.sleep(0.1)
                continue
            lock.close()
            raise Trouble(
                f"Another run is using {folder}; stop it, or choose another folder with DATA_DIR=."
            ) from None
        return lock


def _discard_stale() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        with contextlib.suppress(OSError, Trouble):
            if time.time() - folder.stat().st_mtime > STALE_AFTER:
                _hold(folder, patience=0).close()
                shutil.rmtree(folder, ignore_errors=True)
