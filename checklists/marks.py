"""Short marks for what a draft says: if the mark is another, someone changed it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from checklists.models import ChecklistItem, ChecklistTemplate

FRAME = (
    "title",
    "self_frequency",
    "minutes_to_complete",
    "banner",
    "observer_role",
    "observed_in",
    "on_track_from",
    "developing_from",
)
WORDS = ("text", "frequency", "evidence", "critical", "scale", "own_scale")


def frame_mark(template: ChecklistTemplate) -> str:
    """Stands for what a version says above its items."""
    return _mark(str(getattr(template, name)) for name in FRAME)


def item_mark(item: ChecklistItem) -> str:
    """Stands for what an item says."""
    return _mark(str(getattr(item, name)) for name in (*WORDS, "duty_id"))


def draft_mark(draft: ChecklistTemplate) -> str:
    """Stands for all that a draft says, its order too."""
    items = [f"{item.key} {item_mark(item)}" for item in draft.items.all()]
    return _mark([frame_mark(draft), *items])


def _mark(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
