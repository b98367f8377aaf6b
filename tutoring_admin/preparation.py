"""Brings database, fonts and static files of `make run` up to date, in one process.

`python -m tutoring_admin.preparation` prints on standard output who can sign in.
"""

import hashlib
import io
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands

MARK = ".made-from"


def main() -> None:
    """Do what is needed and nothing else, so that a second start is quick."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    _make_static_files()
    for name, options in (
        ("seed_demo", {"if_empty": True, "stdout": sys.stderr}),
        ("demo_people", {}),
    ):
        if name in get_commands():
            call_command(name, **options)


def _make_static_files() -> None:
    mark = Path(settings.STATIC_ROOT) / MARK
    wanted = _fingerprint()
    if mark.exists() and mark.read_text() == wanted:
        return
    call_command("build_fonts", stdout=io.StringIO())
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(wanted)


def _fingerprint() -> str:
    """Of all that static files are made from: our own, and the installed packages."""
    made_from = hashlib.sha256()
    sources = [settings.BASE_DIR / "static", Path(__file__).parent]
    for source in sources:
        for file in sorted(source.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                about = file.stat()
                made_from.update(f"{file} {about.st_size} {about.st_mtime_ns}\n".encode())
    for stamp in sorted(Path(sys.prefix).glob("installed-*")):
        made_from.update(stamp.read_bytes())
    return made_from.hexdigest()


if __name__ == "__main__":
    main()
