"""The wall between districts: PostgreSQL refuses what `.reachable()` should have left out.

Every table that belongs to a district carries a row-level policy on its district, and every key
between two such tables carries the district too. `district_scope` steps behind the wall: inside
it the connection acts as a role that owns nothing and sees one district. Without it that role's
statements fail, since `app.district` is then not set: never an empty answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import truncate_name
from django.db.migrations.operations.base import Operation

from roles.gate import only_rows

if TYPE_CHECKING:
    from roles.models import District

WALLED_ROLE = "tutoring_app"
_scope: ContextVar[int | None] = ContextVar("district_scope", default=None)


class WrongScope(RuntimeError):
    """A district was entered from inside another one."""


class DistrictKey(models.ForeignKey):
    """A key to a row of the same district; `Wall` makes the `(district, id)` constraint for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, list(args), dict(kwargs)


@contextmanager
def district_scope(district: District | int, *, reads_only: bool = False) -> Iterator[None]:
    """Open a transaction that sees one district, and with `reads_only` one that cannot write.

    Takes a district or its primary key. Nested scopes of the same district share one transaction;
    another district raises WrongScope. Keep mail, rendering and other slow work outside.
    """
    pk = district if isinstance(district, int) else district.pk
    outer = _scope.get()
    if outer is not None:
        if outer != pk:
            raise WrongScope(f"district {pk} entered from inside district {outer}")
        yield
        return
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        _set_local(WALLED_ROLE, str(pk))
        if reads_only:
            connection.cursor().execute("SET TRANSACTION READ ONLY")
        mark = _scope.set(pk)
        try:
            with connection.execute_wrapper(only_rows):
                yield
        finally:
            _scope.reset(mark)
        # A savepoint keeps SET LOCAL when it is released; the end of the transaction takes it back.
        if is_nested and not connection.needs_rollback:
            _set_local("none", "")


def _set_local(role: str, district: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.district', %s, true), set_config('role', %s, true)",
            [district, role],
        )


class Wall(Operation):
    """Build the wall around tables: policy, grants, and composite keys. Safe to repeat.

    `append_only` tables cannot be changed or emptied from behind the wall.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *names: str, append_only: bool = False) -> None:
        self.names = names
        self.append_only = append_only

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, list(self.names), {"append_only": self.append_only}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The wall is the database's; models do not know it."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        models_ = [to_state.apps.get_model(app_label, name) for name in self.names]
        editor.execute(_CREATE_ROLE)
        for model in models_:
            self._fence(editor, model)
        for model in models_:
            for field in model._meta.local_fields:
                if isinstance(field, DistrictKey):
                    _bind(editor, model, field)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Nothing to undo: the tables go with their wall."""

    def describe(self) -> str:
        return f"Build the district wall around {', '.join(self.names)}"

    def _fence(self, editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> None:
        table = model._meta.db_table
        column = "id" if model._meta.label_lower == "roles.district" else "district_id"
        rights = "SELECT, INSERT" if self.append_only else "SELECT, INSERT, UPDATE, DELETE"
        if column == "district_id":
            unique = _add_constraint(table, f"{table}_in_district", "UNIQUE (district_id, id)")
            editor.execute(unique)
        editor.execute(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            DROP POLICY IF EXISTS one_district ON {table};
            DROP POLICY IF EXISTS owner ON {table};
            CREATE POLICY one_district ON {table} TO {WALLED_ROLE}
              USING ({column} = (SELECT current_setting('app.district')::bigint));
            CREATE POLICY owner ON {table} TO CURRENT_USER USING (true);
            GRANT {rights} ON {table} TO {WALLED_ROLE};
            """
        )


class Grant(Operation):
    """Let the walled role use a table that belongs to no district."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, *rights: str) -> None:
        self.name = name
        self.rights = rights

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.name, *self.rights], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Grants are the database's; models do not know them."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        editor.execute(f"GRANT {', '.join(self.rights)} ON {table} TO {WALLED_ROLE}")

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Nothing to undo: the grant goes with its table."""

    def describe(self) -> str:
        return f"Grant {', '.join(self.rights)} on {self.name} behind the wall"


# Roles belong to the server, not to a database: another database may have made it a moment ago.
_CREATE_ROLE = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{WALLED_ROLE}') THEN
    CREATE ROLE {WALLED_ROLE} NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, '{WALLED_ROLE}', 'SET') THEN
    GRANT {WALLED_ROLE} TO CURRENT_USER;
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {WALLED_ROLE};
"""


def _bind(
    editor: BaseDatabaseSchemaEditor, model: type[models.Model], field: models.ForeignKey
) -> None:
    table, column = model._meta.db_table, field.column
    target = field.related_model._meta.db_table
    editor.execute(
        _add_constraint(
            table,
            truncate_name(f"{table}_{column}_in_district", 63),
            f"FOREIGN KEY (district_id, {column}) REFERENCES {target} (district_id, id)"
            " DEFERRABLE INITIALLY DEFERRED",
        )
    )


def _add_constraint(table: str, name: str, definition: str) -> str:
    return f"""
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}') THEN
        ALTER TABLE {table} ADD CONSTRAINT {name} {definition};
      END IF;
    END $$;
    """
