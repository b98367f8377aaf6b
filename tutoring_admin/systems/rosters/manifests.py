"""What a OneRoster zip says of itself: its version, and which files hold all or only changes."""

from __future__ import annotations

from dataclasses import dataclass

from tutoring_admin.systems.rosters.tables import Header, Unreadable, encoding_of, rows_of
from tutoring_admin.systems.rosters.zips import Contents

MANIFEST = "manifest.csv"
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
READ = ("orgs", "academicSessions", "users", "roles")
MOST_LINES = 200


@dataclass(frozen=True)
class Manifest:
    """`modes` says bulk, delta or absent for each file that is read."""

    version: str
    modes: dict[str, str]
    remarks: tuple[str, ...] = ()

    def is_bulk(self, name: str) -> bool:
        return self.modes.get(name) == BULK

    def is_delta(self, file: str) -> bool:
        return self.modes.get(file.removesuffix(".csv")) == DELTA

    def holds(self, file: str) -> bool:
        return self.modes.get(file.removesuffix(".csv"), ABSENT) != ABSENT


def manifest_of(contents: Contents) -> Manifest:
    """Raises Unreadable where it is missing, or promises what is not there: without it nobody
    knows whether a person who is not in the file has left.
    """
    if MANIFEST not in contents:
        raise Unreadable(
            "There is no manifest.csv in the zip. Without it nobody can tell whether the files"
            " hold everyone or only changes. Export the whole OneRoster set."
        )
    said = _properties(contents)
    version = said.get("oneroster.version", "")
    version = ".".join(version.removeprefix("v").split(".")[:2])
    if version not in ("1.1", "1.2"):
        raise Unreadable(
            f"The manifest names OneRoster {version[:20] or 'no version'}. 1.1 and 1.2 are read."
        )
    modes, remarks = {}, []
    for name in READ:
        mode = said.get(f"file.{name.casefold()}", ABSENT).casefold()
        modes[name] = mode if mode in (BULK, DELTA) else ABSENT
        is_there = f"{name.casefold()}.csv" in contents
        if modes[name] != ABSENT and not is_there:
            raise Unreadable(f"The manifest promises {name}.csv, and it is not in the zip.")
        if modes[name] == ABSENT and is_there:
            remarks.append(f"{name}.csv is absent by the manifest, so it was not read.")
    _refuse_what_says_nothing(version, modes)
    return Manifest(version, modes, tuple(remarks))


def _refuse_what_says_nothing(version: str, modes: dict[str, str]) -> None:
    if modes["users"] == BULK and version == "1.2" and modes["roles"] == ABSENT:
        raise Unreadable(
            "There is no roles.csv beside users.csv. Without it nobody can tell the staff from"
            " students, so nobody was read."
        )
    if all(mode == ABSENT for mode in modes.values()):
        raise Unreadable("By the manifest there are no schools and no people in this zip.")


def _properties(contents: Contents) -> dict[str, str]:
    with contents.open(MANIFEST) as stream:
        encoding, _ = encoding_of(stream, MANIFEST)
    with contents.open(MANIFEST) as stream:
        rows = rows_of(stream, encoding, MANIFEST)
        _, cells = next(rows, (1, []))
        header = Header(cells, MANIFEST)
        header.needs("propertyName", "value")
        name, value = header.picker("propertyName"), header.picker("value")
        found: dict[str, str] = {}
        for _, row in rows:
            found[name(row).casefold()] = value(row)
            if len(found) > MOST_LINES:
                raise Unreadable("manifest.csv is longer than any manifest.")
    return found
