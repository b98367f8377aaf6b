"""The search box: everything a person may open, by the words in its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from roadmap.models import Milestone
from roles.access import Access
from roles.capabilities import Capability
from roles.models import Assignment, LeadershipRole, School
from selfassessment.library import library

SHORTEST = 2  # letters
EACH = 8  # hits of a kind


@dataclass(frozen=True)
class Hit:
    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Group:
    label: str
    hits: Sequence[Hit]


def find(access: Access, words: str, today: object) -> list[Group]:
    """Hits by kind, none for fewer than two letters. At most one query a kind."""
    words = words.strip()
    if len(words) < SHORTEST:
        return []
    groups = [
        Group("Roles", list(_roles(access, words))),
        Group("People in positions", list(_people(access, words, today))),
        Group("Milestones", list(_milestones(access, words))),
        Group("Schools", list(_schools(access, words))),
        Group("Indicators", list(_indicators(access, words))),
    ]
    return [group for group in groups if group.hits]


def _address(access: Access, name: str, **kwargs: object) -> str:
    return reverse(name, kwargs={"district": access.district.slug, **kwargs})


def _roles(access: Access, words: str) -> Iterator[Hit]:
    found = LeadershipRole.objects.reachable(access.reach(Capability.ROLES_VIEW))
    for role in found.filter(title__icontains=words)[:EACH]:
        yield Hit(role.title, role.get_level_display(), _address(access, "roles:role", pk=role.pk))


def _people(access: Access, words: str, today: object) -> Iterator[Hit]:
    named = Q()
    for word in words.split():
        named &= Q(holder__first_name__icontains=word) | Q(holder__last_name__icontains=word)
    found = Assignment.objects.reachable(access.reach(Capability.ROLES_VIEW)).in_force(today)  # type: ignore[arg-type]
    rows = found.filter(named).select_related(
        "holder", "position__role", "position__school", "position__department"
    )
    for row in rows[:EACH]:
        url = _address(access, "roles:role", pk=row.position.role_id)
        yield Hit(str(row.holder), str(row.position), url)


def _milestones(access: Access, words: str) -> Iterator[Hit]:
    found = Milestone.objects.reachable(access.reach(Capability.ROADMAP_VIEW))
    for milestone in found.filter(title__icontains=words).order_by("due_on")[:EACH]:
        note = f"due {milestone.due_on:%b} {milestone.due_on.day}, {milestone.due_on.year}"
        yield Hit(milestone.title, note, _address(access, "roadmap:detail", pk=milestone.pk))


def _schools(access: Access, words: str) -> Iterator[Hit]:
    found = School.objects.reachable(access.reach(Capability.PEOPLE_VIEW))
    for school in found.filter(name__icontains=words)[:EACH]:
        url = _address(access, "roles:people") + "?" + urlencode({"q": school.name})
        yield Hit(school.name, "people with access", url)


def _indicators(access: Access, words: str) -> Iterable[Hit]:
    if not access.reach(Capability.ASSESSMENT_VIEW):
        return []
    wanted = words.lower()
    return [
        Hit(
            f"{each.code} {each.title}",
            each.standard,
            _address(access, "selfassessment:indicator", code=each.code),
        )
        for each in library().indicators
        if wanted in f"{each.code} {each.title}".lower()
    ]
