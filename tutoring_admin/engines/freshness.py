"""Whether what an earlier start prepared is still good, found out without loading Django.

A start on unchanged code and an unchanged database then goes straight to the web server.
"""

import contextlib
import hashlib
import json
import sys
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
MADE_FROM = ("roles", "checklists", "roadmap", "selfassessment", "tutoring_admin", "static")
ABOUT_DATABASE = """
    SELECT (SELECT count(*) FROM django_migrations), EXISTS (SELECT FROM roles_district)
"""


def fingerprint() -> str:
    """Of all that database, fonts and static files are made from: our files and the packages."""
    made_from = hashlib.sha256()
    for folder in MADE_FROM:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                about = file.stat()
                made_from.update(f"{file} {about.st_size} {about.st_mtime_ns}\n".encode())
    for stamp in sorted(Path(sys.prefix).glob("installed-*")):
        made_from.update(stamp.read_bytes())
    return made_from.hexdigest()


def recall(note: Path, database_url: str) -> str | None:
    """Who can sign in, if all that `note` tells of is still so; else None."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        noted = json.loads(note.read_text())
        if noted["fingerprint"] == fingerprint():
            migrations = _migrations(database_url)
            if migrations is not None and migrations == noted["migrations"]:
                return str(noted["people"])
    return None


def remember(note: Path, database_url: str, people: str) -> None:
    """Note that everything is prepared, and for what."""
    made = {"fingerprint": fingerprint(), "migrations": _migrations(database_url), "people": people}
    note.write_text(json.dumps(made))


def _migrations(database_url: str) -> int | None:
    """How many migrations the database has had; None if it holds no district."""
    try:
        connection = psycopg2.connect(database_url, connect_timeout=5)
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(ABOUT_DATABASE)
            count, has_district = cursor.fetchone()
    except psycopg2.Error:
        return None
    return int(count) if has_district else None
