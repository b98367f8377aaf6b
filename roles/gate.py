"""What may be said to the database from behind the wall: one statement, which reads or writes rows.

The wall stands on the role and the district of the transaction, and whoever signed in to the
database may take both back by a statement of their own (docs/decisions/0020). So a statement that
was put together from somebody's text is stopped on its way: a second one after a semicolon, one
that sets anything, and the functions that set something or run a text as a statement. What varies
in our own questions is sent as parameters and never stands in what is looked at here.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import ProgrammingError

ONE_PLAN = "SET LOCAL plan_cache_mode = force_generic_plan; "
"""What a question may begin with that was prepared and is planned once."""

_OURS = frozenset(
    {
        "SET LOCAL enable_nestloop = off",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SET CONSTRAINTS ALL DEFERRED",
        "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED",
        "SELECT set_config('app.audit_exception', %s, true)",
        "SELECT set_config('app.audit_exception', '', true)",
    }
)
_KINDS = re.compile(
    r"[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|PREPARE|EXECUTE|EXPLAIN|LOCK"
    r"|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b",
    re.IGNORECASE,
)
_LITERAL = re.compile(r"""'[^']*'|"[^"]*\"""")
# Where these stand, what is a literal cannot be told by its quotes alone.
_UNCLEAR = re.compile(r"\\|--|/\*|\$[A-Za-z_]*\$")
_FUNCTIONS = (
    "set_config", "pg_settings", "query_to_xml", "cursor_to_xml", "ts_stat", "ts_rewrite",
    "dblink", "lo_import", "lo_export", "u&'", 'u&"',
)  # fmt: skip


class Refused(ProgrammingError):
    """A statement that nobody of ours has written; it never reached the database."""


def only_rows(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's signature
    """For `connection.execute_wrapper`. Raises Refused, which leaves the transaction as it was."""
    said = str(sql)
    if said not in _OURS:
        _look(said.removeprefix(ONE_PLAN))
    return execute(sql, params, many, context)


def _look(said: str) -> None:
    if not _KINDS.match(said):
        raise Refused("This statement does not read or write rows.")
    small = said.lower()
    if any(each in small for each in _FUNCTIONS):  # ten times as fast as one expression
        raise Refused("This statement sets something, or runs a text as a statement.")
    if ";" in said and (_UNCLEAR.search(said) or ";" in _LITERAL.sub("", said).rstrip("; \n")):
        raise Refused("These are two statements.")
