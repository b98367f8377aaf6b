"""`make check` and `make test`: each step named and timed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tutoring_admin.engines import home as homes
from tutoring_admin.engines.auditing import OFFLINE
from tutoring_admin.engines.hardening import PACKAGES
from tutoring_admin.engines.pair import Engines
from tutoring_admin.engines.trouble import Trouble
from tutoring_admin.engines.wrap import follow

BIN = Path(sys.executable).parent
LINT: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "djlint": ["djlint", "--lint", "--quiet", "templates"],
    "import contracts": ["lint-imports"],
    "mypy": ["mypy", *PACKAGES],
    "bandit": [sys.executable, "-m", "tutoring_admin.engines.hardening"],
}
AUDIT = {"known holes": [sys.executable, "-m", "tutoring_admin.engines.auditing"]}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without autoload: every installed plugin would be imported again by each worker. By the names of
# their entry points: pytest-randomly looks for one called "xdist".
PLUGINS = ("django", "xdist", "xdist.looponfail", "randomly", "timeout", "playwright")
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.production",
    "SECRET_KEY": "only-to-check-the-settings-Zk3vQ9xT7mB1nR5wY8pL2cD6fH4jG0sA",
    "ALLOWED_HOSTS": "tutoring.example.org",
    "SITE_URL": "https://tutoring.example.org",
}


def check() -> int:
    """Lint, types, and known holes in packages. The exit code of the first that failed, or 0."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.test"}
    return _steps({**LINT, **AUDIT}, environment)


def _check_without_asking() -> int:
    """The same for `make test`, which has to run where nobody can ask about holes: it says so."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.test"}
    return _steps({**LINT, **AUDIT}, {OFFLINE: "offline", **environment})


def test(selected: Sequence[str]) -> int:
    """Everything: lint, types, the state of the migrations, the deploy check, all tests."""
    chromium = find_chromium()
    if failed := _check_without_asking():
        return failed
    home = homes.temporary()
    try:
        with Engines(home, durable=False) as engines:
            environment = {**os.environ, **engines.environment, "CHROMIUM": chromium}
            return _with_engines(environment, selected)
    finally:
        homes.discard(home)


def find_chromium() -> str:
    """The path of a Chromium: one on PATH, else Playwright's own, fetched if need be."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    if (found := _playwrights_own()) or (_fetch_chromium() and (found := _playwrights_own())):
        return found
    raise Trouble(
        "The browser tests need Chromium, and Playwright could not fetch its own. "
        "Debian: apt-get install chromium. Ubuntu: snap install chromium. "
        "macOS: brew install --cask chromium."
    )


def _playwrights_own() -> str:
    asked = (
        "from playwright.sync_api import sync_playwright as s\n"
        "with s() as p: print(p.chromium.executable_path)"
    )
    said = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    ).stdout.strip()
    return said if said and Path(said).exists() else ""


def _fetch_chromium() -> bool:
    sys.stdout.write("No Chromium on PATH: Playwright fetches its own ...\n")
    sys.stdout.flush()
    fetch = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    return subprocess.run(fetch, check=False).returncode == 0  # noqa: S603 -- our own interpreter


def _with_engines(environment: Mapping[str, str], selected: Sequence[str]) -> int:
    manage = [sys.executable, "manage.py"]
    tests = {**environment, "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.test"}
    ready = {
        "fonts": [*manage, "build_fonts", "--verbosity", "0"],
        "migrations": [*manage, "makemigrations", "--check"],
    }
    if failed := _steps(ready, tests):
        return failed
    deploy = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    if failed := _steps({"deploy check": deploy}, {**environment, **PRODUCTION}):
        return failed
    plugins = [part for plugin in PLUGINS for part in ("-p", plugin)]
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        _workers(),
        "--dist=loadfile",  # what a file sets up at length is set up once
        *plugins,
        *selected,
    ]
    return follow(pytest, {**tests, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})


def _workers() -> str:
    return str(max(2, min(8, os.cpu_count() or 2)))


def _steps(steps: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> int:
    """Run all steps, so that one run shows all that is wrong. The first failing exit code, or 0."""
    failed = 0
    for name, (program, *arguments) in steps.items():
        began = time.monotonic()
        beside = BIN / program
        code = follow([str(beside) if beside.exists() else program, *arguments], environment)
        verdict = "ok" if code == 0 else "FAILED"
        sys.stdout.write(f"{name}: {verdict} ({time.monotonic() - began:.1f} s)\n")
        sys.stdout.flush()
        failed = failed or code
    return failed
