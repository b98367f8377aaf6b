"""Where people are signed in: read and ended from behind the wall, for people of the district.

Sessions belong to the whole installation, so the walled role may not read their tables. Three
functions of the owner answer for the district that is set and refuse everything else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from roles.wall import WALLED_ROLE

_DISTRICT = "current_setting('app.district')::bigint"
_HERE = f"""EXISTS (SELECT FROM roles_membership m
    WHERE m.user_id = {{who}} AND m.district_id = {_DISTRICT})"""
_ELSEWHERE = f"""(EXISTS (SELECT FROM roles_membership m
    WHERE m.user_id = person AND m.district_id <> {_DISTRICT})
  OR EXISTS (SELECT FROM roles_user u WHERE u.id = person AND (u.is_staff OR u.is_superuser)))"""  # noqa: S608 -- constants

# name, arguments, what it gives, how it works
_FUNCTIONS = (
    (
        "roles_signed_in",
        "people bigint[]",
        "TABLE (person bigint, device text, since timestamptz, seen timestamptz)",
        f"""LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT s.user_id, s.user_agent, s.created_at, s.last_seen_at
          FROM usersessions_usersession s JOIN django_session d ON d.session_key = s.session_key
         WHERE s.user_id = ANY (people) AND d.expire_date > now()
           AND {_HERE.format(who="s.user_id")}
         ORDER BY s.last_seen_at DESC, s.id $$""",  # noqa: S608 -- constants
    ),
    (
        "roles_works_elsewhere",
        "person bigint",
        "boolean",
        f"""LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT {_HERE.format(who="person")} AND {_ELSEWHERE} $$""",
    ),
    (
        "roles_sign_out",
        "person bigint",
        "integer",
        f"""LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE ended integer;
        BEGIN
          IF NOT {_HERE.format(who="person")} OR {_ELSEWHERE} THEN
            RAISE EXCEPTION 'not a person of this district alone'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          DELETE FROM django_session d USING usersessions_usersession s
           WHERE s.user_id = person AND d.session_key = s.session_key;
          GET DIAGNOSTICS ended = ROW_COUNT;
          DELETE FROM usersessions_usersession s WHERE s.user_id = person;
          RETURN ended;
        END $$""",  # noqa: S608 -- constants
    ),
)


@dataclass(frozen=True)
class SignIn:
    """One session in force: what the browser calls itself, since when, and when it last asked."""

    person: int
    device: str
    since: dt.datetime
    seen: dt.datetime


def signed_in(people: Iterable[int]) -> list[SignIn]:
    """The sessions in force of people of this district, those seen last first. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM roles_signed_in(%s)", [list(people)])
        return [SignIn(*row) for row in cursor.fetchall()]


def works_elsewhere(person: int) -> bool:
    """Whether someone of this district has access to another one, or runs the installation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles_works_elsewhere(%s)", [person])
        return bool(cursor.fetchone()[0])


def end_sessions(person: int) -> int:
    """End all sessions of someone who is of this district alone; how many there were.

    The database refuses anyone else: django.db.DatabaseError.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles_sign_out(%s)", [person])
        return int(cursor.fetchone()[0])


class MakeSignedIn(Operation):
    """Make the functions. Safe to repeat."""

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Functions are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for name, arguments, gives, how in _FUNCTIONS:
            editor.execute(
                f"""
                CREATE OR REPLACE FUNCTION {name}({arguments}) RETURNS {gives} {how};
                REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION {name} TO {WALLED_ROLE};
                """,
                params=None,
            )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        editor.execute(f"DROP FUNCTION IF EXISTS {', '.join(each[0] for each in _FUNCTIONS)}")

    def describe(self) -> str:
        return "Make the functions that read and end sessions of the district's people"
