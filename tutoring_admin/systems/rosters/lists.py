"""A plain list of staff, CSV or XLSX, for a district without OneRoster. No Django here.

One row for each person at a school. Which column is which is proposed by its name and settled by
a person; columns that nobody chose are dropped before anything travels on.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook

from tutoring_admin.systems.rosters.records import (
    Kind,
    Org,
    Origin,
    Person,
    Record,
    Role,
    Route,
    Source,
    Where,
)
from tutoring_admin.systems.rosters.staff import FAMILY, Sieve, spelled
from tutoring_admin.systems.rosters.tables import Header, Unreadable, encoding_of, rows_of

MOST_ROWS, MOST_COLUMNS = 5000, 60
MOST_UNPACKED, MOST_SWELLING = 50_000_000, 100
MOST_IN_A_CELL = 300
LATIN = "Read as Windows text: the file is not UTF-8. Check names with accents."


@dataclass(frozen=True)
class Column:
    """A column that a list may have: its key, what it is called, what it is for."""

    key: str
    title: str
    says: str
    also: tuple[str, ...] = ()
    needed: bool = False


COLUMNS = (
    Column("person_id", "Person ID", "Number of the person in the district. It never changes.",
           ("id", "employee id", "staff id", "employee number", "emp id", "personid")),
    Column("first_name", "First name", "Given name.",
           ("given name", "givenname", "firstname", "first"), needed=True),
    Column("last_name", "Last name", "Family name.",
           ("family name", "familyname", "surname", "lastname", "last"), needed=True),
    Column("email", "Email", "Work address. It stands for the person where there is no ID.",
           ("e-mail", "email address", "e-mail address", "mail", "work email")),
    Column("job_title", "Job title", "As the district calls it. Shown, never a right.",
           ("title", "position", "position title")),
    Column("role", "Role", "Principal, Teacher, District administrator.",
           ("staff type", "roster role", "user type", "type")),
    Column("school_code", "School code", "Number of the school in the district or the state.",
           ("school id", "site code", "building code", "location code", "school number")),
    Column("school_name", "School name", "Left empty for the central office.",
           ("school", "site", "building", "location")),
    Column("active", "Active", "Yes or no. Empty: yes.", ("status", "enabled", "enableduser")),
)  # fmt: skip
CENTRAL = "central-office"
NOT_STAFF = FAMILY | {"pupil", "learner"}
BY_KEY = {column.key: column for column in COLUMNS}
# What a district writes, as OneRoster has it.
ROLES = {
    "district administrator": "districtAdministrator",
    "district admin": "districtAdministrator",
    "site administrator": "siteAdministrator",
    "school administrator": "siteAdministrator",
    "system administrator": "systemAdministrator",
    "paraprofessional": "aide",
    "staff": "aide",
}
SAMPLE = (
    ("1001", "Rosa", "Delgado", "rdelgado@maple.example", "Principal", "Principal", "0412",
     "Lincoln Elementary", "Yes"),
    ("1002", "Amir", "Haddad", "ahaddad@maple.example", "Math teacher", "Teacher", "0412",
     "Lincoln Elementary", "Yes"),
    ("1003", "June", "Okafor", "jokafor@maple.example", "Director of tutoring",
     "District administrator", "", "", "Yes"),
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A list as it was handed in: the header and what stands below it, as text."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # with their lines in the file
    remark: str = ""


def sample() -> str:
    """The sample list as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.title for column in COLUMNS])
    writer.writerows(SAMPLE)
    return out.getvalue()


def read(data: bytes, name: str) -> Sheet:
    """Raises Unreadable with a sentence on what would do."""
    if data[:4] == b"PK\x03\x04":
        return _workbook(data, name)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable("This is an old Excel file (.xls). Save it as .xlsx or as CSV.")
    encoding, remark = encoding_of(io.BytesIO(data), name)
    head = data[:20_000].decode(encoding, errors="replace").split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = list(_few(rows_of(io.BytesIO(data), encoding, name, delimiter)))
    return _sheet(name, rows, LATIN if encoding == "cp1252" else remark)


def _few(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise Unreadable(f"The list has more than {MOST_ROWS:,} rows. Send a OneRoster zip.")
        yield row


def _workbook(data: bytes, name: str) -> Sheet:
    _refuse_bombs(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = [
            (number, [_text(cell) for cell in row[:MOST_COLUMNS]])
            for number, row in enumerate(_cells(book), start=1)
        ]
    except Exception as error:  # a parser of somebody else's, which raises whatever it does
        raise Unreadable("This workbook cannot be read. Save it again, or as CSV.") from error
    rows = [(number, row) for number, row in found if any(row)]
    if len(rows) > MOST_ROWS + 1:
        raise Unreadable(f"The list has more than {MOST_ROWS:,} rows. Send a OneRoster zip.")
    return _sheet(name, rows, "")


def _cells(book: Workbook) -> Iterator[tuple[object, ...]]:
    most = {"max_row": MOST_ROWS + 2, "max_col": MOST_COLUMNS}
    return book.worksheets[0].iter_rows(**most, values_only=True)  # type: ignore[no-any-return]


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            total = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("This workbook is damaged. Save it again, or as CSV.") from error
    if total > MOST_UNPACKED or total > MOST_SWELLING * len(data):
        raise Unreadable("The workbook is larger than a list of staff can be.")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)[:MOST_IN_A_CELL].strip()


def _sheet(name: str, rows: Sequence[tuple[int, Sequence[str]]], remark: str) -> Sheet:
    if len(rows) < 2:
        raise Unreadable("The list needs a row of column names and at least one row below it.")
    header = tuple(cell.strip().lstrip("\ufeff")[:80] for cell in rows[0][1])[:MOST_COLUMNS]
    body = tuple(
        (number, tuple(cell.strip()[:MOST_IN_A_CELL] for cell in row)) for number, row in rows[1:]
    )
    return Sheet(name, header, body, remark)


def proposed(header: Sequence[str]) -> dict[str, int]:
    """Which column is which, as far as its name tells; each is taken once."""
    plain = [_plain(name) for name in header]
    found: dict[str, int] = {}
    for column in COLUMNS:
        for name in (column.title, column.key, *column.also):
            at = next((i for i, each in enumerate(plain) if each == _plain(name)), None)
            if at is not None and at not in found.values():
                found[column.key] = at
                break
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-.]+", " ", name).strip().casefold()


def narrowed(sheet: Sheet, mapping: Mapping[str, int]) -> Sheet:
    """Only the columns that somebody chose, under our own names."""
    keys = [key for key in BY_KEY if key in mapping]
    rows = tuple(
        (number, tuple(row[at] if (at := mapping[key]) < len(row) else "" for key in keys))
        for number, row in sheet.rows
    )
    return Sheet(sheet.name, tuple(keys), rows, sheet.remark)


def origin(sheet: Sheet, header: Sequence[str], mapping: Mapping[str, int]) -> Origin:
    """Where findings name columns as the file does."""
    called = {key: header[at] for key, at in mapping.items()}
    fields = {
        "key": called.get("person_id") or called.get("email", "email"),
        "given_name": called.get("first_name", ""),
        "family_name": called.get("last_name", ""),
        "email": called.get("email", "email"),
        "enabled": called.get("active", ""),
        "job_title": called.get("job_title", ""),
        "role": called.get("role", ""),
        "name": called.get("school_name", ""),
        "org": called.get("school_code") or called.get("school_name", ""),
    }
    bulk = frozenset({Kind.ORG, Kind.PERSON, Kind.ROLE})
    return Origin(Source.LIST, Route.FILE, sheet.name, "", bulk, fields)


def records(sheet: Sheet) -> Iterator[Record]:
    """Schools, people and their roles out of a narrowed list. A person may stand in many rows."""
    sieve, name = Sieve(), sheet.name[-60:]
    pick = Header(list(sheet.header), name).picker
    cell = {key: pick(key) for key in BY_KEY}
    schools: set[str] = set()
    people: dict[str, Person] = {}
    for number, cells in sheet.rows:
        row = list(cells)
        value = {key: take(row) for key, take in cell.items()}
        where = Where(name, number)
        if {value["role"].casefold(), value["job_title"].casefold()} & NOT_STAFF:
            sieve.drop(name)
            continue
        school = value["school_code"] or value["school_name"].casefold() or CENTRAL
        if school not in schools:
            schools.add(school)
            yield _org(where, value, school)
        person = _person(where, value, school)
        first = people.setdefault(person.key, person)
        if first is person or not _is_same(first, person):
            yield person
        if person.key:
            yield Role(where, person.key, school, _role(value["role"]))
    yield from sieve.told()


def _org(where: Where, value: Mapping[str, str], school: str) -> Org:
    if school == CENTRAL:
        return Org(where, school, "Central office", "district")
    title = value["school_name"] or value["school_code"]
    return Org(where, school, title, "school", value["school_code"])


def _person(where: Where, value: Mapping[str, str], school: str) -> Person:
    return Person(
        where,
        value["person_id"] or value["email"].casefold(),
        value["first_name"],
        value["last_name"],
        value["email"],
        value["active"] or "yes",
        value["person_id"],
        job_title=value["job_title"],
        main_org=school,
    )


def _is_same(one: Person, other: Person) -> bool:
    """Of a person in several rows the first says where they belong; the rest is to agree."""
    return (one.given_name, one.family_name, one.email) == (
        other.given_name,
        other.family_name,
        other.email,
    )


def _role(said: str) -> str:
    """A district's word as OneRoster has it; one nobody knows is kept as the district's own."""
    if not said:
        return "aide"
    return ROLES.get(_plain(said)) or spelled(said.replace(" ", "")) or f"ext:{said[:50]}"
