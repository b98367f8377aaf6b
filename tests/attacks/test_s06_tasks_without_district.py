"""S06: work that forgot its district fails. It never finds nothing and calls that success."""

import inspect

import pytest
from django.db import DatabaseError, connection, transaction

from roles.wall import WALLED_ROLE, district_scope
from tests.factories.roles import (
    LetterFactory,
    MadeFileFactory,
    PositionFactory,
    RenderingFactory,
    SchoolFactory,
)
from tutoring_admin.celery import app

pytestmark = pytest.mark.django_db


def tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def of_a_row():
    """Tasks that are told which row: (name, task)."""
    return [
        (name, task)
        for name, task in sorted(tasks().items())
        if any(p.endswith("_pk") for p in inspect.signature(task.run).parameters)
    ]


def test_s06_behind_the_wall_without_a_district_no_table_with_rows_answers():
    """An empty one may say that it is empty; it is."""
    filled = [PositionFactory(), LetterFactory(), MadeFileFactory(), RenderingFactory()]
    for table in {row._meta.db_table for row in filled}:
        for act in ("SELECT count(*) FROM {}", "DELETE FROM {}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', %s, true)", [WALLED_ROLE])
                cursor.execute(act.format(table))


def test_s06_a_task_about_a_row_is_told_the_district_first():
    assert [
        name
        for name, task in of_a_row()
        if next(iter(inspect.signature(task.run).parameters)) != "district_pk"
    ] == []


@pytest.mark.parametrize(("name", "task"), of_a_row(), ids=lambda value: str(value)[:40])
def test_s06_a_task_that_is_not_told_its_district_does_not_run(name, task):
    for arguments in ((), (1,)):
        with pytest.raises(TypeError, match="missing"):
            task.run(*arguments)


def test_s06_after_a_scope_the_next_statement_has_no_district_left():
    with district_scope(SchoolFactory().district):
        pass
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [WALLED_ROLE])
        cursor.execute("SELECT count(*) FROM roles_school")
