"""The words of gathered letters, from what is so at the moment they are sent."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import Any

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
    User,
)
from roles.services import letters
from roles.services.letter_items import Item, reader_of, still_so, things_of

TITLE = 110  # characters of a thing's title in a subject
WEEK = dt.timedelta(days=7)
SHOWN = 5  # things that can wait, named in the brief
REASONS = 4  # "you get this because ..." sentences in one letter


def compose_due(letter: Letter) -> letters.Words | None:
    """The daily letter. None if nothing it was to say is still so."""
    items = still_so(letter)
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
    said = still_so(letter)
    district, reader = letter.district, reader_of(letter)
    today = district.today()
    things = things_of(district, reader, today)
    due = [item for item in things if item.due_day <= today + WEEK]
    later = [item for item in things if item.due_day > today + WEEK]
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
    subject = _brief_subject(today, due, news, unblocks, others)
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


def _brief_subject(
    today: dt.date,
    due: Sequence[Item],
    news: Sequence[Item],
    unblocks: Sequence[Item],
    others: Sequence[Item],
) -> str:
    """ "Your week from Nov 2: 3 due, 1 late"."""
    late = sum(item.is_late for item in due)
    parts = [f"{len(due) + len(news)} due"] if due or news else []
    parts += [f"{late} late"] if late else []
    parts += [f"{len(unblocks)} others wait for"] if unblocks and not parts else []
    parts += [f"{len(others)} late in your team"] if others else []
    return f"Your week from {date_format(today, 'M j')}: {', '.join(parts)}"


def _words(
    letter: Letter, name: str, subject: str, context: dict[str, Any], items: Sequence[Item]
) -> letters.Words:
    district, reader = letter.district, reader_of(letter)
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
    body, html = letters.set_text(district, f"roles/{name}", words)
    return letters.Words(
        subject=subject,
        body=body,
        html=html,
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


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
