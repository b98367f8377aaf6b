"""Brings database, fonts and static files of `make run` up to date, in one process.

`python -m tutoring_admin.preparation` prints on standard output who can sign in.
"""

import io
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from tutoring_admin.engines.freshness import fingerprint


def main() -> None:
    """Do what is needed and nothing else."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    _make_static_files()
    call_command("seed_demo", if_empty=True, stdout=sys.stderr)
    call_command("demo_people")


def _make_static_files() -> None:
    mark = Path(settings.STATIC_ROOT).with_suffix(".made-from")  # beside: what is in it is served
    wanted = fingerprint()
    if mark.exists() and mark.read_text() == wanted:
        return
    call_command("build_fonts", stdout=io.StringIO())
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(wanted)


if __name__ == "__main__":
    main()
