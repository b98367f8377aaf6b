"""The lines of a gathered letter: what its notices say now, and what is open of its reader's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from roles.mail_links import LATER, Named, absolute, address
from roles.models import (
    Audience,
    District,
    Letter,
    Notice,
    NoticeStatus,
    Position,
    Snooze,
    User,
)
from roles.notices import Due, Line, Mine, sources
from roles.services import notices
from roles.services.gathering import BY_HAND, wish_of
from roles.services.hearing import Hearer, Hearers

AHEAD = dt.timedelta(days=42)  # how far the brief looks


@dataclass(frozen=True)
class Item:
    """One line of a letter: the thing as it is, for whom, and seen from which day."""

    subject: str
    line: Line
    today: dt.date
    later: str = ""
    audience: str = Audience.OWNER
    owner: str = ""
    because: str = ""

    @property
    def title(self) -> str:
        return self.line.title

    @property
    def words(self) -> str:
        return self.line.words

    @property
    def blocks(self) -> int:
        return self.line.blocks

    @property
    def url(self) -> str:
        return absolute(self.line.path)

    @property
    def due_day(self) -> dt.date:
        """When it is due; the last of all days for what has no date."""
        return self.line.due_on or dt.date.max

    @property
    def is_late(self) -> bool:
        due = self.line.due_on
        return due is not None and due < self.today and not self.line.since

    @property
    def call(self) -> str:
        """The action and the date, as a subject begins."""
        due = self.line.due_on
        if due is None:
            return self.line.verb
        day = date_format(due, "M j")
        if self.line.since:
            return f"{self.line.verb}, waiting since {day}"
        if self.audience != Audience.OWNER:
            return f"{_days(self.today - due)} late"
        if due < self.today:
            return f"Late, was due {day}"
        when = f"today, {day}" if due == self.today else day
        if self.line.verb == "Finish":
            return f"Due {when}"
        return f"{self.line.verb} {when if due == self.today else f'by {when}'}"

    @property
    def when(self) -> str:
        """The day in a line: "Due Thursday, November 5"."""
        due = self.line.due_on
        if due is None:
            return self.line.verb
        day = date_format(due, "l, F j")
        if self.line.since:
            return f"Waiting since {day}"
        if due < self.today:
            return f"Was due {day}, {_days(self.today - due)} ago"
        verb = "Due" if self.line.verb == "Finish" else self.line.verb
        if due == self.today:
            return f"{verb} today, {day}"
        return f"{verb} {day}" if verb == "Due" else f"{verb} by {day}"

    @property
    def when_inside(self) -> str:
        """The same inside a sentence."""
        return self.when[:1].lower() + self.when[1:]


def _days(span: dt.timedelta) -> str:
    return f"{span.days} day{'' if span.days == 1 else 's'}"


def reader_of(letter: Letter) -> User:
    """Who a gathered letter is for. Raises LookupError for a letter of another kind."""
    if letter.reader is None:
        raise LookupError("A gathered letter without a reader.")
    return letter.reader


def still_so(letter: Letter) -> list[Item]:
    """What the letter's notices say now, its reader's own things first, each thing once.

    A notice that is no longer so, or no longer for this reader, is withdrawn; one that was put off
    meanwhile goes back to wait.
    """
    district, reader = letter.district, reader_of(letter)
    waiting = list(Notice.objects.filter(letter=letter, reader=reader).waiting())
    if not reader.is_active or _is_off(district, reader, letter):
        _withdraw(waiting)
        return []
    waiting = _not_put_off(district, reader, waiting, letter)
    lines = _lines(district, waiting)
    hearers = Hearers(district, district.today(), lines.values(), off=True)
    found: dict[str, Item] = {}
    gone = []
    for notice in waiting:
        item = _item(notice, lines.get(notice.subject), hearers, district, reader)
        if item is None:
            gone.append(notice)
        elif notice.subject not in found or notice.audience == Audience.OWNER:
            found[notice.subject] = item
    _withdraw(gone)
    return sorted(found.values(), key=_order)


def _order(item: Item) -> tuple[bool, dt.date, str]:
    return item.audience != Audience.OWNER, item.due_day, item.title


def _is_off(district: District, reader: User, letter: Letter) -> bool:
    """Turned off since it was owed; what somebody sends by hand comes all the same."""
    return wish_of(district, reader).off_since is not None


def _not_put_off(
    district: District, reader: User, waiting: list[Notice], letter: Letter
) -> list[Notice]:
    snoozed = set(_snoozed(district, reader))
    if not snoozed or letter.key.startswith(BY_HAND):
        return waiting
    put_off = [n for n in waiting if n.subject in snoozed or "" in snoozed]
    Notice.objects.filter(pk__in=[n.pk for n in put_off]).update(letter=None)
    return [n for n in waiting if n not in put_off]


def _snoozed(district: District, reader: User) -> Iterable[str]:
    rows = Snooze.objects.filter(district=district, person=reader, until__gt=district.today())
    return rows.values_list("subject", flat=True)


def _lines(district: District, waiting: Iterable[Notice]) -> dict[str, Line]:
    by_source: dict[str, set[str]] = defaultdict(set)
    for notice in waiting:
        by_source[notice.source].add(notice.subject)
    known = sources()
    return {
        subject: line
        for kind, subjects in by_source.items()
        if kind in known
        for subject, line in known[kind].still(district, subjects).items()
    }


def _item(
    notice: Notice, line: Line | None, hearers: Hearers, district: District, reader: User
) -> Item | None:
    if line is None:
        return None
    hearer: Hearer | None = Hearer(reader)
    if notice.rung is not None:
        if line.due_on != notice.due_on:
            return None
        mine = [h for h in hearers.of(line, notice.audience) if h.user.pk == reader.pk]
        hearer = mine[0] if mine else None
    if hearer is None:
        return None
    owner = ""
    if notice.audience != Audience.OWNER:
        owners = hearers.of(line, Audience.OWNER)
        owner = ", ".join(str(h.user) for h in owners) or "nobody yet"
    return Item(
        subject=notice.subject,
        line=line,
        today=district.today(),
        later=address(LATER, Named(district.pk, reader.pk, notice.subject)),
        audience=notice.audience,
        owner=owner,
        because=_because(notice.audience, line, hearer, hearers),
    )


def _because(audience: str, line: Line, hearer: Hearer, hearers: Hearers) -> str:
    """Ends the sentence "You get this because ..."."""
    if line.why:
        return line.why
    if audience == Audience.PROJECT_MANAGER:
        return "you manage the program, and this is late"
    if audience == Audience.CHAMPION:
        return "you are the program's executive champion, and this is very late"
    if hearer.position is None:
        return "this was asked of you"
    if audience == Audience.SUPERVISOR:
        return f"you are {hearer.position}, to whom its owner reports"
    if hearer.answers:
        return f"the position that owns it is vacant and reports to you, {hearer.position}"
    return f"you hold the position {hearer.position}"


def things_of(district: District, reader: User, today: dt.date) -> list[Item]:
    """What is open of this person's and due within six weeks, or late; but what they put off."""
    positions = Position.objects.filter(district=district).answered_for_by(reader, today)
    mine = Mine(reader.pk, frozenset(positions.values_list("pk", flat=True)))
    found: list[Due] = [due for _, due in notices.open_things(district, today, mine, ahead=AHEAD)]
    hearers = Hearers(district, today, found, off=True)
    put_off = set(_snoozed(district, reader))
    items = []
    for due in sorted(found, key=lambda due: due.due_on):
        me = [h for h in hearers.of(due, Audience.OWNER) if h.user.pk == reader.pk]
        if me and due.subject not in put_off and "" not in put_off:
            items.append(
                Item(
                    subject=due.subject,
                    line=due,
                    today=today,
                    later=address(LATER, Named(district.pk, reader.pk, due.subject)),
                    because=_because(Audience.OWNER, due, me[0], hearers),
                )
            )
    return items


def _withdraw(gone: Iterable[Notice]) -> None:
    still = Notice.objects.filter(pk__in=[notice.pk for notice in gone]).waiting()
    still.update(status=NoticeStatus.WITHDRAWN, ended_at=timezone.now())
