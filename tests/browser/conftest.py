"""Chromium for the browser tests: the one on PATH, else Playwright's own."""

import os
import shutil

import pytest
from django.core.management import call_command

# Playwright's synchronous API runs an event loop in the thread of the test, where Django would
# otherwise refuse its database. Nothing here is concurrent.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    where = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **where, "args": QUIET}


@pytest.fixture(scope="session", autouse=True)
def _fonts():
    call_command("build_fonts", verbosity=0)
