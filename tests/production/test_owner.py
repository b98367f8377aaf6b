"""What docs/operations.md asks of the owner of the database is enough, and is needed."""

import contextlib
import sys

import psycopg2
import pytest

from tests.production.conftest import FILLED_IN, run
from tutoring_admin.engines import home as homes
from tutoring_admin.engines.pair import Engines

pytestmark = pytest.mark.engines


@pytest.fixture
def server(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://localhost")  # no broker is needed here
    home = homes.temporary()
    with Engines(home, durable=False) as engines:
        yield engines.postgres
    homes.discard(home)


def administrate(server, *statements):
    with contextlib.closing(psycopg2.connect(server.url("postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.mark.parametrize(
    "prepared",
    [
        ["CREATE ROLE careful LOGIN CREATEROLE"],
        [
            "CREATE ROLE careful LOGIN",
            "CREATE ROLE tutoring_app NOLOGIN",
            "GRANT tutoring_app TO careful",
        ],
    ],
    ids=["may create roles", "role was created for it"],
)
def test_an_owner_without_superuser_can_migrate(server, prepared):
    administrate(server, *prepared, "CREATE DATABASE district OWNER careful")

    migrated = run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity=0"],
        **FILLED_IN,
        DATABASE_URL=server.url("district").replace("postgres@", "careful@"),
        REDIS_URL="redis://localhost",
        DJANGO_SETTINGS_MODULE="tutoring_admin.settings.production",
    )

    assert migrated.returncode == 0, migrated.stderr[-1500:]
