"""The checklists of a district: what is in force, what each version changed, who used it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Aggregate, Count, Manager, Min, OuterRef, Subquery

from checklists.lineage import Change, Told, compare
from checklists.models import Checklist, ChecklistItem, ChecklistTemplate, Window
from checklists.scoring import DEVELOPING, ON_TRACK
from roles.access import Reach
from roles.models import LeadershipRole


@dataclass
class Shelved:
    """One checklist: its version in force, its draft, or both."""

    in_force: ChecklistTemplate | None = None
    draft: ChecklistTemplate | None = None

    @property
    def shown(self) -> ChecklistTemplate:
        found = self.in_force or self.draft
        assert found is not None  # noqa: S101 -- made from a row of one of the two
        return found


@dataclass(frozen=True)
class Shelf:
    """The library: its checklists in the order of their roles, and the roles without one."""

    checklists: Sequence[Shelved]
    missing: Sequence[LeadershipRole]


def shelf(reach: Reach, *, drafts: bool) -> Shelf:
    """All checklists; `drafts` as well for people who may change them. Three queries."""
    rows = (
        ChecklistTemplate.objects.reachable(reach)
        .exclude(status="superseded")
        .select_related("role", "observer_role")
        .annotate(
            items_total=_of_each(ChecklistItem.objects, Count("pk")),
            used_since=_of_each(Checklist.objects, Min("window__opens_on")),
        )
        .order_by("role__order", "key", "-number")
    )
    found: dict[str, Shelved] = {}
    for row in rows:
        if row.status == "draft" and not drafts:
            continue
        each = found.setdefault(row.key, Shelved())
        if row.status == "draft":
            each.draft = row
        else:
            each.in_force = row
    has_one = {each.shown.role_id for each in found.values()}
    covered = None in has_one  # the checklist of any department
    roles = LeadershipRole.objects.reachable(reach).exclude(pk__in=[pk for pk in has_one if pk])
    missing = [role for role in roles if not (covered and role.level == "department")]
    return Shelf(list(found.values()), missing)


def _of_each(rows: Manager, figure: Aggregate) -> Subquery:
    """A figure of the rows of each version, apart: joined, each item would meet each form."""
    mine = rows.filter(template=OuterRef("pk")).order_by().values("template")
    return Subquery(mine.annotate(figure=figure).values("figure"))


@dataclass(frozen=True)
class VersionTold:
    """One version in the history: what it changed against the one before, who used it."""

    template: ChecklistTemplate
    change: Change | None
    windows: Sequence[Window]


def history(reach: Reach, template: ChecklistTemplate) -> list[VersionTold]:
    """All published versions of a checklist, newest first. Three queries."""
    versions = list(
        ChecklistTemplate.objects.reachable(reach)
        .filter(key=template.key)
        .exclude(status="draft")
        .select_related("observer_role", "published_by", "role")
        .order_by("number")
    )
    items = items_by_version(reach, versions)
    used = _windows(reach, versions)
    told = []
    before: ChecklistTemplate | None = None
    for version in versions:
        change = (
            change_between(before, items[before.pk], version, items[version.pk]) if before else None
        )
        told.append(VersionTold(version, change, used.get(version.pk, [])))
        before = version
    return told[::-1]


def first_asked(reach: Reach, template: ChecklistTemplate) -> dict[str, int]:
    """The number of the first version that each item was in, by item key."""
    rows = (
        ChecklistItem.objects.reachable(reach)
        .filter(template__key=template.key)
        .order_by()
        .values_list("key")
        .annotate(first=Min("template__number"))
    )
    return dict(rows)


def items_by_version(
    reach: Reach, versions: Iterable[ChecklistTemplate]
) -> dict[int, list[ChecklistItem]]:
    """The items of each version, in order."""
    found: dict[int, list[ChecklistItem]] = {version.pk: [] for version in versions}
    rows = ChecklistItem.objects.reachable(reach).filter(template__in=list(found))
    for item in rows.select_related("duty"):
        found[item.template_id].append(item)
    return found


def change_between(
    old: ChecklistTemplate,
    old_items: Sequence[ChecklistItem],
    new: ChecklistTemplate,
    new_items: Sequence[ChecklistItem],
) -> Change:
    """What changed from one version to another, in the words of the screen."""
    frames = (_frame(old), _frame(new))
    return compare([_told(i) for i in old_items], [_told(i) for i in new_items], frames=frames)


def _windows(reach: Reach, versions: Sequence[ChecklistTemplate]) -> Mapping[int, list[Window]]:
    """The windows that used each version, earliest first."""
    pairs = (
        ChecklistTemplate.objects.reachable(reach)
        .filter(pk__in=[version.pk for version in versions], checklists__isnull=False)
        .order_by()
        .values_list("pk", "checklists__window")
        .distinct()
    )
    by_version: dict[int, set[int]] = defaultdict(set)
    for version, window in pairs:
        by_version[version].add(window)
    wanted = set().union(*by_version.values())
    windows = Window.objects.reachable(reach).filter(pk__in=wanted).order_by("opens_on", "pk")
    there = list(windows)
    return {
        version: [window for window in there if window.pk in pks]
        for version, pks in by_version.items()
    }


def _told(item: ChecklistItem) -> Told:
    return Told(
        item.key,
        item.text,
        {
            "What shows it": item.evidence,
            "How often": item.get_frequency_display(),
            "Scale": item.on_scale.label,
            "Critical": "yes" if item.critical else "no",
            "Duty": item.duty.key if item.duty else "",
        },
    )


def _frame(template: ChecklistTemplate) -> dict[str, str]:
    kinds = dict(Window.Kind.choices)
    return {
        "Title": template.title,
        "Own rating": template.get_self_frequency_display(),
        "Minutes": str(template.minutes_to_complete),
        "Observer": str(template.observer_role or ""),
        "Observed in": ", ".join(kinds.get(kind, kind) for kind in template.observed_in),
        "On track from": f"{template.on_track_from}%",
        "Developing from": f"{template.developing_from}%",
        "Sentence above every form": template.banner,
    }


def differs_from_usual(template: ChecklistTemplate) -> bool:
    """Whether the bands of this checklist begin elsewhere than the library's."""
    return (template.on_track_from, template.developing_from) != (ON_TRACK, DEVELOPING)


@dataclass(frozen=True)
class InWindow:
    """How many forms of a window that is open now stay on the version they were made from."""

    window: str
    closes_on: dt.date
    forms: int


def still_open(reach: Reach, template: ChecklistTemplate) -> list[InWindow]:
    """The open windows in which this checklist is asked, in the version that was in force."""
    today = reach.district.today()
    rows = (
        Window.objects.reachable(reach)
        .open_on(today)
        .filter(checklists__template__key=template.key, checklists__withdrawn_at=None)
        .annotate(forms=Count("checklists", distinct=True))
        .order_by("closes_on")
    )
    return [InWindow(row.label, row.closes_on, row.forms) for row in rows]
