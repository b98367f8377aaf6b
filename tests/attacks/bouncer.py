"""A PgBouncer of our own in front of the database of the test, in transaction mode."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote

from tests.engines.conftest import wait_until
from tutoring_admin.bench.programs import free_port, listens
from tutoring_admin.engines.home import runner

BOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = """
[databases]
{NAME} = host={host} {port} dbname={NAME} user={USER} {password}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 100
"""


def config(database, listen, size):
    """What PgBouncer reads, for one of Django's databases."""
    port, password = database["PORT"], database["PASSWORD"]
    return CONFIG.format(
        NAME=database["NAME"],
        USER=database["USER"],
        host=unquote(database["HOST"]),
        port=f"port={port}" if port else "",
        password=f"password={password}" if password else "",
        listen=listen,
        size=size,
    )


@contextlib.contextmanager
def bouncing(database, size):
    """The port of a PgBouncer that keeps at most `size` connections to the `database`."""
    listen, who = free_port(), runner()
    with tempfile.TemporaryDirectory(prefix="tutoring-bouncer-") as folder:
        file = Path(folder) / "pgbouncer.ini"
        file.write_text(config(database, listen, size))
        for path in (Path(folder), file):  # it refuses to run as root
            os.chown(path, who.uid, who.gid)
        process = subprocess.Popen([BOUNCER, "-q", file], **who.popen)
        try:
            wait_until(lambda: process.poll() is not None or listens(listen))
            assert process.poll() is None
            yield listen
        finally:
            process.terminate()
            process.wait(10)
