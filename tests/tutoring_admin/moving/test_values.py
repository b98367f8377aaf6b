"""Any text survives the way into a file and back, and no spreadsheet would calculate it."""

import csv
import io

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap.models import Milestone
from roles.models import AuditEvent
from tutoring_admin.systems.moving.catalogue import Column
from tutoring_admin.systems.moving.values import GUARDED, read, written

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)
WORDS = st.lists(TEXTS | st.sampled_from(["=1+1", "'", r"\N", "-", "@x", "a\r\nb", '"', ",", ""]))


def there_and_back(column, values):
    """Cells as the database writes them, and what the import makes of each."""
    file = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told (at serial, v text) ON COMMIT DROP")
        cursor.execute("INSERT INTO told (v) SELECT unnest(%s::text[])", [values])
        cell = written(column).replace(f'"{column.name}"', "v")
        cursor.copy_expert(
            f"COPY (SELECT {cell} FROM told ORDER BY at) TO STDOUT (FORMAT csv)",  # noqa: S608
            file,
        )
        cursor.execute("DROP TABLE told")
    cells = [
        row[0] if row else ""
        for row in csv.reader(io.StringIO(file.getvalue().decode(), newline=""))
    ]
    return cells, [read(each, column) for each in cells]


@pytest.mark.django_db
@settings(max_examples=40)
@given(WORDS)
def test_texts_come_back_as_they_were(values):
    column = Column(Milestone._meta.get_field("title"))

    cells, back = there_and_back(column, values)

    assert back == values
    assert not any(cell.startswith(GUARDED[:-2]) for cell in cells)


def test_nothing_is_not_the_empty_text():
    detail = Column(AuditEvent._meta.get_field("actor"))

    assert read("", detail) is None
    assert read("", Column(Milestone._meta.get_field("title"))) == ""
