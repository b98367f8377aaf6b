"""A zip from outside, opened with care: what is in it, before a byte of it is unpacked.

Nothing is ever written to a disk from it. No Django here.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from tutoring_admin.systems.rosters.tables import Unreadable

WANTED = ("manifest.csv", "orgs.csv", "academicsessions.csv", "users.csv", "roles.csv")
# What a whole OneRoster set may hold beside them; other names are not repeated on a page.
_ALSO_STANDARD = """
categories classes classresources courses courseresources demographics enrollments lineitems
lineitemlearningobjectiveids lineitemscorescales resources results resultlearningobjectiveids
resultscorescales scorescales userprofiles userresources
"""
STANDARD = frozenset(f"{name}.csv" for name in _ALSO_STANDARD.split())
PACKED = (".zip", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".tar")
MOST_ENTRIES = 500
MOST_INDEX = 200_000  # bytes of the zip's own list of entries
MOST_UNPACKED = 1_000_000_000  # bytes of one file
MOST_SWELLING, SMALL = 200, 20_000_000  # a file beyond `SMALL` may not swell more than that
_END = struct.Struct("<4s4H2LH")
_END_MARK, _BIG_MARK = b"PK\x05\x06", b"PK\x06\x07"


@dataclass(frozen=True)
class Contents:
    """The files that are read, by their small name, and what to say about the rest."""

    zip: zipfile.ZipFile
    files: dict[str, zipfile.ZipInfo]
    remarks: tuple[str, ...]

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(self.files[name])

    def __contains__(self, name: str) -> bool:
        return name in self.files


def look_into(file: IO[bytes]) -> Contents:
    """Raises Unreadable for what is no zip, is packed to do harm, or cannot be told apart."""
    _refuse_a_huge_index(file)
    try:
        opened = zipfile.ZipFile(file)
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("This is not a zip file, or it is damaged. Export it again.") from error
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"The zip holds more than {MOST_ENTRIES} files. Send the roster alone.")
    entries = [entry for entry in entries if not _is_litter(entry.filename)]
    for entry in entries:
        _refuse_paths(entry.filename)
    found = [(entry, entry.filename.rpartition("/")) for entry in entries]
    files: dict[str, zipfile.ZipInfo] = {}
    for entry, (_, _, name) in found:
        if name.casefold() not in WANTED:
            continue
        if name.casefold() in files:
            raise Unreadable(f"{name} is in the zip twice. Send one roster at a time.")
        _refuse_bombs(entry, name)
        files[name.casefold()] = entry
    nested = [name for _, (_, _, name) in found if name.casefold().endswith(PACKED)]
    if not files and nested:
        raise Unreadable("The zip holds another zip. Unpack it and send the one inside.")
    folders = {folder for entry, (folder, _, _) in found if entry in files.values()}
    if len(folders) > 1:
        raise Unreadable("The files lie in several folders. Zip those of one roster together.")
    names = [name.casefold() for _, (_, _, name) in found]
    return Contents(opened, files, tuple(_remarks(names, folders, nested)))


def _refuse_a_huge_index(file: IO[bytes]) -> None:
    """The list of entries is read whole by whoever opens a zip: it must be short."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise Unreadable("This is not a zip file, or it is damaged. Export it again.")
    if _BIG_MARK in tail[max(0, at - 20) : at]:
        raise Unreadable("The zip is in the format for huge archives. Zip the roster alone.")
    index = _END.unpack_from(tail, at)[5]
    if index > MOST_INDEX:
        raise Unreadable(f"The zip holds more than {MOST_ENTRIES} files. Send the roster alone.")
    file.seek(0)


def _is_litter(path: str) -> bool:
    """What a Mac puts beside the files."""
    return path.startswith("__MACOSX/") or path.rpartition("/")[2] in (".DS_Store", "Thumbs.db")


def _refuse_paths(path: str) -> None:
    if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
        raise Unreadable("A file in the zip points outside of it. Such a zip is not read.")


def _refuse_bombs(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.flag_bits & 0x1:
        raise Unreadable(f"{name} is locked with a password. Send it without.")
    if entry.file_size > MOST_UNPACKED:
        raise Unreadable(f"{name} is larger than 1 GB when unpacked. That is no staff roster.")
    swelling = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > SMALL and swelling > MOST_SWELLING:
        raise Unreadable(f"{name} swells to {swelling:,.0f} times its size. It is not read.")


def _remarks(names: Sequence[str], folders: set[str], nested: Sequence[str]) -> list[str]:
    said = []
    if any(folders):
        said.append("The files lie in a folder of the zip. They were read all the same.")
    unread = sorted(set(names) & STANDARD)
    if unread:
        said.append(f"Not read: {', '.join(unread)}.")
    others = len([name for name in names if name not in STANDARD and name not in WANTED])
    if others:
        files = "1 other file was" if others == 1 else f"{others} other files were"
        said.append(f"{files} not read.")
    if nested:
        said.append("A zip inside the zip was not opened.")
    return said
