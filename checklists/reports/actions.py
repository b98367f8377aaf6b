"""Actions as a list shows them: due in words, and where each came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from checklists.models import Action, Checklist
from checklists.models.actions import ActionQuerySet
from roles.access import Access, Reach
from roles.capabilities import Capability

RELATED = (
    "owner",
    "made_by",
    "ended_by",
    "window",
    "role",
    "school",
    "item",
    "checklist__position__role",
    "checklist__position__school",
    "checklist__position__department",
)


@dataclass(frozen=True)
class Row:
    """One action: its chip (`kind`, `label`), and where it came from, with the page's address if
    this reader may open it.
    """

    action: Action
    kind: str
    label: str
    source: str
    source_url: str


@dataclass(frozen=True)
class Counts:
    open: int
    overdue: int
    ended: int


def readable(reach: Reach, access: Access) -> ActionQuerySet:
    """The actions this person may read."""
    found: ActionQuerySet = Action.objects.reachable(reach).readable_by(access)
    return found


def counts_of(actions: ActionQuerySet, today: dt.date) -> Counts:
    """One query."""
    is_open = Q(done_at=None, dropped_at=None)
    return Counts(
        **actions.aggregate(
            open=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_on__lt=today)),
            ended=Count("pk", filter=~is_open),
        )
    )


def rows_of(actions: Iterable[Action], access: Access) -> list[Row]:
    """Two queries at most, however many actions. `actions` come with RELATED."""
    shown = list(actions)
    forms = Checklist.objects.reachable(access.reach(Capability.CHECKLIST_WORK))
    wanted = {action.checklist_id for action in shown if action.checklist_id}
    may_read = forms.readable_by(access).filter(pk__in=wanted) if wanted else forms.none()
    open_forms = set(may_read.values_list("pk", flat=True))
    return [_row(action, access, open_forms) for action in shown]


def _row(action: Action, access: Access, open_forms: set[int]) -> Row:
    kind, label = chip(action, access.district.today())
    return Row(action, kind, label, source_of(action), _address(action, access, open_forms))


def source_of(action: Action) -> str:
    """ "October checklist, Lincoln ES", or whom of the district it is for."""
    if action.checklist is not None:
        return f"{action.window.label}, {action.checklist.position}"
    return f"{action.window.label}, {action.role.title if action.role else 'departments'}"


def _address(action: Action, access: Access, open_forms: set[int]) -> str:
    slug = access.district.slug
    if action.checklist_id:
        kwargs = {"district": slug, "pk": action.checklist_id}
        return reverse("checklists:compare", kwargs=kwargs) if kwargs["pk"] in open_forms else ""
    if access.reach(Capability.CHECKLIST_MANAGE):
        return f"{reverse('checklists:topics', args=[slug])}?window={action.window_id}"
    return ""


def chip(action: Action, today: dt.date) -> tuple[str, str]:
    """The kind of the status chip and its words."""
    if action.done_at:
        return "done", "Done"
    if action.dropped_at:
        return "skipped", "Dropped"
    days = (action.due_on - today).days
    if days < 0:
        return "late", f"{_days(-days)} late"
    if days == 0:
        return "due-soon", "Due today"
    if days == 1:
        return "due-soon", "Due tomorrow"
    return ("due-soon" if days <= 7 else "upcoming"), f"Due in {_days(days)}"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
