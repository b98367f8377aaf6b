"""What every test gets: a client that refuses sloppy pages, and a frozen school day where asked.

Several workers share one run of the migrations, which take most of a minute: their databases are
copies of one that is made before they start.
"""

import contextlib
import datetime as dt
import gc
import os
import re
import threading
import time

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis
from pytest_django.plugin import blocking_manager_key

from roles import keeping
from tests.emptying import empty_quickly

TABLES = "TABLES_OF_TESTS"  # the variable that tells workers which database to copy
SCHOOL_DAY = dt.datetime(2026, 10, 29, 15, 0, tzinfo=dt.UTC)  # 10 am in Chicago, a Thursday
SLOPPY = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.I),
    "inline style": re.compile(r"<style\b|<[a-z][^>]*\sstyle=", re.I),
    "inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+=", re.I),
    "template syntax": re.compile(r"\{%|\{\{"),
}


# A busy machine is slow, not wrong.
hypothesis.register_profile("no-hurry", deadline=None)
hypothesis.load_profile("no-hurry")


class StrictClient(Client):
    """Django's test client, which also reads the page."""

    def request(self, **request):
        response = super().request(**request)
        if not response.streaming and "text/html" in response.get("Content-Type", ""):
            page = response.content.decode()
            found = [name for name, pattern in SLOPPY.items() if pattern.search(page)]
            assert not found, f"{found} at {request.get('PATH_INFO')}"
        return response


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Before any worker starts, and so outside of any test's time limit."""
    options = session.config.option
    is_worker = hasattr(session.config, "workerinput")
    has_workers = bool(getattr(options, "tx", None)) and not is_worker
    if not has_workers or options.reuse_db or options.collectonly:
        return
    name = f"test_{connection.settings_dict['NAME']}_tables"
    gc.freeze()  # many models come and go; without what stays, looking for them is quicker
    with session.config.stash[blocking_manager_key].unblock(), as_test_database(name):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
    os.environ[TABLES] = name


def pytest_collection_finish():
    """What is loaded by now stays; nobody needs to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session):
    """Workers have gone by now, and their databases with them."""
    name = os.environ.pop(TABLES, None)
    if name and not hasattr(session.config, "workerinput"):
        with (
            session.config.stash[blocking_manager_key].unblock(),
            connection._nodb_cursor() as cursor,
        ):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextlib.contextmanager
def as_test_database(name):
    """Call the test database of this process so, for as long as it is being made."""
    kept = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    yield
    connection.settings_dict["TEST"]["NAME"] = None
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = kept


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """A worker's database begins as a copy, with nothing left to migrate."""
    if name := os.environ.get(TABLES):
        connection.settings_dict["TEST"] |= {"TEMPLATE": name, "MIGRATE": False}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """End other sessions before the test database is dropped: a browser's last request, kept alive
    in a thread of the live server, may still hold one.
    """
    with django_db_blocker.unblock():
        empty_quickly(connection)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _live_server_has_answered(request, _live_server_helper):
    """Once the test's browser is closed, wait for what it asked last: a request that is still being
    answered would stand in the way of emptying the tables, or leave its rows in the next test.
    """
    yield
    if "live_server" in request.fixturenames:
        until = time.monotonic() + 10
        while any("process_request_thread" in thread.name for thread in threading.enumerate()):
            assert time.monotonic() < until, "The live server is still answering after 10 s."
            time.sleep(0.02)


@pytest.fixture
def client():
    return StrictClient()


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    keeping.forget()


@pytest.fixture
def school_day():
    """Thursday, October 29, 2026, 10 am in Chicago; the clock stands still."""
    with time_machine.travel(SCHOOL_DAY, tick=False) as clock:
        yield clock


def pytest_terminal_summary(terminalreporter):
    """Print what the fault tests counted."""
    reports = [
        report for name in ("passed", "failed") for report in terminalreporter.getreports(name)
    ]
    said = [words for each in reports for key, words in each.user_properties if key == "counted"]
    if said:
        terminalreporter.section("counted under faults")
        terminalreporter.line("\n".join(sorted(said)))
