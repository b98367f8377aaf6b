"""Saving a draft that someone else may have saved meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from roles.access import Reach
from roles.contents import FIELDS
from roles.merging import Clash, Line, Text, merge
from roles.models import JobDescriptionVersion, User
from roles.services.drafts import hold, save_draft
from roles.services.refusal import Stale


class Clashed(Stale):
    """Both changed the same words. `clashes` says which; the version is as it is kept now."""

    def __init__(self, version: JobDescriptionVersion, clashes: Sequence[Clash]) -> None:
        super().__init__(f"{version.edited_by} changed the same words.")
        self.version = version
        self.clashes = clashes


@dataclass(frozen=True)
class Typed:
    """What one person's page sends.

    `mine` was made out of `base`, the text with the `edited_at` of `seen`. `choices` decide clashes
    with the text of `chosen_against`. `unheard` is what the page sent before without hearing
    whether it arrived.
    """

    mine: Text
    base: Text
    seen: dt.datetime
    choices: Mapping[str, str] = field(default_factory=dict)
    chosen_against: dt.datetime | None = None
    unheard: Sequence[Text] = ()


def text_of(version: JobDescriptionVersion) -> Text:
    """The text of a version as the editor knows it; days in ISO form."""
    fields = {name: _plain(getattr(version, name)) for name in FIELDS}
    rows = version.responsibilities.all()
    return Text(fields, [Line(row.text, row.duty_id, row.pk) for row in rows])


@dataclass(frozen=True)
class Saved:
    """`rows`: the primary key of each line of `mine` as it is kept now, None if it is not kept.

    `beside` is who else had saved meanwhile, if the texts were put together.
    """

    rows: Sequence[int | None]
    beside: User | None = None


@transaction.atomic
def save_typed(version: JobDescriptionVersion, typed: Typed, *, by: Reach) -> Saved:
    """Save what was typed, put together with what someone else saved meanwhile.

    Raises Clashed if both changed the same words, Refused if the version is no draft any more.
    """
    hold(version)
    beside = None
    text, came_from = typed.mine, list[int | None](range(len(typed.mine.lines)))
    try:
        _save(version, text, typed.seen, by)
    except Stale:
        beside = version.edited_by
        if not _is_own_echo(version, typed, by):
            text, came_from = _together(version, typed)
        _save(version, text, version.edited_at, by)
    rows = dict(zip(came_from, _rows(version), strict=True))
    return Saved([rows.get(place) for place in range(len(typed.mine.lines))], beside)


def _is_own_echo(version: JobDescriptionVersion, typed: Typed, by: Reach) -> bool:
    """Whether what is kept is what this page sent before, without hearing that it arrived."""
    theirs = text_of(version)
    is_own = version.edited_by_id == by.user.pk
    return is_own and any(_words(each, theirs) == _words(theirs, theirs) for each in typed.unheard)


def _together(version: JobDescriptionVersion, typed: Typed) -> tuple[Text, list[int | None]]:
    is_current = typed.chosen_against == version.edited_at
    choices = typed.choices if is_current else {}
    merged = merge(typed.base, typed.mine, text_of(version), choices)
    if merged.clashes:
        raise Clashed(version, merged.clashes)
    return merged.text, list(merged.came_from)


def _rows(version: JobDescriptionVersion) -> list[int]:
    return [row.pk for row in version.responsibilities.all()]


def _words(text: Text, like: Text) -> tuple[Any, ...]:
    """What a text says, its rows aside; only the fields it has are compared."""
    fields = {name: text.fields.get(name, value) for name, value in like.fields.items()}
    return fields, [line.says for line in text.lines]


def _save(version: JobDescriptionVersion, text: Text, seen: dt.datetime, by: Reach) -> None:
    fields = {name: _stored(name, value) for name, value in text.fields.items()}
    save_draft(version, fields=fields, lines=text.lines, seen=seen, by=by)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _stored(name: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if name == "funding_ends_on" and value else value
