"""`make restore-proof`: a backup of the demo, restored into an empty cluster, is the same again.

Uses the same programs and options that docs/operations.md gives for production.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.sql import SQL, Identifier

from tutoring_admin.engines import home as homes
from tutoring_admin.engines.pair import Engines
from tutoring_admin.engines.postgres import DATABASE, Postgres
from tutoring_admin.engines.trouble import Trouble

Census = dict[str, list[tuple[Any, ...]]]
RESPELLED = re.compile(r"::(character varying|text)(\[\])?|[()]")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# what a restore could lose without any table looking different
ASPECTS = {
    "policies": "SELECT * FROM pg_policies ORDER BY tablename, policyname",
    "row security": """
        SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1""",
    "rights": """
        SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public' ORDER BY 1, 2, 3""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "extensions": "SELECT extname, extversion FROM pg_extension ORDER BY 1",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1",
    "roles": """
        SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles
        WHERE rolname !~ '^pg_' ORDER BY 1""",
    "memberships": """
        SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members
        WHERE roleid::regrole::text !~ '^pg_' ORDER BY 1, 2""",
}


def prove() -> int:
    """0 if the restored database equals the one that was backed up, 1 with the differences."""
    for taken in ("DATABASE_URL", "REDIS_URL"):  # this proof never touches a server of yours
        os.environ.pop(taken, None)
    with tempfile.TemporaryDirectory() as folder:
        backup = Path(folder)
        with _cluster() as engines:
            _fill(engines)
            before = _saved(engines, backup)
        with _cluster() as engines:
            after = _restored(engines, backup)
    different = [name for name in before if before[name] != after.get(name)]
    different += [name for name in after if name not in before]
    for name in different:
        sys.stdout.write(f"{name}: {_difference(before.get(name, []), after.get(name, []))}\n")
    rows = sum(found[0][0] for name, found in before.items() if name.startswith("rows of "))
    aspects = ", ".join(f"{len(before[name])} {name}" for name in ASPECTS)
    verdict = "DIFFERENT" if different else "identical"
    sys.stdout.write(f"Restored: {rows} rows, {aspects}: {verdict}\n")
    return 1 if different else 0


@contextmanager
def _cluster() -> Iterator[Engines]:
    home = homes.temporary()
    try:
        with Engines(home, durable=False) as engines:
            yield engines
    finally:
        homes.discard(home)


def _server(engines: Engines) -> Postgres:
    if engines.postgres is None:
        raise Trouble("The proof needs an embedded PostgreSQL.")
    return engines.postgres


def _fill(engines: Engines) -> None:
    with tempfile.TemporaryDirectory() as files:
        environment = {
            **os.environ,
            **engines.environment,
            "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.demo",
            "SECRET_KEY": "only-for-this-proof",
            "FILES_DIR": files,
            "MAIL_DIR": files,
        }
        for command in (["migrate", "--verbosity=0"], ["seed_demo"]):
            _do([sys.executable, "manage.py", *command], environment)


def _saved(engines: Engines, backup: Path) -> Census:
    server = _server(engines)
    url = server.url()
    _do([server.tool("pg_dump"), "-Fc", "-f", str(backup / "database.dump"), "-d", url])
    roles = str(backup / "roles.sql")
    _do([server.tool("pg_dumpall"), "--roles-only", "-f", roles, "-d", url])
    return _census(url)


def _restored(engines: Engines, backup: Path) -> Census:
    server = _server(engines)
    url = server.url()
    # the owner's role is there already: psql says so and goes on
    quiet = {**os.environ, "PGOPTIONS": "-c client_min_messages=error"}
    _do([server.tool("psql"), "-q", "-f", str(backup / "roles.sql"), url], quiet, silent=True)
    _do([server.tool("pg_restore"), "--exit-on-error", "-d", url, str(backup / "database.dump")])
    return _census(url)


def _census(url: str) -> Census:
    found: Census = {}
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        for name, query in ASPECTS.items():
            cursor.execute(query)
            found[name] = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            # a checksum over all columns, so that equal counts cannot hide unequal rows
            cursor.execute(
                SQL("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {} t").format(
                    Identifier(table)
                )
            )
            found[f"rows of {table}"] = cursor.fetchall()
    return found


def _plain(value: Any) -> Any:
    """An expression without casts and brackets: PostgreSQL writes the same one in two ways."""
    return RESPELLED.sub("", value) if isinstance(value, str) else value


def _difference(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> str:
    lost = [row for row in before if row not in after]
    gained = [row for row in after if row not in before]
    return f"lost {lost[:3]}, gained {gained[:3]}"


def _do(
    command: list[str], environment: dict[str, str] | None = None, *, silent: bool = False
) -> None:
    ended = subprocess.run(  # noqa: S603 -- our own commands
        command, env=environment, capture_output=silent, check=False
    )
    if ended.returncode:
        raise Trouble(f"{Path(command[0]).name} failed in database {DATABASE}; see above.")
