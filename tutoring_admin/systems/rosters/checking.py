"""Whether a record says what it must, and what of it is kept. Pure: no Django."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tutoring_admin.systems.rosters.records import (
    Entry,
    Finding,
    Kind,
    Org,
    Origin,
    Person,
    Role,
    Session,
    Where,
)

MOST_IN_A_KEY = MOST_IN_A_NAME = 255
MOST_IN_A_PART = 150
ORG_TYPES = ("department", "school", "district", "local", "state", "national")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
YES = frozenset({"true", "1", "yes", "y", "active"})
NO = frozenset({"false", "0", "no", "n", "inactive"})
_EMAIL = re.compile(r"[^@\s,;<>\"()\[\]]{1,64}@[^@\s,;<>\"()\[\]]+\.[^@\s,;<>\"()\[\].]{2,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
NAMED = {
    "key": "sourcedId",
    "given_name": "givenName",
    "family_name": "familyName",
    "preferred_given_name": "preferredGivenName",
    "preferred_family_name": "preferredFamilyName",
    "email": "email",
    "enabled": "enabledUser",
    "job_title": "jobTitle",
    "main_org": "primaryOrgSourcedId",
    "start_date": "startDate",
    "end_date": "endDate",
    "school_year": "schoolYear",
    "begin_date": "beginDate",
    "person": "userSourcedId",
    "org": "orgSourcedId",
    "parent": "parentSourcedId",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A record as it is kept in an import. Empty values are left out of `said`."""

    kind: Kind
    key: str
    said: dict[str, str]
    label: str
    where: Where
    email: str = ""
    about: str = ""
    place: str = ""
    gone: bool = False


@dataclass(slots=True)
class Checked:
    """The line to keep, if the record can be kept, and what was found about it."""

    line: Line | None = None
    findings: list[Finding] = field(default_factory=list)


class Checker:
    """Checks the records of one origin, and names columns as its file does."""

    def __init__(self, origin: Origin) -> None:
        self._names = {**NAMED, **origin.columns}

    def name_of(self, field_: str) -> str:
        """What the file calls a field."""
        return self._names.get(field_, field_)

    def check(self, record: Entry) -> Checked:
        """Never raises: whatever is wrong is a finding."""
        done = Checked()
        by_kind: dict[type[Entry], Callable[[_Look], Line]] = {
            Org: _org,
            Session: _session,
            Person: _person,
            Role: _role,
        }
        look = _Look(record, self._names, done.findings)
        line = by_kind[type(record)](look)
        if not look.is_refused:
            done.line = line
        return done


class _Look:
    """One record being looked at: cells cleaned as they are taken, findings noted."""

    def __init__(self, record: Entry, names: dict[str, str], findings: list[Finding]) -> None:
        self.record = record
        self._names, self._findings = names, findings
        self.is_refused = False

    def take(self, field_: str, most: int = MOST_IN_A_PART) -> str:
        value = clean(getattr(self.record, field_))
        if len(value) > most:
            self.refuse(field_, f"at most {most} characters", f"{len(value)} characters")
        return value[:most]

    def need(self, field_: str, expected: str, most: int = MOST_IN_A_PART) -> str:
        value = self.take(field_, most)
        if not value:
            self.refuse(field_, expected, "nothing")
        return value

    def refuse(self, field_: str, expected: str, got: str) -> None:
        self.is_refused = True
        self._note(field_, expected, got, taken=False)

    def note(self, field_: str, expected: str, got: str) -> None:
        self._note(field_, expected, got, taken=True)

    def _note(self, field_: str, expected: str, got: str, *, taken: bool) -> None:
        column = self._names.get(field_, field_)
        kind = KINDS[type(self.record)]
        key = "" if taken else clean(self.record.key)[:MOST_IN_A_KEY]
        self._findings.append(
            Finding(self.record.where, column, expected, got[:200], taken, kind, key)
        )


KINDS: dict[type[Entry], Kind] = {
    Org: Kind.ORG,
    Session: Kind.SESSION,
    Person: Kind.PERSON,
    Role: Kind.ROLE,
}


def clean(value: str) -> str:
    """Without control characters and blanks around."""
    return _CONTROL.sub(" ", value).strip()


def _kept(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _org(look: _Look) -> Line:
    key = look.need("key", "a sourcedId", MOST_IN_A_KEY)
    gone = look.record.gone
    name = look.take("name") if gone else look.need("name", "the name of a school or an office")
    parent = look.take("parent", MOST_IN_A_KEY)
    if parent and parent == key:
        look.note("parent", "another org, or nothing", "itself")
        parent = ""
    kind = look.take("type")
    known = {each.casefold(): each for each in ORG_TYPES}.get(kind.casefold(), "")
    if not known and not kind.casefold().startswith("ext:") and not gone:
        look.note("type", f"one of {', '.join(ORG_TYPES)}", kind or "nothing")
    said = _kept(
        name=name, type=known or kind, identifier=look.take("identifier", 100), parent=parent
    )
    return Line(Kind.ORG, key, said, name, look.record.where, about=parent, gone=gone)


def _session(look: _Look) -> Line:
    key = look.need("key", "a sourcedId", MOST_IN_A_KEY)
    title, kind = look.take("title"), look.take("type")
    known = {each.casefold(): each for each in SESSION_TYPES}.get(kind.casefold(), kind)
    start, end = look.take("start_date"), look.take("end_date")
    year, gone = look.take("school_year"), look.record.gone
    last = end
    if not gone:
        first_day, end_day = _day(look, "start_date", start), _day(look, "end_date", end)
        if first_day and end_day:
            if end_day <= first_day:
                look.refuse("end_date", f"a day after {start}", end)
            last = last_day(first_day, end_day).isoformat()
        if year and not re.fullmatch(r"(19|20)\d\d", year):
            look.note("school_year", "the year in which it ends, as 2027", year)
            year = ""
    said = _kept(title=title, type=known, first_day=start, last_day=last, school_year=year)
    label = title or year or key
    return Line(Kind.SESSION, key, said, label, look.record.where, gone=gone)


def last_day(start: dt.date, end: dt.date) -> dt.date:
    """The last day of a session. OneRoster does not say whether an end date is in it; one that is
    the anniversary of the start, or the first of a month, is the day after.
    """
    is_anniversary = (start.month, start.day) == (end.month, end.day)
    is_after = is_anniversary or (end.day == 1 and end.month in (7, 8))
    return end - dt.timedelta(days=1) if is_after else end


def _day(look: _Look, field_: str, value: str) -> dt.date | None:
    if found := day_of(value):
        return found
    look.refuse(field_, "a day as 2026-08-17", value or "nothing")
    return None


def day_of(value: str) -> dt.date | None:
    """A day as 2026-08-17, a time after it or not; None for anything else."""
    try:
        return dt.date.fromisoformat(value[:10])
    except ValueError:
        return None


def _person(look: _Look) -> Line:
    key = look.need("key", "a sourcedId", MOST_IN_A_KEY)
    given, family = look.take("given_name"), look.take("family_name")
    called, also_called = look.take("preferred_given_name"), look.take("preferred_family_name")
    gone = look.record.gone
    if not gone:
        if not (given or called) and not (family or also_called):
            look.refuse("family_name", "a name", "nothing")
        elif not (given or called):
            look.note("given_name", "a given name", "nothing")
        elif not (family or also_called):
            look.note("family_name", "a family name", "nothing")
    email, place = _email(look), look.take("main_org", MOST_IN_A_KEY)
    said = _kept(
        given_name=given,
        family_name=family,
        preferred_given_name=called,
        preferred_family_name=also_called,
        email=email,
        identifier=look.take("identifier", 100),
        job_title=look.take("job_title"),
        main_org=place,
    )
    ended = gone or _is_disabled(look)
    where = look.record.where
    return Line(
        Kind.PERSON, key, said, name_of(said) or key, where, email=email, place=place, gone=ended
    )


def name_of(said: dict[str, str]) -> str:
    """How a person is called: by the names they prefer, where they have such."""
    given = said.get("preferred_given_name") or said.get("given_name", "")
    family = said.get("preferred_family_name") or said.get("family_name", "")
    return f"{family}, {given}" if family and given else family or given


def _email(look: _Look) -> str:
    email = look.take("email", 254).lower()
    if email and not _EMAIL.fullmatch(email):
        look.note("email", "an e-mail address", email)
        return ""
    return email


def _is_disabled(look: _Look) -> bool:
    enabled = look.take("enabled").casefold()
    if enabled and enabled not in YES | NO:
        look.note("enabled", "true or false", enabled)
    return enabled in NO


def _made_key(*parts: str) -> str:
    key = "|".join(parts)
    if len(key) <= MOST_IN_A_KEY:
        return key
    return hashlib.sha256(key.encode()).hexdigest()


def _role(look: _Look) -> Line:
    person = look.need("person", "the sourcedId of a person", MOST_IN_A_KEY)
    org = look.need("org", "the sourcedId of a school or an office", MOST_IN_A_KEY)
    role = look.need("role", "a role", 60)
    key = look.take("key", MOST_IN_A_KEY) or _made_key(person, org, role)
    begins, ends = look.take("begin_date"), look.take("end_date")
    for field_, value in (("begin_date", begins), ("end_date", ends)):
        if value and not day_of(value):
            look.note(field_, "a day as 2026-08-17", value)
    said = _kept(
        role=role,
        role_type=look.take("role_type").casefold(),
        begins=begins if day_of(begins) else "",
        ends=ends if day_of(ends) else "",
        person=person,
        org=org,
    )
    where, gone = look.record.where, look.record.gone
    return Line(Kind.ROLE, key, said, role, where, about=person, place=org, gone=gone)
