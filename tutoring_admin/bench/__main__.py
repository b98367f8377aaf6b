"""`python -m tutoring_admin.bench`, with engines around it: see `make bench`."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django

from tutoring_admin.bench.programs import free_port, listens, own_tag, running
from tutoring_admin.engines.run import demo_environment, programs
from tutoring_admin.engines.trouble import Trouble

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tutoring_admin.bench.against import Against
    from tutoring_admin.bench.mails import Mails
    from tutoring_admin.bench.papers import Papers
    from tutoring_admin.bench.posting import Posting
    from tutoring_admin.bench.report import OfChecklists
    from tutoring_admin.bench.rounds import Row
    from tutoring_admin.bench.sweeping import Sweeping
    from tutoring_admin.bench.walled import Walled
    from tutoring_admin.bench.weighing import Visits
    from tutoring_admin.bench.zips import Zips

SMALL, LARGE, SCHOOLS, WINDOWS = "maple-valley", "scale-200", 200, 3
FRESH = "cedar-falls"
RESULTS = Path("bench.json")
PEOPLE = {
    "Project manager's home": "pm",
    "Program lead's home": "lead",
    "Executive champion's home": "champion",
    "Supervisor's home": "supervisor",
    "Principal's home": "principal",
    "Site lead's home": "site",
    "Coach's home": "coach",
    "Department partner's home": "hr",
    "Auditor's home": "auditor",
}


def main() -> int:
    """The exit code: 0, or 1 with a sentence on standard error."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="tutoring-bench-") as folder:
        os.environ |= demo_environment(port, Path(folder), {})
        os.environ["DJANGO_SETTINGS_MODULE"] = "tutoring_admin.settings.bench"
        try:
            _measure(port, Path(folder))
        except Trouble as trouble:
            sys.stderr.write(f"\n{trouble}\n")
            return 1
    return 0


def _measure(port: int, folder: Path) -> None:
    load = os.getloadavg()[0]
    seconds = _prepare()
    django.setup()
    # what follows has models, which need the settings that `main` has just named
    from tutoring_admin.bench import feeds, finding, report, rosters, voting  # noqa: PLC0415 -- see above

    tag = own_tag()
    commands = programs(tag, port, folder / "beat")
    with running(commands["web"], tag, lambda: listens(port)):
        rows, of_checklists, against, visits = _over_the_line(port)
        walled = _with_and_without_wall(port, tag, folder)
        feed = feeds.measure(FRESH, port)
        voted = voting.measure(SMALL, port)
    made, sent, zipped, posted, swept = _by_workers(commands["worker"], tag)
    _say("Measuring a roster of 100,000 people ...")
    imported = rosters.measure(FRESH, folder)
    _say("Measuring the search ...")
    finding.build()
    found = finding.measure()
    at = dt.datetime.now(dt.UTC).isoformat(" ", "minutes")
    loads, cores = (load, os.getloadavg()[0]), os.cpu_count() or 1
    results = report.Results(
        *(at, cores, loads, seconds, rows, made, sent, zipped, of_checklists, feed),
        *(posted, swept, voted, against, visits, walled, imported, found),
    )
    results.store(RESULTS)
    _say(f"\n{results.table()}\n\nAll of it is in {RESULTS}.")


def _by_workers(command: list[str], tag: str) -> tuple[Papers, Mails, Zips, Posting, Sweeping]:
    """Letters and documents: what workers make while nobody waits."""
    from roles.models import District, User  # noqa: PLC0415 -- as above
    from tutoring_admin.bench import mails, papers, posting, sweeping, zips  # noqa: PLC0415 -- same
    from tutoring_admin.heartbeats import heard  # noqa: PLC0415 -- same

    def worker() -> AbstractContextManager[None]:
        return running(command, tag, lambda: heard("worker", os.environ["REDIS_URL"]))

    _say("Measuring letters and documents ...")
    district = District.objects.get(slug=SMALL)
    with worker():
        sent = mails.send(district)
        zipped = zips.measure(district, User.objects.get(email=f"pm@{SMALL}.example"))
    posted = posting.measure(district, tag, worker)
    swept = sweeping.measure(district)
    return papers.set_papers(district.pk), sent, zipped, posted, swept


def _over_the_line(
    port: int,
) -> tuple[Sequence[Row], OfChecklists, Sequence[Against], Sequence[Visits]]:
    """What is measured through the server, and the opening of a window, which has it to itself."""
    from tutoring_admin.bench import (  # noqa: PLC0415 -- as above
        heat,
        homes,
        opening,
        outside,
        pages,
        phone,
        readiness,
        roadmaps,
        rounds,
        saving,
        weighing,
    )
    from tutoring_admin.bench.report import OfChecklists  # noqa: PLC0415 -- same

    heat.build_all()
    _say("Measuring pages ...")
    chosen = [pages.bare_view(), *pages.pages_of(SMALL), *pages.pages_of(LARGE)]
    rows = rounds.visit(chosen, port)
    maps = heat.read(rounds.visit(list(heat.pages()), port))
    roadmaps.build(heat.slug_of(SCHOOLS))
    planned = roadmaps.measure(heat.slug_of(SCHOOLS), port)
    planned.append(outside.measure(heat.slug_of(SCHOOLS), port))
    _say("Measuring taps and saves ...")
    saved = saving.measure(SMALL, port)
    weight, taps = phone.measure(SMALL, port)
    opened = opening.measure(heat.slug_of(SCHOOLS))
    _say("Measuring readiness ...")
    readiness.build_all()
    ready = readiness.measure(port)
    _say("Measuring homes ...")
    homes.build_all()
    against = [*planned, *ready, *homes.measure(port)]
    _say("Weighing homes ...")
    visits = weighing.homes(SMALL, port, PEOPLE)
    return rows, OfChecklists(saved, weight, taps, maps, opened), against, visits


def _with_and_without_wall(port: int, tag: str, folder: Path) -> Walled:
    """A second server beside the first one, for as long as its pages are asked for."""
    from tutoring_admin.bench import pages, walled  # noqa: PLC0415 -- as above

    _say("Measuring the wall ...")
    other, its_tag = free_port(), f"{tag}-without-wall"
    command = programs(its_tag, other, folder / "beat")["web"]
    os.environ[walled.LOWERED] = "yes"
    try:
        with running(command, its_tag, lambda: listens(other)):
            return walled.measure(pages.pages_of(LARGE), port, other)
    finally:
        del os.environ[walled.LOWERED]


def _prepare() -> float:
    """Migrate, make the demo and the large district. Returns the seconds the latter took."""
    _say("Preparing the demo districts and one with 200 schools ...")
    _run("-m", "tutoring_admin.preparation")
    began = time.monotonic()
    _run("manage.py", "seed_scale", f"--schools={SCHOOLS}", f"--windows={WINDOWS}")
    return time.monotonic() - began


def _run(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, *arguments], check=False, stdout=subprocess.DEVNULL
    )
    if done.returncode:
        raise Trouble("The benchmark could not be prepared; what went wrong stands above.")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
