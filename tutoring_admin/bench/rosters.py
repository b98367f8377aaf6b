"""A OneRoster set of 100,000 people, read, compared and applied by the command itself."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutoring_admin.engines.trouble import Trouble

PEOPLE, SCHOOLS, STUDENTS = 100_000, 150, 200_000
MOST_SECONDS, MOST_MB = 60, 200
_USER_COLUMNS = """
sourcedId status dateLastModified enabledUser orgSourcedIds role username userIds givenName
familyName middleName identifier email sms phone agentSourcedIds grades password
"""
_USERS = _USER_COLUMNS.split()


@dataclass(frozen=True)
class Imported:
    """How long the command took for how many people, and the most memory it held."""

    people: int
    seconds: float
    peak_mb: float

    @property
    def is_within(self) -> bool:
        return self.seconds <= MOST_SECONDS and self.peak_mb <= MOST_MB

    def line(self) -> str:
        return (
            f"Roster of {self.people:,} people: {self.seconds:.1f} s (at most {MOST_SECONDS}),"
            f" {self.peak_mb:.0f} MB at its peak (at most {MOST_MB})"
        )


def measure(slug: str, folder: Path, people: int = PEOPLE) -> Imported:
    """Needs a district without a roster. Raises Trouble if the command does not end well."""
    file = folder / "roster.zip"
    build(file, people)
    command = [sys.executable, "manage.py", "import_oneroster", str(file), "--district", slug]
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", _WATCHED, *command, "--apply"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    file.unlink()
    if done.returncode:
        raise Trouble(f"import_oneroster ended with {done.returncode}: {done.stderr[-400:]}")
    return Imported(people, seconds, float(done.stderr.split()[-1]) / 1024)


# The peak of one child alone: this process has had larger ones.
_WATCHED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def build(file: Path, people: int, students: int = STUDENTS) -> None:
    """A 1.1 set with that many on the staff and twice as many students between them."""
    modes = [("oneroster.version", "1.1"), ("file.orgs", "bulk"), ("file.users", "bulk")]
    schools = [[f"s{n}", "", "", f"School {n}", "school", f"{n:05}", ""] for n in range(SCHOOLS)]
    head = ["sourcedId", "status", "dateLastModified", "name", "type", "identifier"]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        _write(target, "manifest.csv", ["propertyName", "value"], modes)
        _write(target, "orgs.csv", [*head, "parentSourcedId"], schools)
        _write(target, "users.csv", _USERS, _users(people, students))


def _users(people: int, students: int) -> Iterable[Sequence[str]]:
    for n in range(people + students):
        role = "teacher" if n % (1 + students // people) == 0 else "student"
        if n % 700 == 0 and role == "teacher":
            role = "administrator"
        name = f"Given{n % 977}", f"Family{n % 7919}"
        email = f"person{n}@district.example"
        yield (
            f"u-{n:07}-4f1c", "", "", "true", f"s{n % SCHOOLS}", role, f"user{n}", "", *name, "",
            str(n), email, "", "", "", "", "",
        )  # fmt: skip


def _write(
    target: zipfile.ZipFile, name: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    with target.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(head)
        writer.writerows(rows)
