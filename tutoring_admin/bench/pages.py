"""Which pages are measured, in each district, and as whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from checklists.models import Checklist, Window
from roles.models import District, LeadershipRole
from roles.wall import district_scope

BARE_PAGE = "bare page"
MANAGER, CHAMPION = "pm", "champion"


@dataclass(frozen=True)
class Page:
    """An address, what the table calls it, and who opens it (the first part of the e-mail).

    Without a district: nobody's page, opened without signing in.
    """

    name: str
    district: str
    visitor: str
    path: str

    @property
    def email(self) -> str:
        return f"{self.visitor}@{self.district}.example" if self.visitor else ""


def bare_view() -> Page:
    return Page("bare Django view", "", "", reverse("bench:bare"))


def pages_of(slug: str) -> list[Page]:
    """The pages of one district; each visitor opens the bare page too."""
    district = District.objects.get(slug=slug)
    with district_scope(district):
        found = list(_addresses(district))
    return [
        Page(name, slug, visitor, reverse(view, kwargs={"district": slug, **arguments}) + query)
        for name, visitor, view, arguments, query in found
    ]


def _addresses(district: District) -> Iterator[tuple[str, str, str, dict[str, Any], str]]:
    windows = Window.objects.filter(district=district)
    manager = f"{MANAGER}@{district.slug}.example"
    forms = Checklist.objects.filter(window__closed_at=None).self_rated()
    form = forms.get(rater__email=manager)
    role = LeadershipRole.objects.get(district=district, key="SITE_LEAD")
    running, over = (
        windows.get(closed_at=None, opened_at__isnull=False),
        windows.exclude(closed_at=None)[0],
    )
    for visitor in (MANAGER, CHAMPION):
        yield BARE_PAGE, visitor, "bench:page", {}, ""
    yield "champion brief", CHAMPION, "dashboards:champion", {}, ""
    for name, view, arguments, query in (
        ("today", "dashboards:today", {}, ""),
        ("search", "dashboards:search", {}, "?q=north"),
        ("checklists", "checklists:index", {}, ""),
        ("checklist, filling in", "checklists:fill", {"pk": form.pk}, ""),
        ("window, open", "checklists:window-detail", {"pk": running.pk}, ""),
        ("window, closed", "checklists:window-detail", {"pk": over.pk}, ""),
        ("window report", "checklists:report", {"pk": over.pk}, ""),
        ("results", "checklists:results", {}, ""),
        ("heat map", "checklists:heat", {}, "?role=FC_SITE"),
        ("observers", "checklists:window-observers", {"pk": running.pk}, ""),
        ("actions", "checklists:actions", {}, ""),
        ("learning topics", "checklists:topics", {}, ""),
        ("rhythm", "checklists:rhythm", {}, ""),
        ("checklist library", "checklists:library", {}, ""),
        ("alignment", "checklists:alignment", {}, ""),
        ("roadmap", "roadmap:index", {}, ""),
        ("roles", "roles:index", {}, ""),
        ("role matrix", "roles:matrix", {}, ""),
        ("one role", "roles:role", {"pk": role.pk}, ""),
        ("coverage", "roles:coverage", {}, ""),
        ("coverage, one role", "roles:coverage", {}, f"?role={role.pk}"),
        ("organization chart", "roles:chart", {}, ""),
        ("self-assessment", "selfassessment:index", {}, ""),
        ("one indicator", "selfassessment:indicator", {"code": "6b.2"}, ""),
        ("people", "roles:people", {}, ""),
        ("audit", "roles:audit", {}, ""),
    ):
        yield name, MANAGER, view, arguments, query
