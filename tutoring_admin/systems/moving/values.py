"""How a value stands in a file, as SQL: the database writes files, and reads them, itself.

Days and moments as ISO 8601 says (moments in UTC), true and false in words, JSON as JSON. A text
that a spreadsheet might take for a calculation, or that begins with ' or \\, has a ' before it. In
a column of texts that may hold nothing, \\N stands for that; elsewhere an empty cell does.
"""

from __future__ import annotations

from django.db import connection, models

from tutoring_admin.systems.moving.catalogue import LEFT_OUT, Column, Table

NOTHING = r"\N"
GUARDED = ("=", "+", "-", "@", "\t", "\r", "'", "\\")
SEALED_OUT = "[left out]"


def written(column: Column) -> str:
    """The expression for a cell of this column."""
    name, field = quote(column.name), column.field
    if column.target in LEFT_OUT:
        return "NULL"
    if isinstance(field, models.DateTimeField):
        return f"""to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if isinstance(field, models.DateField):
        return f"to_char({name}, 'YYYY-MM-DD')"
    if isinstance(field, models.TimeField):
        return f"to_char({name}, 'HH24:MI:SS.US')"
    if isinstance(field, models.BooleanField):
        return f"CASE WHEN {name} THEN 'true' WHEN NOT {name} THEN 'false' END"
    if column.is_text:
        return _text(column)
    return _without_seals(f"{name}::text") if column.is_json else f"{name}::text"


def _text(column: Column) -> str:
    name = _without_seals(quote(column.name))
    cell = f"CASE WHEN left({name}, 1) = ANY({_list()}) THEN '''' || {name} ELSE {name} END"
    return f"coalesce({cell}, '{NOTHING}')" if column.field.null else cell


def _list() -> str:
    return "ARRAY[{}]".format(", ".join(f"chr({ord(each)})" for each in GUARDED))


def _without_seals(name: str) -> str:
    """Sealed secrets (`roles.sealing`) go nowhere, wherever they stand."""
    cut = rf"regexp_replace({name}, '\[sealed:[^\]]*\]', '{SEALED_OUT}', 'g')"
    return f"(CASE WHEN strpos({name}, '[sealed:') > 0 THEN {cut} ELSE {name} END)"


def read(cell: str, column: Column) -> str | None:
    """The text that the database makes the value of; None for nothing."""
    if not column.is_text:
        return cell or None
    if column.field.null and cell == NOTHING:
        return None
    return cell[1:] if cell.startswith("'") else cell


def type_of(column: Column) -> str:
    """What the database calls the type of a column."""
    return str(column.field.rel_db_type(connection) if column.target else _own_type(column))


def _own_type(column: Column) -> str | None:
    field = column.field
    return field.rel_db_type(connection) if field.primary_key else field.db_type(connection)


def quote(name: str) -> str:
    return connection.ops.quote_name(name)


def selected(table: Table) -> str:
    """SELECT of all rows of a table that can be seen, in the order of their keys."""
    cells = ", ".join(f"{written(each)} AS {quote(each.name)}" for each in table.columns)
    return f"SELECT {cells} FROM {quote(table.name)}"  # noqa: S608 -- our own names
