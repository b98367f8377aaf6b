"""From the bytes of a file to its text: which encoding it has, and what to do about a wrong one."""

from __future__ import annotations

from dataclasses import dataclass

from selfassessment.standards.wrong import Unreadable

MOST_BYTES = 1_000_000
SAVE_RIGHT = (
    "In Excel: Save as, CSV UTF-8 (comma delimited). In Google Sheets: Download, Comma-separated"
    " values. In an editor: encoding UTF-8."
)
EMPTY = "The file is empty."
OTHER_FILES = (
    (b"PK\x03\x04", "This is an Excel workbook or a ZIP file."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel or Word file."),
    (b"%PDF", "This is a PDF."),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """`read_as` names the encoding for people; `notice` is said where it was not UTF-8."""

    text: str
    read_as: str
    notice: str = ""


def decoded(data: bytes) -> Decoded:
    """The text of a file. Raises Unreadable, with the line where there is one."""
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 1_000_000:.1f}"
        raise Unreadable(f"The file has {size} MB; at most 1 MB is read. Send it in parts.")
    for mark, what in OTHER_FILES:
        if data.startswith(mark):
            raise Unreadable(f"{what} Standards come as YAML or CSV. {SAVE_RIGHT}")
    found = _by_mark(data) or _by_trying(data)
    if "\0" in found.text:
        line = found.text[: found.text.index("\0")].count("\n") + 1
        raise Unreadable(
            "There are characters here that no text has. The file may be UTF-16 without its mark,"
            f" or no text at all. {SAVE_RIGHT}",
            line,
        )
    if not found.text.strip():
        raise Unreadable(EMPTY)
    return found


def _by_mark(data: bytes) -> Decoded | None:
    if data.startswith(b"\xef\xbb\xbf"):
        try:
            return Decoded(data.decode("utf-8-sig"), "UTF-8")
        except UnicodeDecodeError as error:
            raise _broken(data, "UTF-8", error) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable(f"The file is damaged UTF-16. {SAVE_RIGHT}") from error
        return Decoded(text, "UTF-16", f"The file is UTF-16, and was read so. {SAVE_RIGHT}")
    return None


def _by_trying(data: bytes) -> Decoded:
    try:
        return Decoded(data.decode(), "UTF-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _broken(data, "UTF-8 or Windows text", error) from error
    notice = (
        "The file is not UTF-8. It was read as Windows text (Windows-1252): look at quotation"
        f" marks and accents before you take it in. To save it right: {SAVE_RIGHT}"
    )
    return Decoded(text, "Windows-1252", notice)


def _broken(data: bytes, expected: str, error: UnicodeDecodeError) -> Unreadable:
    line = data[: error.start].count(b"\n") + 1
    says = f"This line holds a byte that is no {expected}. {SAVE_RIGHT}"
    return Unreadable(says, line)
