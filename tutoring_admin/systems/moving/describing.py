"""README.txt of an export: what each table and column is, in the models' own words."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tutoring_admin.systems.moving.catalogue import (
    COLUMNS_LEFT_OUT,
    LEFT_OUT,
    Column,
    Table,
    owned_models,
)

WIDE = 100
INTRO = """\
The whole of one district
=========================

District: {name} ({slug})
Made:     {made_at}

This zip holds every record of the district and every file that belongs to one.

manifest.json   what is here: for each table its rows, its keys, and the SHA-256 of its file
tables/         one CSV file for each table, described below
files.csv       the stored files: name, size, SHA-256; "missing" where the file was gone already
files/          the stored files, under the names that the tables use
README.txt      this text

How to read the tables
----------------------
CSV as in RFC 4180, UTF-8, commas, the first line names the columns. Days are YYYY-MM-DD. Moments
are ISO 8601 in UTC. Yes and no are true and false. Lists and mappings are JSON. An empty cell is
an empty text, or nothing at all. A text that a spreadsheet might take for a calculation (it begins
with = + - @ or a tab), or that begins with ' or \\, has a ' before it; take one ' away to read it.
A column "..._id" holds the id of a row of the table that is named with it. All rows are of this
district, so no table repeats it.
"""
KINDS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.TimeField, "time of day"),
    (models.BooleanField, "true or false"),
    (models.JSONField, "JSON"),
    (ArrayField, "list, as PostgreSQL writes it"),
    (models.FileField, "name of a stored file"),
    (models.UUIDField, "UUID"),
    (models.IntegerField, "number"),
)


def readme(*, name: str, slug: str, made_at: str, tables: tuple[Table, ...]) -> str:
    """The whole text."""
    parts = [INTRO.format(name=name, slug=slug, made_at=made_at), _left_out()]
    parts += ["\n".join(_table(table)) for table in tables]
    return "\n".join(parts) + "\n"


def _left_out() -> str:
    named = {model._meta.label for model in owned_models()}
    lines = ["What stays behind, and why", "--------------------------"]
    for label, why in sorted(LEFT_OUT.items()):
        if label in named:
            lines += _filled(f"{label}: {why}.", "  ")
    for label, kept in sorted(COLUMNS_LEFT_OUT.items()):
        lines += _filled(f"{label}: {kept.why}.", "  ")
    return "\n".join([*lines, ""])


def _table(table: Table) -> Iterator[str]:
    meta = table.model._meta
    title = f"{table.file}  ({meta.verbose_name})"
    yield title
    yield "-" * len(title)
    yield from _filled(what_of(table.model), "")
    for column in table.columns:
        yield from _filled(_column(column), "  ", "      ")
    yield ""


def what_of(model: type[models.Model]) -> str:
    """The model's own account of itself, first paragraph."""
    told = inspect.getdoc(model) or ""
    return " ".join(told.partition("\n\n")[0].split())


def _column(column: Column) -> str:
    field = column.field
    said = [f"{column.name}: {_kind(column)}"]
    words = str(field.verbose_name)
    if words.replace(" ", "_") not in (column.name, field.name, "ID"):
        said.append(words)
    if field.help_text:
        said.append(str(field.help_text).rstrip("."))
    if choices := _choices(field):
        said.append(choices)
    return "; ".join(said) + ("." if not said[-1].endswith(".") else "")


def _kind(column: Column) -> str:
    if column.target:
        from django.apps import apps  # noqa: PLC0415 -- apps are ready only now

        table = apps.get_model(column.target)._meta.db_table
        where = "left out" if column.target in LEFT_OUT else f"id in {table}"
        return where + (", or empty" if column.field.null else "")
    if column.field.primary_key:
        return "number of the row"
    kind = next((name for sort, name in KINDS if isinstance(column.field, sort)), "text")
    return kind + (", or empty" if column.field.null else "")


def _choices(field: models.Field[Any, Any]) -> str:
    found = [(key, label) for key, label in field.flatchoices if key not in ("", None)]
    if not found:
        return ""
    return "one of " + ", ".join(f"{key} ({label})" for key, label in found)


def _filled(text: str, indent: str, further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDE,
        initial_indent=indent,
        subsequent_indent=indent if further is None else further,
        break_on_hyphens=False,
    )
