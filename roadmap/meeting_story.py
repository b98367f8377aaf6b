"""One meeting as its page tells it: who sits in it, item by item what came up and what follows.

The meeting was fetched through a reach; everything here hangs on it. A constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Prefetch

from roadmap.models import AgendaItem, AgendaSource, Decision, Meeting, MeetingAction
from roadmap.services import meetings
from roles.models import Assignment, Position, User

RELATED = ("owner__role", "owner__school", "owner__department", "ended_by")


@dataclass(frozen=True)
class Seat:
    """A position that meets, who holds it on the day, and whether they were there."""

    position: Position
    holder: User | None
    is_chair: bool
    is_there: bool

    @property
    def name(self) -> str:
        return f"present-{self.position.pk}"

    @property
    def words(self) -> str:
        return str(self.holder) if self.holder else f"Vacant: {self.position}"


@dataclass(frozen=True)
class Box:
    """A text to write in: its name, the words shown, those the page is built on, what is wrong.

    `mark` stands for words in it that look like a student, where that is what is wrong.
    """

    name: str
    value: str
    was: str
    theirs: str = ""
    wrong: str = ""
    mark: str = ""


@dataclass
class ItemStory:
    """An item of the agenda with what was decided and given to do about it. `box` is there while
    the minutes are written.
    """

    item: AgendaItem
    box: Box | None = None
    decisions: list[Decision] = field(default_factory=list)
    actions: list[MeetingAction] = field(default_factory=list)

    @property
    def said_name(self) -> str:
        return f"said-{self.item.pk}"

    @property
    def settled_name(self) -> str:
        return f"settled-{self.item.pk}"

    @property
    def pk_words(self) -> str:
        return str(self.item.pk)

    @property
    def anchor(self) -> str:
        return f"item-{self.item.pk}"

    @property
    def is_touched(self) -> bool:
        return bool(self.item.said or self.decisions or self.actions)

    @property
    def is_standing(self) -> bool:
        return self.item.source == AgendaSource.SKELETON


@dataclass
class Story:
    """A whole meeting. `loose`: what was decided and given without an item."""

    people: list[Seat]
    items: list[ItemStory]
    dropped: list[AgendaItem]
    loose: ItemStory | None
    decisions: int
    actions: list[MeetingAction]

    @property
    def there(self) -> list[Seat]:
        return [seat for seat in self.people if seat.is_there]

    @property
    def missing(self) -> list[Seat]:
        return [seat for seat in self.people if not seat.is_there]

    @property
    def groups(self) -> list[tuple[str, list[ItemStory]]]:
        """Neighbours of one source together, in the order of the agenda."""
        return [
            (AgendaSource(source).label, list(rows))
            for source, rows in groupby(self.items, key=lambda each: each.item.source)
        ]


def story_of(meeting: Meeting) -> Story:
    rows = list(meeting.agenda_items.select_related("milestone", "carried_from__meeting"))
    by_item = {row.pk: ItemStory(row) for row in rows if row.dropped_at is None}
    loose = ItemStory(AgendaItem())
    decisions = list(meeting.decisions.select_related("by"))
    actions = list(meeting.actions.select_related(*RELATED))
    for decision in decisions:
        by_item.get(decision.item_id or 0, loose).decisions.append(decision)
    for action in actions:
        by_item.get(action.item_id or 0, loose).actions.append(action)
    return Story(
        people=seats_of(meeting),
        items=list(by_item.values()),
        dropped=[row for row in rows if row.dropped_at is not None],
        loose=loose if loose.decisions or loose.actions else None,
        decisions=len(decisions),
        actions=actions,
    )


def seats_of(meeting: Meeting) -> list[Seat]:
    """Chair first, then members; with who was there already, if they left the series since."""
    there = {row.position_id: row.holder_id for row in meeting.presences.all()}
    wanted = meetings.people_of(meeting.series) | set(there)
    on_the_day = Assignment.objects.in_force(meeting.on).select_related("holder")
    seats = (
        Position.objects.filter(pk__in=wanted)
        .select_related("role", "school", "department")
        .prefetch_related(Prefetch("assignments", on_the_day, to_attr="in_force"))
    )
    chair = meeting.series.chair_id
    found = [_seat(position, chair, there) for position in seats]
    return sorted(found, key=lambda seat: not seat.is_chair)


def _seat(position: Position, chair: int | None, there: Iterable[int]) -> Seat:
    held: list[Assignment] = getattr(position, "in_force", [])
    return Seat(
        position=position,
        holder=held[0].holder if held else None,
        is_chair=position.pk == chair,
        is_there=position.pk in there,
    )
