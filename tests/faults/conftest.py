"""The product's real parts, to be killed: engines, workers, beats, and a mail server that obeys.

The tests ask the database by plain SQL; what they have done as the product is done by
`tests.faults.acts`, in processes that `tests.faults.nursery` forks.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from django.db import connections

from roles.wall import WALLED_ROLE
from tests.emptying import EMPTY
from tests.engines.conftest import OURS, ROOT
from tests.faults.mail_server import MailServer
from tutoring_admin.engines import home as homes
from tutoring_admin.engines.leash import on_leash
from tutoring_admin.engines.pair import Engines
from tutoring_admin.heartbeats import broker, heard

LONG = os.environ.get("FAULTS") == "long"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """All start engines, and copy the tables of the test database, which has to be there."""
    for item in items:
        if "tests/faults/" in str(item.fspath):
            item.add_marker(pytest.mark.django_db)
            item.add_marker(pytest.mark.engines)
            item.add_marker(pytest.mark.timeout(3600 if LONG else 170))


class Program:
    """A process of the product. `out` is where it says what it has to say."""

    def __init__(self, pid, out):
        self.pid = pid
        self.out = out

    @property
    def runs(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return True
        return False

    def end(self, number=signal.SIGKILL):
        """End it with all its processes (SIGKILL), or ask its first one (another signal). Returns
        the seconds that took.
        """
        began = time.monotonic()
        self.kill(number)
        until(lambda: not self.runs)
        return time.monotonic() - began

    def kill(self, number=signal.SIGKILL):
        """The same without waiting for it."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if number == signal.SIGKILL else os.kill)(self.pid, number)

    def said(self):
        return self.out.read_text() if self.out.exists() else ""


class Product:
    """Engines, mail server, and the programs that a test starts and kills."""

    def __init__(self, engines, server, folder):
        self.engines, self.server, self.folder = engines, server, folder
        self.redis = engines.valkey.url()
        self.clock = folder / "clock"
        self.clock.write_text("0")
        self.settings = {}
        self.programs = []
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=on_leash(signal.SIGKILL),
        )
        assert self.nursery.stdout.readline() == "ready\n"

    @property
    def environment(self):
        ours = {name: value for name, value in os.environ.items() if name not in OURS}
        return {
            **ours,
            "DATABASE_URL": self.engines.postgres.url(),
            "REDIS_URL": self.redis,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "SECRET_KEY": "only-for-fault-tests-" + "x" * 40,
            "CLOCK_FILE": str(self.clock),
            "FILES_DIR": str(self.folder / "files"),
            "EMAIL_URL": self.server.url,
            "MAIL_RECONCILER": "roles.services.reconciling.RelayOverHttp",
            "MAIL_RECONCILER_URL": self.server.asked_at,
        }

    def start(self, program, *arguments, settings=None, **extra):
        out = self.folder / f"{program}-{time.monotonic_ns()}"
        order = {"program": program, "arguments": [str(each) for each in arguments]}
        order |= {"settings": {**self.settings, **(settings or {})}, "out": str(out), **extra}
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        self.programs.append(Program(int(self.nursery.stdout.readline()), out))
        return self.programs[-1]

    def act(self, name, *arguments, within=60.0, **extra):
        """Do one of `acts` to its end; returns what it said."""
        program = self.start(name, *arguments, **extra)
        code = Path(f"{program.out}.code")
        until(lambda: code.exists() and code.read_text(), within)
        assert code.read_text() == "0", program.said()
        return program.said()

    def worker(self, processes=2, **extra):
        name = f"w{time.monotonic_ns()}@test"
        alone = ("--without-mingle", "--without-gossip", "-n", name)
        return self.start("worker", "-c", processes, *alone, **extra)

    def stock_worker(self):
        return self.start("stock", "-c", 2, "--without-mingle", "--without-gossip")

    def beat(self, **extra):
        return self.start("beat", "-s", self.folder / f"beat-{time.monotonic_ns()}", **extra)

    def sql(self, statement, *values):
        """Rows of a query, or none."""
        connection = psycopg2.connect(self.engines.postgres.url())
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def letters(self):
        """How many letters there are of each status."""
        return dict(self.sql("SELECT status, count(*) FROM roles_letter GROUP BY status"))

    def left(self):
        """Each letter that is not sent, for the sentence of a test that waited in vain."""
        undone = "SELECT status, tries, due_at, last_error FROM roles_letter WHERE status <> 'done'"
        return [tuple(map(str, row)) for row in self.sql(f"{undone} ORDER BY pk LIMIT 5")]

    def named(self):
        """The Message-IDs of letters that may have been sent twice."""
        return {
            row[0] for row in self.sql("SELECT message_id FROM roles_letter WHERE may_be_doubled")
        }

    def settled(self):
        """Whether no letter waits for anything any more."""
        return not {"waiting", "running", "unsure"} & set(self.letters())

    def hears(self, part):
        return heard(part, self.redis)

    def end(self):
        """No programs any more: told all at once, then waited for."""
        for program in self.programs:
            program.kill()
        for program in self.programs:
            program.end()
        self.programs.clear()

    def clear(self):
        """As new: no programs, no rows, no bells, a mail server that remembers nothing."""
        self.end()
        self.settings.clear()
        self.clock.write_text("0")
        self.server.forget()
        broker(self.redis).flushall()
        self.sql(EMPTY)


def flush(product):
    """Empty the broker."""
    broker(product.redis).flushall()


def copy_tables(postgres):
    """What migrations made, without making it once more; that takes a minute."""
    given = connections["default"].settings_dict
    where = {"-h": given["HOST"], "-p": given["PORT"], "-U": given["USER"], "-d": given["NAME"]}
    said = [part for name, value in where.items() if value for part in (name, str(value))]
    dump = subprocess.run(
        [postgres.bin / "pg_dump", *said],
        env={**os.environ, "PGPASSWORD": given["PASSWORD"]},
        check=True,
        capture_output=True,
    ).stdout
    psql = [postgres.bin / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", postgres.url()]
    role = f"CREATE ROLE {WALLED_ROLE} NOLOGIN; GRANT {WALLED_ROLE} TO CURRENT_USER"
    subprocess.run([*psql, "-c", role], check=True, capture_output=True)
    subprocess.run(psql, input=dump, check=True, capture_output=True)


def until(true, within=60.0, left=None):
    """The first true answer of `true()`; what is waited for is an event, not a time.

    `left()` is what the sentence names if it does not come.
    """
    give_up = time.monotonic() + within
    while not (answer := true()):
        assert time.monotonic() < give_up, f"not within {within} s: {left and left()}"
        time.sleep(0.02)
    return answer


@pytest.fixture(scope="session")
def only_product(django_db_setup, tmp_path_factory):
    """Engines of its own, whatever the environment names, with the tables of the test database."""
    kept = {name: os.environ.pop(name) for name in OURS if name in os.environ}
    home, server = homes.temporary(), MailServer()
    try:
        with Engines(home, durable=True) as engines:
            os.environ |= kept
            copy_tables(engines.postgres)
            made = Product(engines, server, tmp_path_factory.mktemp("faults"))
            yield made
            made.nursery.kill()
            made.nursery.communicate()
    finally:
        server.stop()
        homes.discard(home)


@pytest.fixture
def product(only_product):
    """A product as new, mailing to a server that can be asked."""
    only_product.clear()
    yield only_product
    for program in only_product.programs:
        sys.stdout.write(program.said())  # shown where the test fails
    only_product.end()


@pytest.fixture
def mail_server(product):
    return product.server


@pytest.fixture
def count(record_property):
    """Say in one line what was counted; `make soak` and `make test` print it."""

    def say(words):
        record_property("counted", words)

    return say
