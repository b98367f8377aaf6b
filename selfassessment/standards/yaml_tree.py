"""YAML as a tree of words with their lines: no objects, no aliases, bounded in size and depth.

Every scalar stays the text that it is: 6.10 is no number, and no is no Boolean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from selfassessment.standards.entries import Said
from selfassessment.standards.wrong import Unreadable, Wrong

MOST_DEPTH, MOST_PARTS = 12, 60_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN_TAGS = {
    f"tag:yaml.org,2002:{each}" for each in ("str", "int", "float", "bool", "null", "seq", "map")
}
NOTHING = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    parts: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Fields:
    """A mapping, its keys in their order; one that comes twice stands here twice."""

    line: int
    parts: list[tuple[Said, Node]] = field(default_factory=list)


Node = Said | Items | Fields


def tree(text: str) -> tuple[Node, list[Wrong]]:
    """The one document in a text, and what of it was not read. Raises Unreadable."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except Unreadable:
        raise
    except yaml.YAMLError as error:
        raise _unreadable(error) from error
    except (ValueError, OverflowError, RecursionError) as error:  # odd escapes, odd directives
        raise Unreadable("This is not YAML, or it is damaged.") from error
    if builder.root is None:
        raise Unreadable("The file is empty.")
    return builder.root, builder.wrong


def _unreadable(error: yaml.YAMLError) -> Unreadable:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    problem = str(getattr(error, "problem", "") or "it holds characters that YAML does not allow")
    if "\\t" in problem or "'\t'" in problem:
        problem = "a tab stands where YAML wants spaces"
    return Unreadable(
        f"This is not YAML from here on: {problem}. Often a colon or a quotation mark in a sentence"
        " is the reason: put the sentence in quotation marks.",
        line,
    )


def _look_at_characters(text: str, line: int) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:  # an escape for half a character
        raise Unreadable("There is half a character here, which no text has.", line) from error


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.wrong: list[Wrong] = []
        self._open: list[Items | Fields] = []
        self._keys: list[Said | None] = []  # the key that waits for its value, for each open part
        self._parts, self._documents = 0, 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        self._count(line)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Unreadable("A second document begins here (---). Send one.", line)
        elif isinstance(event, yaml.AliasEvent):
            says = (
                f"An alias (*{event.anchor}) is not read. Write the words out; where a sentence"
                " begins with *, put it in quotation marks."
            )
            self.wrong.append(Wrong(line, "", says))
            self._put(Said("", line))
        elif isinstance(event, yaml.ScalarEvent):
            self._look_at_tag(event.tag, line)
            _look_at_characters(event.value, line)
            plain = not event.style and event.value in NOTHING
            self._put(Said("" if plain else event.value, line))
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._look_at_tag(event.tag, line)
            self._begin(Items(line) if isinstance(event, yaml.SequenceStartEvent) else Fields(line))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._open.pop()
            self._keys.pop()

    def _count(self, line: int) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Unreadable("The file has far more parts than standards have.", line)

    def _look_at_tag(self, tag: str | None, line: int) -> None:
        if tag and tag not in PLAIN_TAGS:
            says = f"A tag ({tag[:60]}) is not read. Take it out."
            self.wrong.append(Wrong(line, "", says))

    def _begin(self, part: Items | Fields) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise Unreadable(f"Lists lie in lists more than {MOST_DEPTH} deep here.", part.line)
        self._put(part)
        self._open.append(part)
        self._keys.append(None)

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        inside = self._open[-1]
        if isinstance(inside, Items):
            inside.parts.append(node)
            return
        key = self._keys[-1]
        if key is not None:
            inside.parts.append((key, node))
            self._keys[-1] = None
            return
        if not isinstance(node, Said):
            raise Unreadable("A key is a word here, not a list.", node.line)
        self._keys[-1] = node
