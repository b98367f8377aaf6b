"""Two exports of one district, row by row: the same in all but the numbers of rows."""

import csv
import io
import json
import zipfile

from tutoring_admin.systems.moving.catalogue import tables
from tutoring_admin.systems.moving.manifest import FILES, MANIFEST
from tutoring_admin.systems.moving.spelled import INSIDE, SPELLED

OF_THE_MOVE = ("district.imported", "district.exported")
DIGESTS = {
    "selfassessment.EvidenceSnapshot.digest",
    "selfassessment.SignOff.digest",
    "selfassessment.RoundReopening.digest",
}


class Export:
    """What is in a zip: `tables[label]` are its rows, `files[name]` the digest of a stored file."""

    def __init__(self, content):
        self.content = content
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            self.manifest = json.loads(packed.read(MANIFEST))
            self.names = packed.namelist()
            self.text = {
                name: packed.read(name).decode() for name in self.names if name.endswith(".csv")
            }
        self.tables = {table.label: self._rows(table.file) for table in tables()}
        self.files = {row["name"]: row["sha256"] for row in self._rows(FILES)}
        self.tables["roles.AuditEvent"] = [
            row for row in self.tables["roles.AuditEvent"] if row["verb"] not in OF_THE_MOVE
        ]

    def _rows(self, name):
        return list(csv.DictReader(io.StringIO(self.text[name], newline="")))

    @property
    def keys(self):
        return {label: [int(row["id"]) for row in rows] for label, rows in self.tables.items()}


def differences(before, after, *, slug=None):
    """What is not the same in two exports, as words; [] if nothing was lost or changed."""
    pairs = {
        label: dict(zip(keys, after.keys[label], strict=False))
        for label, keys in before.keys.items()
    }
    pairs["roles.User"] = _people(before, after)
    moved = Pairs(pairs, (before.manifest["home"], after.manifest["home"]))
    found = []
    for table in tables():
        old, new = before.tables[table.label], after.tables[table.label]
        if len(old) != len(new):
            found.append(f"{table.label}: {len(old)} rows, then {len(new)}")
            continue
        if table.label == "roles.User":
            new = _as_before(old, new, pairs["roles.User"])
        for one, other in zip(old, new, strict=True):
            for column in table.columns:
                was, now = one[column.name], other[column.name]
                if not _same(column, was, now, one, moved, before, after, slug):
                    found.append(f"{column.label}: {was[:80]!r}, then {now[:80]!r}")
    return found


def _people(before, after):
    there = {row["email"]: int(row["id"]) for row in after.tables["roles.User"]}
    return {int(row["id"]): there.get(row["email"], 0) for row in before.tables["roles.User"]}


def _as_before(old, new, pairs):
    by_key = {int(row["id"]): row for row in new}
    return [by_key[pairs[int(row["id"])]] for row in old]


class Pairs:
    """New keys by old ones, as the rows of two exports say in their order."""

    def __init__(self, pairs, home):
        self.pairs, self.home = pairs, home

    def __call__(self, label, key):
        return self.pairs.get(label, {}).get(key, -1)


def _same(column, was, now, row, moved, before, after, slug):
    if column.field.primary_key:
        return True
    if column.target:
        return now == (str(moved(column.target, int(was))) if was else "")
    if column.is_file:
        return before.files.get(was) == after.files.get(now) and bool(was) == bool(now)
    if column.label == "roles.District.slug" and slug:
        return now == slug
    if column.label in SPELLED and was:
        return _alike(SPELLED[column.label](was, row, moved), now)
    if column.label in INSIDE and was:
        return _alike(json.dumps(INSIDE[column.label](json.loads(was), row, moved)), now)
    if column.label in DIGESTS or column.label == "checklists.ObserverDraw.keys_moved":
        return bool(was) == bool(now)
    if column.model_label == "roles.Letter" and row["status"] in ("waiting", "running", "unsure"):
        return column.name in (
            "status",
            "last_error",
            "done_at",
            "lease_until",
            "unsure_since",
        ) or (was == now)
    return was == now


def _alike(wanted, now):
    """The same but for keys of rows that are long gone (-1): these are new numbers."""
    if wanted == now:
        return True
    try:
        wanted, now = json.loads(wanted), json.loads(now)
    except ValueError:
        parts = zip(wanted.split(":"), now.split(":"), strict=False)
        return all(a == b or a == "-1" for a, b in parts)
    return _match(wanted, now)


def _match(wanted, now):
    if wanted == -1:
        return isinstance(now, int)
    if isinstance(wanted, dict) and isinstance(now, dict):
        return wanted.keys() == now.keys() and all(_match(wanted[k], now[k]) for k in wanted)
    if isinstance(wanted, list) and isinstance(now, list):
        return len(wanted) == len(now) and all(map(_match, wanted, now))
    return wanted == now
