"""The buttons beside the responsibilities, for browsers that run no script of ours."""

from __future__ import annotations

from django.contrib import messages
from django.http import QueryDict

from roles.forms.lines import DutyLines, Row
from roles.pages import DistrictRequest

LIST = "#responsibilities"


def press(request: DistrictRequest, lines: DutyLines, data: QueryDict) -> str:
    """Do what the pressed button asks, if one was: "move" (as in "2 up"), "remove", "add".

    Gives what to append to the editor's address, so that the reader comes back to the list.
    """
    if "move" in data:
        return _move(lines.rows, str(data["move"]))
    if "remove" in data:
        return _remove(request, lines.rows, str(data["remove"]))
    if "add" in data:
        duty = str(data["add"])
        return f"?add={duty if duty.isdecimal() else ''}#new-line"
    return ""


def add_asked_for(lines: DutyLines, asked: str | None) -> None:
    """Put a new line in front of the catch-all: empty, or with the words of a duty."""
    if asked is None:
        return
    duty = next((d for d in lines.uncovered() if str(d.pk) == asked), None)
    lines.rows.append(Row(duty.text, str(duty.pk)) if duty else Row())


def _move(rows: list[Row], asked: str) -> str:
    number, _, way = asked.partition(" ")
    here = int(number) if number.isdecimal() else len(rows)
    there = here + (-1 if way == "up" else 1)
    if here < len(rows) and 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
        return f"#line-{there}"
    return LIST


def _remove(request: DistrictRequest, rows: list[Row], asked: str) -> str:
    if asked.isdecimal() and int(asked) < len(rows):
        gone = rows.pop(int(asked))
        messages.info(request, f"Taken out: “{gone.line.text}”")
    return LIST
