"""Is this zip an export of ours, whole and unchanged? Nothing of it is used before we know."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tutoring_admin.systems.moving import manifest
from tutoring_admin.systems.moving.catalogue import tables
from tutoring_admin.systems.moving.manifest import Manifest, Part

BLOCK = 1 << 20
MOST_ENTRIES = 500_000
MOST_BYTES = 200 << 30  # of all that is in it, unpacked
MOST_TOLD = 200 << 20  # of the manifest, and of the list of files
MOST_CELL = 256 << 20
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Folders of the store, then names: no step up, no root, and the folder of no other district.
STORED = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)+[A-Za-z0-9][\w ().,+-]*", re.ASCII)
OF_DISTRICT = re.compile(r"district-(\d+)")
DAMAGED = "The file is damaged: {}. Fetch or copy it again."
OTHER = "This is no export of a district."
VERSION = (
    "The export comes from another version of the product ({there}; here {here})."
    " Bring both installations to the same version, and export again."
)


class NotTaken(Exception):
    """The file cannot be imported; the words say why and what to do."""


@dataclass(frozen=True)
class Stored:
    """A file of the export: `size` bytes under this name; not there if `is_missing`."""

    name: str
    size: int
    sha256: str

    @property
    def is_missing(self) -> bool:
        return self.sha256 == manifest.MISSING


@dataclass(frozen=True)
class Checked:
    """An export that is whole. `packed` stays open for as long as it is read."""

    packed: zipfile.ZipFile
    told: Manifest
    stored: tuple[Stored, ...]

    def rows(self, part: Part) -> Iterator[dict[str, str]]:
        """The rows of a table, one at a time."""
        with self.packed.open(part.name) as member:
            yield from csv.DictReader(io.TextIOWrapper(member, "utf-8", newline=""), strict=True)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as a text of ours may be. The limit is one for the whole process, and
    whoever reads what strangers hand in counts on the usual one: it comes back.
    """
    usual = csv.field_size_limit(MOST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Checked]:
    """Look at all of it, then hand it on. Raises NotTaken."""
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise NotTaken(OTHER) from error
    with packed, _long_cells():
        yield _checked(packed)


def _checked(packed: zipfile.ZipFile) -> Checked:
    entries = _entries(packed)
    told = _manifest(packed, entries)
    _same_version(told)
    _check(packed, entries, told.files)
    stored = tuple(_stored(packed, told))
    parts = [*told.tables.values(), told.files]
    named = {manifest.README, manifest.MANIFEST, *(part.name for part in parts)}
    named |= {f"files/{each.name}" for each in stored if not each.is_missing}
    if named != set(entries):
        more = sorted(named ^ set(entries))[0]
        raise NotTaken(DAMAGED.format(f"“{more[:80]}” is not as its list says"))
    for part in told.tables.values():
        _check(packed, entries, part)
    for each in stored:
        if not each.is_missing:
            _check(packed, entries, Part(f"files/{each.name}", each.sha256, each.size))
    return Checked(packed, told, stored)


def _entries(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found = packed.infolist()
    if len(found) > MOST_ENTRIES or sum(each.file_size for each in found) > MOST_BYTES:
        raise NotTaken("There is more in the file than any district has.")
    entries = {each.filename: each for each in found}
    if len(entries) != len(found):
        raise NotTaken(DAMAGED.format("a name stands in it twice"))
    if any(each.flag_bits & 0x1 or each.compress_type not in PACKED for each in found):
        raise NotTaken(DAMAGED.format("it is packed in a way that exports are not"))
    return entries


def _manifest(packed: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> Manifest:
    entry = entries.get(manifest.MANIFEST)
    if entry is None or manifest.FILES not in entries:
        raise NotTaken(OTHER)
    if entry.file_size > MOST_TOLD or entries[manifest.FILES].file_size > MOST_TOLD:
        raise NotTaken(DAMAGED.format("its list is longer than any district's"))
    try:
        return manifest.parsed(packed.read(entry))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotTaken(OTHER) from error
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise NotTaken(DAMAGED.format("its manifest cannot be read")) from error


def _same_version(told: Manifest) -> None:
    known = {table.label: table.file for table in tables()}
    if told.shape != manifest.shape() or known != {k: v.name for k, v in told.tables.items()}:
        raise NotTaken(VERSION.format(there=_said(told.versions), here=_said(manifest.versions())))


def _said(versions: dict[str, str]) -> str:
    return ", ".join(f"{app} {str(name)[:4]}" for app, name in sorted(versions.items()))


def _check(packed: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], part: Part) -> None:
    """Raises NotTaken unless a file has the size and the digest that the manifest says."""
    entry = entries.get(part.name)
    if entry is None:
        raise NotTaken(DAMAGED.format(f"“{part.name[:80]}” is missing"))
    changed = NotTaken(DAMAGED.format(f"“{part.name[:80]}” is not what was exported"))
    if entry.file_size != part.bytes:
        raise changed
    digest = hashlib.sha256()
    try:
        with packed.open(entry) as member:
            while block := member.read(BLOCK):
                digest.update(block)
    except Exception as error:  # a zip that was tampered with may raise nearly anything
        raise changed from error
    if digest.hexdigest() != part.sha256:
        raise changed


def _stored(packed: zipfile.ZipFile, told: Manifest) -> Iterator[Stored]:
    with packed.open(manifest.FILES) as member:
        rows = csv.reader(io.TextIOWrapper(member, "utf-8", newline=""), strict=True)
        try:
            _head, *listed = rows
            for name, size, digest in listed:
                yield _named(name, int(size), digest, told.district)
        except (ValueError, csv.Error) as error:
            raise NotTaken(DAMAGED.format("its list of files cannot be read")) from error


def _named(name: str, size: int, digest: str, district: int) -> Stored:
    owners = {int(number) for number in OF_DISTRICT.findall(name)}
    if not STORED.fullmatch(name) or owners - {district}:
        raise NotTaken(DAMAGED.format(f"it names a file as no export does, “{name[:80]}”"))
    return Stored(name, size, digest)
