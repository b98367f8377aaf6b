"""The export that a district lead asks for: made by a worker, table by table."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from django.db import connection

from roles import making
from roles.access import Reach
from roles.making import Work
from roles.models import MadeFile
from roles.services import making as files
from tutoring_admin.systems.moving.exporting import export

MAKER = "district-export"


def ask(*, by: Reach) -> MadeFile:
    """Owe the reader the export of the district as it is when it is made."""
    day = by.district.today()
    name = f"{by.district.slug}-{day}.zip"
    return files.ask(MAKER, {}, f"All of {by.district}, {day:%b} {day.day}", name, by=by)


def newest(by: Reach) -> MadeFile | None:
    """The reader's own export that was asked for last, if it is still kept."""
    mine = MadeFile.objects.reachable(by).filter(maker=MAKER, asked_by=by.user.pk)
    found: MadeFile | None = mine.order_by("-pk").first()
    return found


def make(work: Work) -> IO[bytes]:
    """Raises Lost where whoever asked may no longer look after the systems."""
    with work.reading():
        district = work.made.district_id
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- whoever stores it closes it
    with ThreadPoolExecutor(1) as beside:
        try:
            export(
                district, file, lambda made, total: beside.submit(_step, work, made, total).result()
            )
        except BaseException:
            file.close()
            raise
        finally:
            beside.submit(_close).result()
    return file


def _step(work: Work, made: int, total: int) -> None:
    """On a connection of its own: the export's sees the database as it was, and writes nothing."""
    work.step(made, total)


def _close() -> None:
    """In the thread whose connection it is."""
    connection.close()


def register() -> None:
    making.register(MAKER, make, takes_long=True)
