"""The whole product on this machine: engines, web server, worker and beat, until Ctrl-C.

The engines start first and stop last. Whichever part ends by itself, all the rest is stopped and
one sentence says so: there is never half a product that looks alive.
"""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from tutoring_admin.engines import freshness, preflight
from tutoring_admin.engines import home as homes
from tutoring_admin.engines.conductor import Conductor
from tutoring_admin.engines.home import Home
from tutoring_admin.engines.leash import on_leash, sweep
from tutoring_admin.engines.pair import Engines
from tutoring_admin.engines.trouble import Trouble

HOST = "127.0.0.1"
ALL_WELL_WITHIN = 60  # seconds from the start of the programs


def run(port: int, data_dir: Path) -> int:
    """Exit code 0 after a stop that was asked for; raises Trouble when it cannot start or go on."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    _check_machine(data_dir)
    home = homes.kept(data_dir)
    sweep(home.tag)
    if wrong := preflight.port_taken(port):
        raise Trouble(wrong)
    with Engines(home, durable=True) as engines:
        environment = demo_environment(port, data_dir.resolve(), engines.environment)
        people = _prepared(environment, data_dir / "prepared.json")
        try:
            trouble = _conduct(home, engines, environment, port, people)
        finally:
            sweep(_app_tag(home))
    if trouble:
        raise Trouble(f"{trouble} Everything has been stopped; make run starts it again.")
    return 0


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _check_machine(data_dir: Path) -> None:
    wrong = preflight.pango_missing() or preflight.disk_full(data_dir, preflight.TO_RUN_MB)
    if wrong:
        raise Trouble(wrong)


def demo_environment(port: int, data_dir: Path, engines: Mapping[str, str]) -> dict[str, str]:
    """What the demo's settings read; `engines` says where database and broker are."""
    return {
        **os.environ,
        **engines,
        "DJANGO_SETTINGS_MODULE": "tutoring_admin.settings.demo",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _lasting_secret(data_dir / "secret-key"),
        "HOST": HOST,
        "SITE_URL": f"http://{HOST}:{port}",
        "FILES_DIR": str(data_dir / "files"),
        "MAIL_DIR": str(data_dir / "mail"),
        "STATIC_ROOT": str(data_dir / "static"),
        # on SIGTERM the worker finishes what takes a moment, and drops the rest
        "REMAP_SIGTERM": "SIGQUIT",
        "PYTHONUNBUFFERED": "1",
    }


def _lasting_secret(file: Path) -> str:
    """A secret of this data folder's own, readable by its owner only."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


def _prepared(environment: dict[str, str], note: Path) -> str:
    """Bring database, fonts and static files up to date. Returns who can sign in."""
    url = environment["DATABASE_URL"]
    if (people := freshness.recall(note, url)) is not None:
        return people
    sys.stdout.write("Preparing the database and the demo districts ...\n")
    sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, "-m", "tutoring_admin.preparation"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=on_leash(signal.SIGKILL),
    )
    if done.returncode:
        raise Trouble("The database could not be prepared; what went wrong stands above.")
    freshness.remember(note, url, done.stdout)
    return done.stdout


def _app_tag(home: Home) -> str:
    return f"{home.tag}-app"


def programs(tag: str, port: int, schedule: Path) -> dict[str, list[str]]:
    """The command lines of web, worker and beat, each with `tag` in it; beat keeps `schedule`."""
    python = [sys.executable, "-m"]
    # run by root, the engines are not root; the worker is, and reads JSON only
    as_root_too = ["-W", "ignore:You're running the worker with superuser"]
    # where processors are few, a page goes before a document, and the first page before all
    after_pages = ["nice", "-n", "5", sys.executable]
    celery = [*after_pages, *as_root_too, "-m", "celery", "-q", "-A", "tutoring_admin"]
    web = ["-c", "python:tutoring_admin.serving", "-w", "2", "-b", f"{HOST}:{port}", "-n", tag]
    worker = ["worker", "-l", "WARNING", "-c", "2", "-n", f"{tag}@%h", "--without-mingle"]
    beat = ["beat", "-l", "WARNING", "-s", str(schedule), "--pidfile="]
    return {
        "web": [*python, "gunicorn", *web, "--log-level", "warning", "tutoring_admin.wsgi"],
        "worker": [*celery, *worker],
        "beat": [*celery, *beat],
    }


def _conduct(
    home: Home, engines: Engines, environment: dict[str, str], port: int, people: str
) -> str:
    def look() -> str:
        dead = engines.dead()
        return f"{dead} ended by itself." if dead else ""

    def announce() -> None:
        if wrong := _wait_until_well(port):
            conductor.trouble = wrong
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            sys.stdout.write(f"\n{people}\nReady: http://{HOST}:{port}/  (Ctrl-C stops all)\n\n")
            sys.stdout.flush()

    thread = threading.Thread(target=announce, daemon=True)
    conductor = Conductor(look, once_forked=thread.start)
    tag = _app_tag(home)
    # not in the home: beat unpickles it, and the home may belong to a user with fewer rights
    schedule = home.data_dir / f"beat-{tag}"
    for name, command in programs(tag, port, schedule).items():
        conductor.add_process(name, command, env=environment)
    return conductor.conduct()


def _wait_until_well(port: int) -> str:
    """ "" as soon as every part is well, else what /healthz said last."""
    until = time.monotonic() + ALL_WELL_WITHIN
    said = "it did not answer"
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=3).close()
        except urllib.error.HTTPError as answer:
            said = answer.read().decode(errors="replace")[:300]
        except OSError:
            pass
        else:
            return ""
        time.sleep(0.2)
    return f"The product was not well after {ALL_WELL_WITHIN} seconds: {said}."
