"""From a page's JSON to records. What the product has no use for is not looked at. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tutoring_admin.systems.rosters.records import Entry, Org, Person, Record, Role, Session, Where
from tutoring_admin.systems.rosters.staff import (
    ALSO_STUDENTS,
    FAMILY_ROWS,
    NO_ROLE,
    Sieve,
    is_family,
    spelled,
)

Row = dict[str, Any]
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T")
LONGEST = 1000  # characters of one value; what is longer is no value of a roster


def records(collection: str, rows: Iterable[Row], offset: int, sieve: Sieve) -> Iterator[Record]:
    """The records of one page whose first row is number `offset` (from 0) of its collection.

    Students, guardians, parents and relatives are dropped here, and so is anyone without a role
    on the staff; `sieve` counts them.
    """
    read = {"orgs": _org, "academicSessions": _session}.get(collection)
    for number, row in enumerate(rows, offset + 1):
        where = Where(collection, number)
        if read is not None:
            yield read(row, where)
        else:
            yield from _user(row, where, sieve)


def _org(row: Row, where: Where) -> Entry:
    return Org(
        where,
        key=_text(row, "sourcedId"),
        name=_text(row, "name"),
        type=_text(row, "type"),
        identifier=_text(row, "identifier"),
        parent=_reference(row.get("parent")),
        gone=_is_gone(row),
    )


def _session(row: Row, where: Where) -> Entry:
    return Session(
        where,
        key=_text(row, "sourcedId"),
        title=_text(row, "title"),
        type=_text(row, "type"),
        start_date=_day(row, "startDate"),
        end_date=_day(row, "endDate"),
        school_year=_text(row, "schoolYear"),
        parent=_reference(row.get("parent")),
        gone=_is_gone(row),
    )


def _user(row: Row, where: Where, sieve: Sieve) -> Iterator[Record]:
    roles = list(_roles(row, where))
    named = [role.role for role in roles] or [_text(row, "role")]
    if any(name.casefold() == "student" for name in named):
        others = any(map(spelled, named))
        sieve.drop(where.file, ALSO_STUDENTS if others else FAMILY_ROWS)
        return
    if _is_gone(row):
        if not any(map(is_family, named)):
            # perhaps without a role, so perhaps nobody of ours: the key is enough to end one
            yield Person(where, _text(row, "sourcedId"), given_name="", family_name="", gone=True)
        return
    ours = [role for role in roles if spelled(role.role)]
    if not ours:
        sieve.drop(where.file, FAMILY_ROWS if any(map(is_family, named)) else NO_ROLE)
        return
    yield _person(row, where)
    yield from ours


def _person(row: Row, where: Where) -> Person:
    return Person(
        where,
        key=_text(row, "sourcedId"),
        given_name=_text(row, "givenName"),
        family_name=_text(row, "familyName"),
        email=_text(row, "email"),
        enabled=_text(row, "enabledUser") or "true",
        identifier=_text(row, "identifier"),
        preferred_given_name=_either(row, "preferredFirstName", "preferredGivenName"),
        preferred_family_name=_either(row, "preferredLastName", "preferredFamilyName"),
        main_org=_reference(row.get("primaryOrg")),
    )


def _roles(row: Row, where: Where) -> Iterator[Role]:
    """By 1.2 each with its org; by 1.1 one role at each of the orgs."""
    person = _text(row, "sourcedId")
    if isinstance(row.get("roles"), list):
        for role in row["roles"]:
            if isinstance(role, dict):
                yield Role(
                    where,
                    person=person,
                    org=_reference(role.get("org")),
                    role=_text(role, "role"),
                    role_type=_text(role, "roleType"),
                    begin_date=_day(role, "beginDate"),
                    end_date=_day(role, "endDate"),
                )
        return
    orgs = row.get("orgs")
    for org in orgs if isinstance(orgs, list) else [orgs]:
        yield Role(where, person=person, org=_reference(org), role=_text(row, "role"))


def _reference(value: Any) -> str:
    """The sourcedId of what is pointed at; some servers give it bare."""
    return _text(value, "sourcedId") if isinstance(value, dict) else _plain(value)


def _either(row: Row, name: str, other: str) -> str:
    return _text(row, name) or _text(row, other)


def _is_gone(row: Row) -> bool:
    return _text(row, "status").casefold() == "tobedeleted"


def _day(row: Row, name: str) -> str:
    """A date as it is, and the date of a moment."""
    text = _text(row, name)
    moment = _MOMENT.match(text)
    return moment[1] if moment else text


def _text(row: Row, name: str) -> str:
    return _plain(row.get(name))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        # neither the zero byte nor half a character can be stored
        clean = str(value).replace("\0", "").encode("utf-8", "replace").decode()
        return clean.strip()[:LONGEST]
    return ""
