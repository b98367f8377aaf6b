"""What every page carries around its own content: navigation, districts, school years.

One context processor. It adds `shell` to each template context and works out
each part only when a template asks for it, so fragments and mail cost nothing.
On pages outside a district (sign-in, account, errors) `shell.district` is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from checklists.models import Window
from roles.capabilities import CATALOGUE, Capability
from roles.models import District, SchoolYear
from roles.pages import DistrictRequest
from roles.years import PARAMETER, chosen_year, school_years
from roles.yearstrip import Calendar, Period


@dataclass(frozen=True)
class Entry:
    """A place in the navigation. Shown to whoever the page itself would let in."""

    label: str
    icon: str
    view_name: str
    on_phone: bool = False
    # View names that begin so belong to this entry; of several entries the longest match wins.
    marks: tuple[str, ...] = ()


ENTRIES = (
    Entry(
        "Today", "calendar-check", "dashboards:today", on_phone=True, marks=("dashboards:today",)
    ),
    Entry(
        "Checklists", "clipboard-check", "checklists:index", on_phone=True, marks=("checklists:",)
    ),
    Entry("Roadmap", "flag", "roadmap:index", on_phone=True, marks=("roadmap:",)),
    Entry("Roles", "id-card", "roles:index", on_phone=True, marks=("roles:",)),
    Entry("Self-assessment", "chart-column", "selfassessment:index", marks=("selfassessment:",)),
    Entry("In brief", "newspaper", "dashboards:champion", marks=("dashboards:champion",)),
    Entry(
        "Guide", "compass", "dashboards:guide", marks=("dashboards:guide", "dashboards:beginning")
    ),
    Entry("Packets", "files", "packets:index", marks=("packets:",)),
    Entry(
        "People", "users", "roles:people", marks=("roles:people", "roles:audit", "roles:letters")
    ),
    Entry("Systems", "plug", "systems:index", marks=("systems:",)),
)
SEARCH = "dashboards:search"
MY_ROLE = "roles:my-role"
FEEDS = "roadmap:feeds"
FILES = "roles:made-files"
TABLES = "roles:tables"
OWN_DATA = "systems:privacy-own"

ACCOUNT_PLACES = (
    ("Password", "account_change_password", ("account_change", "account_set")),
    ("Two-step sign-in and passkeys", "mfa_index", ("mfa_",)),
    ("Where you are signed in", "usersessions_list", ("usersessions_",)),
    ("E-mail address", "account_email", ("account_email",)),
    ("When we write to you", "mail-places", ("mail-places",)),
    ("Keyboard shortcuts", "shortcuts", ("shortcuts",)),
)
OPERATOR_PLACES = (("Support access", "support", ("support",)),)


@dataclass(frozen=True)
class Link:
    """An entry, a district, a school year or an account page as a template sees it."""

    label: str
    url: str
    is_current: bool = False
    icon: str = ""
    on_phone: bool = False


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}


class Shell:
    """The frame around one answer; every part is worked out at first use."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._inside = cast(DistrictRequest, request)
        self.district: District | None = getattr(request, "district", None)
        match = request.resolver_match
        self._view_name = match.view_name if match else ""

    @cached_property
    def nav(self) -> Sequence[Link]:
        marked = [(len(m), e) for e in ENTRIES for m in e.marks if self._view_name.startswith(m)]
        here = max(marked, key=lambda pair: pair[0])[1] if marked else None
        return [
            Link(entry.label, url, entry is here, entry.icon, entry.on_phone)
            for entry in ENTRIES
            if (url := self._open(entry.view_name))
        ]

    @cached_property
    def home_url(self) -> str:
        return self._open("dashboards:today") or "/"

    @cached_property
    def search_url(self) -> str:
        return self._open(SEARCH)

    @cached_property
    def my_role_url(self) -> str:
        return self._open(MY_ROLE)

    @cached_property
    def feeds_url(self) -> str:
        """Where the reader gets the roadmap into a calendar program of their own."""
        return self._open(FEEDS)

    @cached_property
    def files_url(self) -> str:
        """The files that the reader asked for."""
        return self._open(FILES)

    @cached_property
    def own_data_url(self) -> str:
        """All that is held about the reader, to take along."""
        return self._open(OWN_DATA)

    @cached_property
    def tables_url(self) -> str:
        """All tables that the reader may take along."""
        return self._open(TABLES)

    @cached_property
    def districts(self) -> Sequence[Link]:
        """Where this person works, by name; the memberships are already at hand."""
        found = {m.district_id: m.district for m in getattr(self._request, "memberships", ())}
        return [
            Link(place.name, f"/d/{place.slug}/", place == self.district)
            for place in sorted(found.values(), key=lambda place: place.name)
        ]

    @cached_property
    def _year(self) -> SchoolYear | None:
        return chosen_year(self._inside) if self.district else None

    @cached_property
    def year(self) -> Link | None:
        return _year_link(self._year, self._year) if self._year else None

    @cached_property
    def years(self) -> Sequence[Link]:
        if not self.district:
            return []
        return [_year_link(year, self._year) for year in school_years(self._inside)]

    @cached_property
    def calendar(self) -> Calendar | None:
        year = self._year
        if year is None:
            return None
        closures = [Period(c.first_day, c.last_day, c.label) for c in year.closures.all()]
        return Calendar(
            year.starts_on, year.ends_on, year.first_student_day, year.last_student_day, closures
        )

    @cached_property
    def windows(self) -> Sequence[Period]:
        """The year's checklist windows, for the strip."""
        if self._year is None:
            return []
        rows = Window.objects.filter(district=self.district, school_year=self._year)
        return [Period(w.opens_on, w.closes_on, f"{w.label} window") for w in rows]

    @cached_property
    def person(self) -> str:
        return str(self._request.user)

    @cached_property
    def initials(self) -> str:
        return str(getattr(self._request.user, "initials", ""))

    @cached_property
    def email(self) -> str:
        return str(getattr(self._request.user, "email", ""))

    @cached_property
    def title(self) -> str:
        """The access level held in this district, in words."""
        for membership in getattr(self._request, "memberships", ()):
            if membership.district_id == getattr(self.district, "pk", None):
                return str(CATALOGUE[membership.level].key.label)
        return "Support visit" if getattr(self._request, "visit", None) else ""

    @cached_property
    def account_places(self) -> Sequence[Link]:
        operator = getattr(self._request.user, "is_staff", False)
        return [
            Link(label, reverse(view_name), self._view_name.startswith(marks))
            for label, view_name, marks in (*ACCOUNT_PLACES, *(OPERATOR_PLACES if operator else ()))
        ]

    def _open(self, view_name: str) -> str:
        """The page's address in this district, or "" where this person may not enter."""
        if not self.district:
            return ""
        url, needs = page_of(view_name, self.district.slug)
        if needs is None or not self._inside.access.reach(needs):
            return ""
        return url


@lru_cache(maxsize=512)
def page_of(view_name: str, slug: str) -> tuple[str, Capability | None]:
    """A district page's address and the capability it asks for; ("", None) if there is none."""
    try:
        url = reverse(view_name, kwargs={"district": slug})
    except NoReverseMatch:
        return "", None
    view: Any = resolve(url).func
    return url, getattr(view, "requires", None)


def _year_link(year: SchoolYear, chosen: SchoolYear | None) -> Link:
    return Link(year.name, f"?{PARAMETER}={year.label}", year == chosen)
