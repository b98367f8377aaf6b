"""A file of standards, read and checked: its content, or all that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from selfassessment.standards import csv_reading, yaml_reading
from selfassessment.standards.checking import Content, check
from selfassessment.standards.decoding import decoded
from selfassessment.standards.desk import Known
from selfassessment.standards.wrong import Unreadable, Wrong

YAML_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Read:
    """What came of a file. `content` is None where anything is wrong: nothing of it is taken."""

    content: Content | None
    wrong: tuple[Wrong, ...] = ()
    read_as: str = ""
    notice: str = ""


def read(data: bytes, name: str, known: Known) -> Read:
    """Read any bytes; `name` is the file's, "" for pasted words. Raises nothing."""
    try:
        found = decoded(data)
    except Unreadable as why:
        return Read(None, (why.wrong,))
    is_csv = _is_csv(found.text, name)
    read_as = f"{'CSV' if is_csv else 'YAML'}, {found.read_as}"
    reader = csv_reading if is_csv else yaml_reading
    try:
        entries, wrong = reader.entries_of(found.text)
    except Unreadable as why:
        return Read(None, (why.wrong,), read_as, found.notice)
    content, more = check(entries, known)
    everything = tuple(sorted({*wrong, *more}))
    return Read(None if everything else content, everything, read_as, found.notice)


def _is_csv(text: str, name: str) -> bool:
    """By the file's ending; pasted words by their first line."""
    if name.lower().endswith(YAML_ENDINGS):
        return False
    if name.lower().endswith(".csv"):
        return True
    first = next((line.lower() for line in text.splitlines() if line.strip()), "")
    return "code" in first and any(mark in first for mark in ",;\t")
