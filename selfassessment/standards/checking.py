"""From entries to the content of a set of standards, or to everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from selfassessment.standards.auto_checks import checks_of
from selfassessment.standards.codes import (
    LONGEST_CODE,
    circles,
    wrong_code,
    wrong_codes,
    wrong_parents,
)
from selfassessment.standards.desk import Desk, Known
from selfassessment.standards.entries import ELEMENT, INDICATOR, STANDARD, Entry, Said, tidy
from selfassessment.standards.evidence_sorts import evidence_of
from selfassessment.standards.wrong import Wrong

Content = dict[str, Any]
MOST = {ELEMENT: 50, STANDARD: 100, INDICATOR: 200}
EDITIONS = ("lea", "organization")


def digest(content: Content) -> str:
    """SHA-256 of what standards say, in hex: the same for the same content, however it came."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def check(entries: Iterable[Entry], known: Known) -> tuple[Content, list[Wrong]]:
    """The content as far as it is sound, and all complaints in the order of the file."""
    desk = Desk(known)
    return _content([*entries], desk), sorted(desk.wrong)


def _content(entries: list[Entry], desk: Desk) -> Content:
    _count(desk, entries)
    found: Content = {"elements": [], "standards": [], "indicators": []}
    kept: list[tuple[Entry, dict[str, Any]]] = []
    for entry in entries[: sum(MOST.values()) + 1]:
        desk.about = tidy(entry.words.get("code", Said("", 0)).text)[:LONGEST_CODE]
        made = MAKES[entry.kind](desk, entry)
        found[f"{entry.kind}s"].append(made)
        kept.append((entry, made))
    desk.about = ""
    desk.wrong += wrong_codes(kept, desk.known.taken)
    desk.wrong += wrong_parents(kept, desk.known.parents)
    desk.wrong += circles(kept)
    return found


def _count(desk: Desk, entries: list[Entry]) -> None:
    for kind, most in MOST.items():
        lines = [each.line for each in entries if each.kind == kind]
        if len(lines) > most:
            says = f"{len(lines)} {kind}s are too many; at most {most} come in one set."
            desk.wrong.append(Wrong(lines[most], "", says))
    if not any(each.kind == INDICATOR for each in entries):
        desk.wrong.append(Wrong(0, "", "There is no indicator in the file."))


def _element(desk: Desk, entry: Entry) -> dict[str, Any]:
    _no_parent(desk, entry)
    return {**_head(desk, entry), "why": desk.words(entry, "why")}


def _standard(desk: Desk, entry: Entry) -> dict[str, Any]:
    parent = _code_of_parent(entry)
    return {**_head(desk, entry), "parent": parent, "why": desk.words(entry, "why")}


def _indicator(desk: Desk, entry: Entry) -> dict[str, Any]:
    evidence = evidence_of(entry, desk)
    keys = {each["key"] for each in evidence}
    points = {str(n): desk.words(entry, f"anchor_{n}") for n in range(4)}
    head = _head(desk, entry)
    return {
        "code": head["code"],
        "standard": _code_of_parent(entry),
        "title": head["title"],
        "plain_question": desk.words(entry, "question", needed=True),
        "why": desk.words(entry, "why"),
        "anchors": {value: words for value, words in points.items() if words},
        "evidence_types": evidence,
        "editions": _editions(desk, entry),
        "auto_check": list(checks_of(entry, keys, desk)),
    }


MAKES = {ELEMENT: _element, STANDARD: _standard, INDICATOR: _indicator}


def _head(desk: Desk, entry: Entry) -> dict[str, Any]:
    return {
        "code": _code(desk, entry),
        "title": desk.words(entry, "title", needed=True),
    }


def _no_parent(desk: Desk, entry: Entry) -> None:
    if "parent" in entry.words:
        parent = entry.words["parent"]
        desk.complain(parent.line, "parent", "An element stands at the top, under nothing.")


def _code(desk: Desk, entry: Entry) -> str:
    said = entry.words.get("code")
    code = tidy(said.text) if said else ""
    wrong = wrong_code(code, entry.kind)
    if wrong:
        desk.complain(said.line if said else entry.line, "code", wrong)
    return code


def _code_of_parent(entry: Entry) -> str:
    """The parent's code, however its title stands behind it, as in our own file."""
    said = entry.words.get("parent")
    return tidy(said.text) if said else ""


def _editions(desk: Desk, entry: Entry) -> list[str]:
    """For whom it is meant, in our order; both where nothing is said."""
    named = set()
    for said in entry.editions:
        word = tidy(said.text).lower()
        if word not in EDITIONS:
            says = f"Expected lea or organization. Got: {word[:40]}."
            desk.complain(said.line, "editions", says)
        named.add(word)
    return [each for each in EDITIONS if each in named] or [*EDITIONS]
