"""Attendance out of a CSV file: rows and errors, before anything is written. No Django here."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

WORDS = {
    **dict.fromkeys(("yes", "y", "1", "true", "present", "x", "p"), True),
    **dict.fromkeys(("no", "n", "0", "false", "absent", "a"), False),
}
EMAIL, PRESENT = "email", "present"
NAMES = {
    "email": EMAIL, "e-mail": EMAIL, "e-mail address": EMAIL, "email address": EMAIL,
    "present": PRESENT, "attended": PRESENT, "status": PRESENT,
}  # fmt: skip
MOST_ROWS = 5000


@dataclass(frozen=True)
class Wrong:
    """What cannot be read: where, what was expected there, and what stands there."""

    row: int
    column: str
    expected: str
    got: str


@dataclass(frozen=True)
class Read:
    """What a file says. `marks`: row in the file, e-mail in small letters, and whether present."""

    marks: tuple[tuple[int, str, bool], ...] = ()
    wrong: tuple[Wrong, ...] = ()
    note: str = ""


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and a notice where its encoding was guessed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        return text, "Read as Windows text (cp1252): it is not UTF-8. Check names with accents."


def read(text: str, known: Collection[str]) -> Read:
    """Rows of `email,present`, in any order of columns, other columns left aside.

    `known` are the e-mail addresses of who may be named. A person named twice must be named alike.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        return Read(wrong=(Wrong(1, "", "a CSV file", "a file of another kind"),))
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error:
        return Read(wrong=(Wrong(1, "", "a CSV file", "something that cannot be read as one"),))
    head = [NAMES.get(name.strip().lower(), "") for name in rows[0]] if rows else []
    missing = [name for name in (EMAIL, PRESENT) if name not in head]
    if missing:
        got = ", ".join(name.strip() for name in rows[0]) if rows else "nothing"
        return Read(
            wrong=tuple(Wrong(1, m, f'a column named "{m}"', got or "nothing") for m in missing)
        )
    if len(rows) > MOST_ROWS:
        return Read(wrong=(Wrong(MOST_ROWS, "", f"at most {MOST_ROWS} rows", f"{len(rows)} rows"),))
    return _rows(rows[1:], head.index(EMAIL), head.index(PRESENT), known)


def _rows(
    rows: Sequence[Sequence[str]], email_at: int, present_at: int, known: Collection[str]
) -> Read:
    marks: dict[str, tuple[int, str, bool]] = {}
    wrong = []
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        email = (row[email_at] if email_at < len(row) else "").strip().lower()
        word = (row[present_at] if present_at < len(row) else "").strip()
        present = WORDS.get(word.lower())
        if email not in known:
            wrong.append(
                Wrong(
                    number, EMAIL, "the e-mail of someone who holds a position", email or "nothing"
                )
            )
        elif present is None:
            wrong.append(Wrong(number, PRESENT, "yes or no", word or "nothing"))
        elif email in marks and marks[email][2] != present:
            before = marks[email][0]
            wrong.append(Wrong(number, PRESENT, f"the same as in row {before}", word or "nothing"))
        else:
            marks.setdefault(email, (number, email, present))
    return Read(tuple(marks.values()), tuple(wrong))


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)
