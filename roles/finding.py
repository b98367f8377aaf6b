"""Finding rows by words in their names, fast behind the wall.

A policy of the wall lets no index of pg_trgm be used: their operators are not leakproof, so that
PostgreSQL reads all rows of the district first. `Findable` makes, for a table that grows with a
district, an index of what its rows say, and two functions that look there as the owner of the table
and answer with primary keys of the district that is set, the best first. These are candidates only:
whoever asks selects them from `.reachable()`, behind the wall, like any other rows.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from roles.wall import WALLED_ROLE

LIKE, ROUGHLY = "found", "found_roughly"
DISTRICT = "current_setting('app.district')::bigint"
_ROUGH_FIT = "roles_fit_roughly"
_ALIKE = 0.3  # of 1; "bregman" is 0.33 like "bergman"


def _plain_letters() -> dict[str, str]:
    """Latin letters with a mark, large and small, and the small letter below the mark."""
    found = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
    for code in range(0xC0, 0x250):
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0].lower()
        if base != letter and base.isascii() and base.isalpha():
            found[letter] = base
    return found


_PLAIN = _plain_letters()
_TABLE = str.maketrans(_PLAIN)


def folded(text: str) -> str:
    """Small letters without marks, a blank for a hyphen: what `roles_folded` makes of it, too."""
    return text.translate(_TABLE).lower().replace("-", " ")


class MakeFolding(Operation):
    """The functions that fold a text, and tell how well it fits what was asked. Safe to repeat.

    `roles_fit(says, whole, begins)`: 0 the same, 1 it begins so, 2 each word begins one of its
    words, 3 else; `roles_fit_roughly`: 4 down to 3, the more alike the less.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Functions are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        marked, plain = "".join(_PLAIN), "".join(_PLAIN.values())
        editor.execute(
            f"""
            CREATE OR REPLACE FUNCTION roles_folded(words text) RETURNS text
              LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ' ' || replace(
                CASE WHEN octet_length(words) = char_length(words) THEN lower(words)
                ELSE lower(translate(words, '{marked}', '{plain}')) END, '-', ' ');
            CREATE OR REPLACE FUNCTION roles_fit(says text, whole text, begins text[])
              RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
                WHEN says = ' ' || whole THEN 0
                WHEN says LIKE ' ' || whole || '%' THEN 1
                WHEN says LIKE ALL (begins) THEN 2 ELSE 3 END;
            CREATE OR REPLACE FUNCTION roles_fit_roughly(says text, whole text, begins text[])
              RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE
              RETURN 4 - word_similarity(whole, says);
            """.replace("%", "%%"),
            params=[],
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        editor.execute("DROP FUNCTION IF EXISTS roles_fit, roles_fit_roughly, roles_folded CASCADE")

    def describe(self) -> str:
        return "Make the functions that fold and compare names"


class Findable(Operation):
    """Let rows of a table be found by what they say. Safe to repeat.

    `says`: SQL over the columns of `t`, the table. `within`: SQL that a row must meet, where
    `district` is the one that is set and `only_at` an array of schools, or NULL for all.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, says: str, within: str) -> None:
        self.name, self.says, self.within = name, says, within

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.name, self.says, self.within], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Functions are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = self._table(app_label, to_state)
        says = f"roles_folded({self.says})"
        column = says.replace("t.", "")
        editor.execute(
            f"CREATE INDEX IF NOT EXISTS {table}_says ON {table} USING gin ({column} gin_trgm_ops)"
        )
        # Words that a thousand names have in common find some of them; what is like is ranked all.
        ways = ((LIKE, "roles_fit", "LIKE", " LIMIT 1000"), (ROUGHLY, _ROUGH_FIT, "%>", ""))
        for end, fit, operator, most in ways:
            # The first is the longest word: its trigrams are looked up, the others are compared.
            body = f"""
              WITH found AS MATERIALIZED (
                SELECT t.id, {says} AS says FROM {table} t
                 WHERE {says} {operator} asked[1] AND {says} {operator} ALL (asked[2:])
                   AND {self.within}{most}
              )
              SELECT id FROM found ORDER BY {fit}(says, whole, begins), length(says), id LIMIT most
            """  # noqa: S608 -- constants of migrations
            define(editor, f"{table}_{end}", body)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = self._table(app_label, from_state)
        editor.execute(f"DROP FUNCTION IF EXISTS {table}_{LIKE}, {table}_{ROUGHLY}")
        editor.execute(f"DROP INDEX IF EXISTS {table}_says")

    def describe(self) -> str:
        return f"Let {self.name} be found by words"

    def _table(self, app_label: str, state: Any) -> str:
        return str(state.apps.get_model(app_label, self.name)._meta.db_table)


def define(editor: BaseDatabaseSchemaEditor, name: str, body: str) -> None:
    """A function of the owner that the walled role may call, with the arguments of `candidates`."""
    arguments = "asked text[], whole text, begins text[], only_at bigint[], most integer"
    editor.execute(
        f"""
        CREATE OR REPLACE FUNCTION {name}({arguments}) RETURNS SETOF bigint
          LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp
          SET pg_trgm.word_similarity_threshold = {_ALIKE} AS $$ {body} $$;
        REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {name} TO {WALLED_ROLE};
        """.replace("%", "%%"),
        params=[],
    )


class FindablePositions(Operation):
    """Positions say the title of their role and where they are: each word is in one of the two, one
    at least in the title, and for a seat at a school one in its name. Safe to repeat.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Functions are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for end, operator in ((LIKE, "LIKE"), (ROUGHLY, "%>")):
            define(editor, f"roles_position_{end}", _POSITIONS.replace("{like}", operator))

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        editor.execute(f"DROP FUNCTION IF EXISTS roles_position_{LIKE}, roles_position_{ROUGHLY}")

    def describe(self) -> str:
        return "Let positions be found by words"


_POSITIONS = f"""
WITH word AS (SELECT says, n::int FROM unnest(asked) WITH ORDINALITY AS u(says, n)),
title AS MATERIALIZED (
  SELECT r.id, array_agg(n) AS has FROM roles_leadershiprole r JOIN word
      ON roles_folded(r.title) {{like}} word.says
   WHERE r.district_id = {DISTRICT} GROUP BY r.id
), school AS MATERIALIZED (
  SELECT s.id, array_agg(n) AS has FROM word JOIN roles_school s
      ON roles_folded(s.name) {{like}} word.says
   WHERE s.district_id = {DISTRICT} GROUP BY s.id
), office AS MATERIALIZED (
  SELECT d.id, array_agg(n) AS has FROM roles_department d JOIN word
      ON roles_folded(d.name) {{like}} word.says
   WHERE d.district_id = {DISTRICT} GROUP BY d.id
)
SELECT p.id FROM roles_position p
  JOIN title ON title.id = p.role_id
  LEFT JOIN school ON school.id = p.school_id
  LEFT JOIN office ON office.id = p.department_id
 WHERE p.district_id = {DISTRICT}
   AND (p.school_id IS NULL OR school.id IS NOT NULL)
   AND (only_at IS NULL OR p.school_id IS NULL OR p.school_id = ANY (only_at))
   AND title.has || coalesce(school.has, '{{}}') || coalesce(office.has, '{{}}')
       @> (SELECT array_agg(n) FROM word)
 ORDER BY cardinality(title.has) DESC, p.closed_on IS NOT NULL, p.id LIMIT most
"""  # noqa: S608 -- constants


class Folded(models.Func):
    """What a column says, folded."""

    function = "roles_folded"
    output_field = models.TextField()
