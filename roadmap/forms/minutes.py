"""What is typed in minutes and may name a student: asked about before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadmap.models import Meeting
from roles.forms.hinting import is_kept
from roles.student_hints import Hint, hints


def asked_about(meeting: Meeting, data: Mapping[str, Any]) -> dict[str, list[Hint]]:
    """By the name of a text: the words in it that look like a student, unless they stood there
    before or somebody has said that they may stay. One query.
    """
    texts = {"notes": meeting.notes}
    texts |= {f"said-{item.pk}": item.said for item in meeting.agenda_items.all()}
    found = {
        name: [hint for hint in hints(str(data[name])) if hint.words not in there]
        for name, there in texts.items()
        if name in data
    }
    return {name: new for name, new in found.items() if new and not is_kept(new, data)}
