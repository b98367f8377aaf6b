"""OneRoster 1.1 and 1.2 out of a zip, as records. No Django here.

Five files are opened; the rest of the zip is passed by. Who is a student or of a student's family
is dropped on the line it stands in, and so is every cell that the product has no use for.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import IO

from tutoring_admin.systems.rosters.manifests import Manifest, manifest_of
from tutoring_admin.systems.rosters.records import (
    Finding,
    Kind,
    Org,
    Origin,
    Person,
    Record,
    Remark,
    Role,
    Route,
    Session,
    Source,
    Where,
)
from tutoring_admin.systems.rosters.staff import (
    ALSO_STUDENTS,
    FAMILY_ROWS,
    NO_ROLE,
    Sieve,
    is_family,
    spelled,
)
from tutoring_admin.systems.rosters.tables import Header, Row, Unreadable, encoding_of, rows_of
from tutoring_admin.systems.rosters.zips import Contents, look_into

ORGS, SESSIONS, USERS, ROLES = "orgs.csv", "academicSessions.csv", "users.csv", "roles.csv"
A_ROLE = "a role that OneRoster knows, such as teacher or principal"


class Zip:
    """A roster in a zip. Raises Unreadable, on opening or on the way, if it cannot be read.

    `known` are the sourcedIds of people whom this district has already: in a file of changes a
    person may come without their role.
    """

    def __init__(self, file: IO[bytes], name: str, known: Collection[str] = ()) -> None:
        self._contents: Contents = look_into(file)
        self.manifest: Manifest = manifest_of(self._contents)
        self._known = known
        self._sieve = Sieve()
        self._name = name

    def origin(self, route: Route = Route.FILE) -> Origin:
        said = self.manifest
        bulk = {
            Kind.ORG: said.is_bulk("orgs"),
            Kind.SESSION: said.is_bulk("academicSessions"),
            Kind.PERSON: said.is_bulk("users"),
            Kind.ROLE: said.is_bulk("users" if said.version == "1.1" else "roles"),
        }
        held = frozenset(kind for kind, all_there in bulk.items() if all_there)
        return Origin(Source.ONEROSTER, route, self._name, said.version, held)

    def records(self) -> Iterator[Record]:
        """Everything that is read, file by file, and what was dropped at the end."""
        try:
            yield from self._records()
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable("The zip is damaged. Export it again.") from error

    def _records(self) -> Iterator[Record]:
        for text in (*self._contents.remarks, *self.manifest.remarks):
            yield Remark(text)
        yield from self._orgs()
        yield from self._sessions()
        if self.manifest.version == "1.1":
            yield from self._users_with_roles()
        else:
            yield from self._users_and_roles()
        yield from self._sieve.told()

    def _rows(self, file: str) -> Iterator[Row]:
        """The header first. Nothing at all where the file is not part of the set."""
        if not self.manifest.holds(file):
            return
        with self._contents.open(file.casefold()) as stream:
            encoding, _ = encoding_of(stream, file)
        with self._contents.open(file.casefold()) as stream:
            yield from rows_of(stream, encoding, file)

    def _encoding_remark(self, file: str) -> Iterator[Remark]:
        if self.manifest.holds(file):
            with self._contents.open(file.casefold()) as stream:
                _, remark = encoding_of(stream, file)
            if remark:
                yield Remark(remark)

    def _table(self, file: str, needed: tuple[str, ...]) -> Table:
        return Table(file, self._rows(file), needed, is_delta=self.manifest.is_delta(file))

    def _orgs(self) -> Iterator[Record]:
        yield from self._encoding_remark(ORGS)
        table = self._table(ORGS, ("sourcedId", "name", "type"))
        pick = table.picker
        key, name, kind = pick("sourcedId"), pick("name"), pick("type")
        identifier, parent = pick("identifier"), pick("parentSourcedId")
        for where, cells, gone in table:
            if cells is None:
                yield table.misshapen(where)
                continue
            yield Org(
                where, key(cells), name(cells), kind(cells), identifier(cells), parent(cells), gone
            )
        yield from table.remarks()

    def _sessions(self) -> Iterator[Record]:
        yield from self._encoding_remark(SESSIONS)
        table = self._table(SESSIONS, ("sourcedId", "title", "type", "startDate", "endDate"))
        pick = table.picker
        key, title, kind = pick("sourcedId"), pick("title"), pick("type")
        start, end = pick("startDate"), pick("endDate")
        year, parent = pick("schoolYear"), pick("parentSourcedId")
        for where, cells, gone in table:
            if cells is None:
                yield table.misshapen(where)
                continue
            days = start(cells), end(cells)
            named = key(cells), title(cells), kind(cells)
            yield Session(where, *named, *days, year(cells), parent(cells), gone)
        yield from table.remarks()

    def _users_with_roles(self) -> Iterator[Record]:
        """1.1: each user has one role, at one or more orgs."""
        yield from self._encoding_remark(USERS)
        table = self._table(USERS, ("sourcedId", "orgSourcedIds", "role", "givenName"))
        person_of, key = table.person(), table.picker("sourcedId")
        role_of, orgs_of = table.picker("role"), table.picker("orgSourcedIds")
        for where, cells, gone in table:
            if cells is None:
                yield table.misshapen(where)
                continue
            role = role_of(cells)
            if is_family(role):
                self._sieve.drop(USERS)
                continue
            known = spelled(role)
            if not known:
                # What stands here may be a student's name that slipped into another column.
                yield Finding(where, "role", A_ROLE, "another word" if role else "nothing")
                continue
            yield person_of(where, cells, gone)
            person = key(cells)
            for org in dict.fromkeys(part.strip() for part in orgs_of(cells).split(",")):
                if org:
                    yield Role(where, person, org, known, gone=gone)
        yield from table.remarks()

    def _users_and_roles(self) -> Iterator[Record]:
        """1.2: roles stand in a file of their own, which is read first and says who is who."""
        yield from self._encoding_remark(ROLES)
        staff = self._staff()
        students = self._students_among(staff)
        yield from self._users(staff, students)
        yield from self._roles(staff - students)

    def _staff(self) -> set[str]:
        return {person for person, role in self._pairs() if spelled(role)}

    def _students_among(self, staff: set[str]) -> set[str]:
        """A second reading keeps only colleagues in memory, not a whole district's students."""
        return {p for p, role in self._pairs() if p in staff and is_student(role)}

    def _pairs(self) -> Iterator[tuple[str, str]]:
        table = self._table(ROLES, ("userSourcedId", "role", "orgSourcedId"))
        person, role = table.picker("userSourcedId"), table.picker("role")
        for _, cells, _ in table:
            if cells is not None:
                yield person(cells), role(cells)

    def _users(self, staff: set[str], students: set[str]) -> Iterator[Record]:
        yield from self._encoding_remark(USERS)
        table = self._table(USERS, ("sourcedId", "givenName", "familyName"))
        person_of, key = table.person(), table.picker("sourcedId")
        for where, cells, gone in table:
            if cells is None:
                yield table.misshapen(where)
                continue
            person = key(cells)
            if person in students:
                self._sieve.drop(USERS, ALSO_STUDENTS)
            elif person in staff or person in self._known:
                yield person_of(where, cells, gone)
            else:
                self._sieve.drop(USERS, f"{FAMILY_ROWS}, or {NO_ROLE}")
        yield from table.remarks()

    def _roles(self, staff: set[str]) -> Iterator[Record]:
        table = self._table(ROLES, ("userSourcedId", "role", "orgSourcedId"))
        pick = table.picker
        key, person, org = pick("sourcedId"), pick("userSourcedId"), pick("orgSourcedId")
        role, kind = pick("role"), pick("roleType")
        begins, ends = pick("beginDate"), pick("endDate")
        for where, cells, gone in table:
            if cells is None:
                yield table.misshapen(where)
                continue
            known, who = spelled(role(cells)), person(cells)
            if who not in staff:
                self._sieve.drop(ROLES)
            elif known:
                dates = begins(cells), ends(cells)
                yield Role(
                    where, who, org(cells), known, key(cells), kind(cells), *dates, gone=gone
                )
            elif is_family(role(cells)):
                self._sieve.drop(ROLES)
            else:
                yield Finding(where, "role", A_ROLE, role(cells)[:40] or "nothing", kind=Kind.ROLE)
        yield from table.remarks()


def is_student(role: str) -> bool:
    """Of a person of the staff: a teacher may be a parent, but whoever is taught is left out."""
    small = role.strip().casefold()
    return small.endswith(("student", "pupil", "learner"))


class Table:
    """One file's rows below its header, told whether they are gone or do not fit the header."""

    def __init__(
        self, file: str, rows: Iterator[Row], needed: tuple[str, ...], *, is_delta: bool
    ) -> None:
        self.file = file
        self._rows = rows
        self._is_delta = is_delta
        self._odd_status = 0
        _, cells = next(rows, (1, list(needed)))
        self.header = Header(cells, file)
        self.header.needs(*needed)
        self.picker = self.header.picker

    def __iter__(self) -> Iterator[tuple[Where, list[str] | None, bool]]:
        status = self.picker("status")
        for row, cells in self._rows:
            where = Where(self.file, row)
            if not self.header.fits(cells):
                yield where, None, False
                continue
            said = status(cells).casefold()
            if bool(said) is not self._is_delta:
                self._odd_status += 1
            yield where, cells, said == "tobedeleted"

    def misshapen(self, where: Where) -> Finding:
        """No cell of such a row is shown: nobody knows which column it belongs to."""
        return Finding(where, "", f"{self.header.width} columns, as in line 1", "another number")

    def remarks(self) -> Iterator[Remark]:
        if self._odd_status and self._is_delta:
            rows = f"{self._odd_status} rows of {self.file} have no status"
            yield Remark(f"{rows}. They were read as active.")
        elif self._odd_status:
            yield Remark(
                f"{self.file} says it holds everything, and yet rows have a status. They were"
                " read all the same; what is to be deleted is ended."
            )

    def person(self) -> Callable[[Where, list[str], bool], Person]:
        """How to make a person of a row: the columns are looked up once, not for every row."""
        pick = self.picker
        key, given, family = pick("sourcedId"), pick("givenName"), pick("familyName")
        email, enabled, identifier = pick("email"), pick("enabledUser"), pick("identifier")
        called, also_called = pick("preferredGivenName"), pick("preferredFamilyName")
        main_org = pick("primaryOrgSourcedId")

        def make(where: Where, cells: list[str], gone: bool) -> Person:  # noqa: FBT001 -- a cell like others
            return Person(
                where,
                key(cells),
                given(cells),
                family(cells),
                email(cells),
                enabled(cells) or "true",
                identifier(cells),
                called(cells),
                also_called(cells),
                main_org=main_org(cells),
                gone=gone,
            )

        return make
