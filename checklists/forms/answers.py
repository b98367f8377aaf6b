"""How the answers of a form are read.

The form a leader fills in is set by hand in its template: no form library stands in its way on a
phone. What it sends is read here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from checklists.models import ChecklistItem
from checklists.services.filling import Given, Seen
from checklists.sheets import NA
from roles.services.refusal import Refused

MOST_DIGITS = 6  # of a version
MOST_EARLIER = 50  # saves of one item that a page may not have heard of
MINE, THEIRS = "mine", "theirs"


def read_note(item: ChecklistItem, data: Mapping[str, Any]) -> str:
    # A browser sends line breaks as two characters; the limit counts them as one.
    typed = str(data.get(f"note-{item.pk}", ""))
    return typed.replace("\r\n", "\n").replace("\x00", "").strip()


def read_answer(item: ChecklistItem, data: Mapping[str, Any]) -> Given:
    """One item's answer out of what a page sent. Refuses what no answer of ours looks like."""
    chosen = str(data.get(f"value-{item.pk}", ""))
    note = read_note(item, data)
    if chosen == NA:
        return Given(not_applicable=True, note=note)
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) == 1):
        raise Refused("This rating is not on the item's scale.")
    return Given(int(chosen) if chosen else None, note=note)


def read_seen(item: ChecklistItem, data: Mapping[str, Any]) -> Seen:
    """What the page knew of the item; a page that says nothing of it knew of no answer."""
    whose, picked = read_pick(item, data)
    version = picked if whose == MINE else _version(data.get(f"base-{item.pk}", ""))
    after = str(data.get(f"after-{item.pk}", "")).split(",")[:MOST_EARLIER]
    earlier = {name for name in map(_name, after) if name}
    return Seen(version, _name(data.get(f"save-{item.pk}", "")), frozenset(earlier))


def read_pick(item: ChecklistItem, data: Mapping[str, Any]) -> tuple[str, int]:
    """Which of two answers that clash was chosen, and the version of the other; "" for neither."""
    whose, _, version = str(data.get(f"pick-{item.pk}", "")).partition(":")
    return (whose, _version(version)) if whose in {MINE, THEIRS} else ("", 0)


def _version(text: object) -> int:
    digits = str(text)
    is_one = digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
    return int(digits) if is_one else 0


def _name(text: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
