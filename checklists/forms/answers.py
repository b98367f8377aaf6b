"""How the answers of a form are read.

The form a leader fills in is set by hand in its template: no form library stands in its way on a
phone. What it sends is read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists.models import ChecklistItem
from checklists.services.filling import Given
from checklists.sheets import NA
from roles.services.refusal import Refused


def read_answer(item: ChecklistItem, data: Mapping[str, Any]) -> Given:
    """One item's answer out of what a page sent. Refuses what no answer of ours looks like."""
    chosen = str(data.get(f"value-{item.pk}", ""))
    # A browser sends line breaks as two characters; the limit counts them as one.
    note = str(data.get(f"note-{item.pk}", "")).replace("\r\n", "\n").replace("\x00", "").strip()
    if chosen == NA:
        return Given(not_applicable=True, note=note)
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) == 1):
        raise Refused("This rating is not on the item's scale.")
    return Given(int(chosen) if chosen else None, note=note)
