"""The words of gathered letters, from what is so at the moment they are sent."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from roles.mail_links import LATER, OFF, Named, absolute, address
from roles.models import (
    Audience,
    District,
    Letter,
    LetterKind,
    Notice,
    NoticeStatus,
    Position,
    Snooze,
    User,
)
from roles.notices import Due, Line, Mine, sources
from roles.services import letters, notices
from roles.services.gathering import BY_HAND, wish_of
from roles.services.hearing import Hearer, Hearers

TITLE = 110  # characters of a thing's title in a subject
WEEK = dt.timedelta(days=7)
AHEAD = dt.timedelta(days=42)  # how far the brief looks
SHOWN = 5  # things that can wait, named in the brief
REASONS = 4  # "you get this because ..." sentences in one letter


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


def compose_due(letter: Letter) -> letters.Words | None:
    """The daily letter. None if nothing it was to say is still so."""
    items = _still_so(letter)
    if not items:
        return None
    first, more = items[0], len(items) - 1
    title = textwrap.shorten(first.title, TITLE, placeholder=" \u2026")
    context = {
        "call": first.call,
        "items": items,
        "mine": [item for item in items if item.audience == Audience.OWNER],
        "others": [item for item in items if item.audience != Audience.OWNER],
        "url": first.url if not more else today_page(letter.district),
        "label": "Open it" if not more else "Open your list",
    }
    subject = f"{first.call}: {title}{f' and {more} more' if more else ''}"
    return _words(letter, "due", subject, context, items)


def compose_brief(letter: Letter) -> letters.Words | None:
    """The weekly brief. None if the week asks nothing of its reader."""
    said = _still_so(letter)
    district, reader = letter.district, _reader(letter)
    today = district.today()
    things = _things_of(district, reader, today)
    due = [item for item in things if _due(item) <= today + WEEK]
    later = [item for item in things if _due(item) > today + WEEK]
    shown = {item.subject for item in things}
    news = [item for item in said if item.audience == Audience.OWNER and item.subject not in shown]
    others = [item for item in said if item.audience != Audience.OWNER]
    unblocks = [item for item in later if item.blocks]
    if not (due or news or others or unblocks):
        return None
    can_wait = [item for item in later if not item.blocks]
    context = {
        "today": today,
        "due": [*due, *news],
        "unblocks": unblocks,
        "others": others,
        "can_wait": can_wait[:SHOWN],
        "more_can_wait": max(0, len(can_wait) - SHOWN),
        "did": _did(district, reader),
        "url": today_page(district),
        "label": "Open your list",
    }
    late = sum(item.is_late for item in due)
    parts = [f"{len(due) + len(news)} due"] if due or news else []
    parts += [f"{late} late"] if late else []
    parts += [f"{len(unblocks)} others wait for"] if unblocks and not parts else []
    parts += [f"{len(others)} late in your team"] if others else []
    subject = f"Your week from {date_format(today, 'M j')}: {', '.join(parts)}"
    return _words(letter, "brief", subject, context, [*due, *news, *others, *unblocks])


def say(letter: Letter) -> None:
    """The mail server has the letter: what stood in it is said."""
    told = Notice.objects.filter(letter=letter).waiting()
    told.update(status=NoticeStatus.SAID, ended_at=timezone.now())


def today_page(district: District) -> str:
    """The start page of the district, by its address: the page itself is another app's."""
    return absolute(f"{reverse('home')}d/{district.slug}/")


def register() -> None:
    """Tell the outbox who composes what. Called when apps are ready."""
    letters.COMPOSERS[LetterKind.DUE] = compose_due
    letters.COMPOSERS[LetterKind.BRIEF] = compose_brief
    letters.SAID[LetterKind.DUE] = letters.SAID[LetterKind.BRIEF] = say


def _words(
    letter: Letter, name: str, subject: str, context: dict[str, Any], items: Sequence[Item]
) -> letters.Words:
    district, reader = letter.district, _reader(letter)
    off = address(OFF, Named(district.pk, reader.pk))
    reasons = list(dict.fromkeys(item.because for item in items if item.because))
    words = {
        "district": district,
        "reader": reader,
        "reasons": reasons[:REASONS],
        "off": off,
        "away": address(LATER, Named(district.pk, reader.pk)),
        "preferences": absolute(reverse("roles:mail", args=[district.slug])),
        **context,
    }
    return letters.Words(
        subject=subject,
        body=render_to_string(f"mail/roles/{name}.txt", words),
        html=render_to_string(f"mail/roles/{name}.html", words),
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _reader(letter: Letter) -> User:
    if letter.reader is None:
        raise LookupError("A gathered letter without a reader.")
    return letter.reader


def _still_so(letter: Letter) -> list[Item]:
    """What the letter's notices say now, its reader's own things first, each thing once.

    A notice that is no longer so, or no longer for this reader, is withdrawn; one that was put off
    meanwhile goes back to wait.
    """
    district, reader = letter.district, _reader(letter)
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
    return item.audience != Audience.OWNER, _due(item), item.title


def _due(item: Item) -> dt.date:
    return item.line.due_on or dt.date.max


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


def _things_of(district: District, reader: User, today: dt.date) -> list[Item]:
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


def _did(district: District, reader: User) -> list[str]:
    """What the system did for this reader in the last seven days, in sentences."""
    since = timezone.now() - WEEK
    mine = Notice.objects.filter(district=district, reader=reader)
    kept = mine.filter(status=NoticeStatus.WITHDRAWN, ended_at__gt=since).count()
    said = mine.filter(status=NoticeStatus.SAID, ended_at__gt=since)
    told, in_letters = said.count(), said.values("letter").distinct().count()
    sentences = []
    if told > in_letters:
        sentences.append(f"Put {told} reminders into {_n(in_letters, 'letter')}.")
    if kept:
        sentences.append(
            f"Kept back {_n(kept, 'reminder')}, because the thing was done or moved in time."
        )
    return sentences


def _n(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _withdraw(gone: Iterable[Notice]) -> None:
    still = Notice.objects.filter(pk__in=[notice.pk for notice in gone]).waiting()
    still.update(status=NoticeStatus.WITHDRAWN, ended_at=timezone.now())
