"""The search: everything a person may open, by the words in its name, in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format

from roadmap.models import DecisionState, State
from roles.access import Access
from roles.capabilities import Capability
from roles.models import JobDescriptionVersion, Level
from selfassessment.library import library
from selfassessment.models import Packet
from tutoring_admin.dashboards.search import recorded
from tutoring_admin.dashboards.search.asked import Asked
from tutoring_admin.dashboards.search.pages import PLACES
from tutoring_admin.dashboards.search.searching import Search
from tutoring_admin.shell import page_of

SEARCH_EACH, PALETTE_EACH = 12, 5  # hits of a kind


@dataclass(frozen=True)
class Hit:
    """One thing to open. `fit`: how well its name fits, the best is 0."""

    kind: str
    title: str
    note: str
    url: str
    fit: float


@dataclass(frozen=True)
class Group:
    label: str
    icon: str
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Found:
    """Hits by kind, the kind with the best hit first. `roughly`: nothing says the very words, these
    are like them.
    """

    groups: Sequence[Group] = ()
    roughly: bool = False

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


# The order in which kinds of equal fit stand, each with its heading and its picture.
LABELS = {
    "page": ("Pages", "layout-grid"),
    "person": ("People", "user"),
    "school": ("Schools", "school"),
    "department": ("Departments", "building"),
    "role": ("Roles", "id-card"),
    "position": ("Positions", "briefcase"),
    "document": ("Documents", "file-text"),
    "milestone": ("Milestones", "flag"),
    "decision": ("Decisions", "scale"),
    "evidence": ("Evidence", "folder"),
    "indicator": ("Indicators", "chart-column"),
}
_PAGES = {
    "person": "dashboards:person",
    "school": "dashboards:school",
    "department": "dashboards:department",
    "role": "roles:role",
    "position": "roles:position",
    "job_description": "roles:version",
    "checklist": "checklists:template",
    "paper": "checklists:paper",
    "packet": "packets:detail",
    "milestone": "roadmap:detail",
    "decision": "roadmap:decision",
    "evidence": "selfassessment:evidence",
}
_DOCUMENTS = ("job_description", "checklist", "paper", "packet")


def find(access: Access, words: str, today: dt.date, each: int = SEARCH_EACH) -> Found:
    """Nothing for fewer than two letters. One query; a second one if nothing says the words."""
    asked = Asked.of(words)
    if asked is None:
        return Found()
    search = Search(access, asked, today, each)
    groups = _grouped([*_listed(search), *_recorded(search)], each)
    if groups or not asked.rough:
        return Found(groups)
    search = replace(search, roughly=True)
    return Found(_grouped([*_listed(search), *_recorded(search)], each), roughly=True)


def _grouped(hits: list[Hit], each: int) -> Sequence[Group]:
    order = list(LABELS)
    hits.sort(key=lambda hit: (order.index(hit.kind), hit.fit))
    groups = [
        Group(*LABELS[kind], list(of_kind)[:each])
        for kind, of_kind in groupby(hits, key=lambda hit: hit.kind)
    ]
    return sorted(groups, key=lambda group: int(group.hits[0].fit))


def _recorded(search: Search) -> Iterator[Hit]:
    for row in recorded.rows(search):
        fit = search.asked.fit_roughly(_title(row)) if search.roughly else row.fit
        url = _address(search.access, _PAGES[row.kind], pk=row.key) if fit is not None else ""
        if fit is not None and url:
            kind = "document" if row.kind in _DOCUMENTS else row.kind
            yield Hit(kind, _title(row), _note(row), url, fit)


def _title(row: recorded.Row) -> str:
    title = " ".join(row.title.split())
    ends = {"job_description": " job description", "paper": " (PDF)"}
    return title + ends.get(row.kind, "")


def _note(row: recorded.Row) -> str:
    """A few words that tell a hit from one of the same name."""
    match row.kind:
        case "role":
            return str(Level(row.more).label)
        case "job_description":
            status, number = row.more.split()
            label = JobDescriptionVersion.Status(status).label
            return f"Version {number}, {str(label).lower()}"
        case "checklist":
            return "Checklist"
        case "packet":
            return f"{Packet.Kind(row.more).label} as of {_day(row.day)}"
        case "paper":
            return f"Asked for on {_day(row.day)}"
        case "milestone":
            state, _, school = row.more.partition(" ")
            due = f"{State(state).label}, due {_day(row.day)}"
            return f"{school}. {due}" if school else due
        case "decision":
            return f"{DecisionState(row.more).label}, needed by {_day(row.day)}"
        case "evidence":
            return f"Of {_day(row.day)}"
        case _:
            return row.more


def _day(day: dt.date | None) -> str:
    return date_format(day, "M j, Y") if day else ""


def _listed(search: Search) -> Iterator[Hit]:
    """What stands in no table: pages of the product, and indicators."""
    fit = search.asked.fit_roughly if search.roughly else search.asked.fit
    for place in PLACES:
        how = fit(place.label, place.words)
        url = _page(search.access, place.view_name) if how is not None else ""
        if url:
            yield Hit("page", place.label, "", url, how or 0)
    if search.reach(Capability.ASSESSMENT_VIEW):
        for each in library().core:
            title = f"{each.code} {each.title}"
            how = fit(title)
            if how is not None:
                url = _address(search.access, "selfassessment:indicator", code=each.code)
                yield Hit("indicator", title, each.standard, url, how)


def _page(access: Access, view_name: str) -> str:
    """The page's address, or "" where this person may not enter."""
    url, needs = page_of(view_name, access.district.slug)
    return url if needs is not None and access.reach(needs) else ""


def _address(access: Access, name: str, **kwargs: object) -> str:
    try:
        return reverse(name, kwargs={"district": access.district.slug, **kwargs})
    except NoReverseMatch:
        return ""


__all__ = ["PALETTE_EACH", "SEARCH_EACH", "Found", "Group", "Hit", "find"]
