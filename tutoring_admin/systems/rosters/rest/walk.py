"""From page to page through the three collections that are read. Pure: no network, no database.

    step = first("1.2", since=None)
    while step is not None:
        page = service.page(step.collection, step.query())
        step = after(step, page)

A step is what a pull keeps, as JSON, so that another worker can go on from it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tutoring_admin.systems.rosters.rest.client import Page
from tutoring_admin.systems.rosters.rest.trouble import NotOneRoster, Trouble

COLLECTIONS = ("orgs", "academicSessions", "users")
PER_PAGE = 500
MOST_PAGES = 20_000
MOST_AGAIN = 2  # times that a pull begins anew since rows moved under it
# How we ask, from the most to the least that a server has to understand.
MANNERS: tuple[frozenset[str], ...] = (
    frozenset({"fields", "sort", "staff"}),
    frozenset({"sort", "staff"}),
    frozenset({"staff"}),
    frozenset(),
)
FIELDS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parent",
    "academicSessions": (
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parent,schoolYear"
    ),
}
USER_FIELDS = {
    "1.1": (
        "sourcedId,status,dateLastModified,enabledUser,givenName,familyName,identifier,email,role,"
        "orgs"
    ),
    "1.2": (
        "sourcedId,status,dateLastModified,enabledUser,givenName,familyName,preferredFirstName,"
        "preferredLastName,identifier,email,roles,primaryOrg"
    ),
}
# In 1.1 a user has one role. In 1.2 they may have several, and what "not" means of several is
# not the same everywhere: a teacher who is a parent, too, must come in any reading of it.
NOT_STAFF = {
    "1.1": " AND ".join(
        f"role!='{role}'" for role in ("student", "guardian", "parent", "relative")
    ),
    "1.2": "roles.role!='student'",
}
SINCE = "dateLastModified>'{}'"


class Shifted(Trouble):
    """Rows moved while we read, so some were not seen: the collection is to be read again."""

    passes = True


@dataclass(frozen=True)
class Step:
    """The page to ask for next. `got` counts the rows that came of this collection so far, `first`
    the first row's place in the whole pull; `query_of_next` is the server's own word for the page.
    """

    version: str
    collection: str = COLLECTIONS[0]
    since: str = ""
    manner: int = 0
    offset: int = 0
    got: int = 0
    pages: int = 0
    again: int = 0
    total: int | None = None
    query_of_next: dict[str, str] = field(default_factory=dict)

    def query(self) -> dict[str, str]:
        """What follows the ? in the address of the page."""
        asked = {"limit": str(PER_PAGE), "offset": str(self.offset)}
        manner = MANNERS[self.manner]
        if "sort" in manner:
            asked |= {"sort": "sourcedId", "orderBy": "asc"}
        if "fields" in manner:
            asked["fields"] = self._fields()
        if wanted := self._wanted():
            asked["filter"] = " AND ".join(wanted)
        return asked | self.query_of_next

    def _fields(self) -> str:
        return FIELDS.get(self.collection) or USER_FIELDS[self.version]

    def _wanted(self) -> list[str]:
        wanted = [SINCE.format(self.since)] if self.since else []
        if self.collection == "users" and "staff" in MANNERS[self.manner]:
            wanted.append(NOT_STAFF[self.version])
        return wanted

    @property
    def is_short(self) -> bool:
        """Whether fewer rows came than the server spoke of."""
        return self.total is not None and self.got < self.total

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def plainer(self) -> Step | None:
        """The same page asked for in words that more servers know; None if there are no plainer,
        or pages came already that were asked for in these.
        """
        if self.got or self.manner + 1 >= len(MANNERS):
            return None
        asked, step = self.query(), self
        while step.query() == asked:
            if step.manner + 1 >= len(MANNERS):
                return None
            step = replace(step, manner=step.manner + 1)
        return step


def first(version: str, since: dt.datetime | None = None) -> Step:
    """Where a pull begins: at everything, or at what changed since a moment."""
    stamp = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z") if since else ""
    return Step(version=version, since=stamp)


def from_json(kept: dict[str, Any]) -> Step:
    return Step(**kept)


def after(step: Step, page: Page) -> Step | None:
    """The step that follows a page; None after the last one of the last collection.

    Raises Shifted where a collection came with fewer rows than it was said to have, and
    NotOneRoster where a server's pages have no end.
    """
    got, total = step.got + len(page.rows), step.total if page.total is None else page.total
    here = replace(step, got=got, total=total, pages=step.pages + 1)
    if here.pages > MOST_PAGES:
        raise NotOneRoster(f"The pages of {step.collection} have no end.")
    if not page.rows:
        if plainer := _unheard(step):
            return plainer
        return _next_collection(here)
    if page.onward is not None:
        if not _moves_on(step, page.onward):
            raise NotOneRoster(f"The next page of {step.collection} is said to be the same one.")
        return replace(here, offset=got, query_of_next=page.onward)
    done = got >= total if total is not None else page.speaks_of_next  # and named no next one
    return _next_collection(here) if done else replace(here, offset=got, query_of_next={})


def _unheard(step: Step) -> Step | None:
    """No user at all: the filter may have been read as something else. Ask without it."""
    if step.collection != "users" or step.got or "staff" not in MANNERS[step.manner]:
        return None
    return replace(step, manner=len(MANNERS) - 1)


def _moves_on(step: Step, onward: dict[str, str]) -> bool:
    asked = step.query()
    return {**asked, **onward} != asked


def _next_collection(step: Step) -> Step | None:
    if step.is_short and step.again < MOST_AGAIN:
        raise Shifted(
            f"The server spoke of {step.total:,} rows of {step.collection} and gave {step.got:,}."
        )
    rest = COLLECTIONS[COLLECTIONS.index(step.collection) + 1 :]
    if not rest:
        return None
    return replace(_beginning(step), collection=rest[0], again=step.again)


def over_again(step: Step) -> Step:
    """All from the first page; the last time without filters, since the count may be of what was
    filtered out, too.
    """
    again = step.again + 1
    manner = len(MANNERS) - 1 if again == MOST_AGAIN else step.manner
    return replace(_beginning(step), again=again, manner=manner)


def _beginning(step: Step) -> Step:
    return Step(version=step.version, since=step.since, manner=step.manner)
