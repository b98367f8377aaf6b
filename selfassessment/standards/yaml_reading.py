"""Entries out of YAML of the same shape as the library's own file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from selfassessment.standards.entries import ELEMENT, INDICATOR, STANDARD, Entry, Group, Said
from selfassessment.standards.wrong import Unreadable, Wrong
from selfassessment.standards.yaml_tree import Fields, Items, Node, tree

LISTS = {"elements": ELEMENT, "standards": STANDARD, "indicators": INDICATOR}
MEANS = {
    ELEMENT: {"code": "code", "title": "title", "why": "why"},
    STANDARD: {
        "code": "code", "element": "parent", "parent": "parent", "title": "title", "why": "why",
    },
    INDICATOR: {
        "code": "code", "standard": "parent", "parent": "parent", "title": "title",
        "plain_question": "question", "question": "question", "why": "why",
    },
}  # fmt: skip
"""Keys of an entry, and what they mean."""
GROUPS = {"anchors", "evidence_types", "evidence", "auto_check", "editions", "satisfied_by"}
OF_EVIDENCE = ("key", "label", "required", "max_age_months", "axis")
LISTS_OF_A_CHECK = ("roles", "external", "external_roles")
OF_A_CHECK = ("measure", "axis", "rung", "says", "enough", "kind", *LISTS_OF_A_CHECK)
ASIDE = {
    "": {"version", "scale", "readiness_display", "name", "source"},
    INDICATOR: {"in_section_3_1", "optional_module"},
    "evidence": {"milestones", "absent"},
}
"""Keys that our own file has and that say nothing of imported standards."""
MOST_HINTS = 200  # to look for the word that was meant takes its time
NO_MAPPING = (
    "Expected a mapping that begins with elements:, standards: or indicators:, as the template"
    " shows."
)


def entries_of(text: str) -> tuple[list[Entry], list[Wrong]]:
    """All entries, and what is wrong with the file. Raises Unreadable."""
    root, wrong = tree(text)
    if not isinstance(root, Fields):
        raise Unreadable(NO_MAPPING, root.line)
    reader = _Reader(wrong)
    return list(reader.entries(root)), reader.wrong


class _Reader:
    def __init__(self, wrong: list[Wrong]) -> None:
        self.wrong = list(wrong)

    def entries(self, root: Fields) -> Iterator[Entry]:
        for key, value in self._fields(root, {*LISTS}, ASIDE[""], ""):
            if key.text not in LISTS:
                continue
            for part in self._parts(value, key.text):
                if isinstance(part, Fields):
                    yield self._entry(LISTS[key.text], part)
                else:
                    says = "Expected a mapping with code and title."
                    self._complain(part.line, key.text, says)

    def _entry(self, kind: str, part: Fields) -> Entry:
        means = MEANS[kind]
        groups = GROUPS if kind == INDICATOR else set()
        words: dict[str, Said] = {}
        found: dict[str, Node] = {}
        for key, value in self._fields(part, {*means, *groups}, ASIDE.get(kind, set()), kind):
            if key.text in groups:
                found[key.text] = value
            elif key.text in means:
                if means[key.text] in words:
                    self._complain(key.line, key.text, "This is said twice here.")
                words[means[key.text]] = self._words(value, key.text)
        words |= self._anchors(found.get("anchors"))
        evidence = found.get("evidence_types", found.get("evidence"))
        return Entry(
            kind=kind,
            line=part.line,
            words=words,
            evidence=tuple(self._evidence(evidence)),
            checks=tuple(self._checks(found.get("auto_check"))),
            editions=self._each(found.get("editions"), "editions"),
            roles=self._roles(found.get("satisfied_by")),
        )

    def _anchors(self, node: Node | None) -> Mapping[str, Said]:
        if node is None or node == Said("", node.line):
            return {}
        if not isinstance(node, Fields):
            says = "Expected a mapping: 1: words, 2: words, 3: words."
            self._complain(node.line, "anchors", says)
            return {}
        points = self._fields(node, set("0123"), set(), "anchors")
        return {
            f"anchor_{key.text}": self._words(value, f"anchor {key.text}")
            for key, value in points
            if key.text in set("0123")
        }

    def _evidence(self, node: Node | None) -> Iterator[Group]:
        for part in self._parts(node, "evidence_types"):
            if isinstance(part, Said):
                yield {"label": part}
            elif isinstance(part, Fields):
                fields = self._fields(part, {*OF_EVIDENCE}, ASIDE["evidence"], "evidence_types")
                yield {
                    key.text: self._words(value, key.text)
                    for key, value in fields
                    if key.text in OF_EVIDENCE
                }
            else:
                self._complain(part.line, "evidence_types", "Expected words or a mapping.")

    def _checks(self, node: Node | None) -> Iterator[Group]:
        for part in self._parts(node, "auto_check"):
            if not isinstance(part, Fields):
                says = "Expected a mapping with measure, axis, rung and says."
                self._complain(part.line, "auto_check", says)
                continue
            fields = self._fields(part, {*OF_A_CHECK}, set(), "auto_check")
            yield {
                key.text: self._each(value, key.text)
                if key.text in LISTS_OF_A_CHECK
                else self._words(value, key.text)
                for key, value in fields
                if key.text in OF_A_CHECK
            }

    def _roles(self, node: Node | None) -> tuple[Said, ...]:
        """Whom the checks look at; the rest of `satisfied_by` is words for people."""
        if not isinstance(node, Fields):
            return ()
        return tuple(
            each
            for key, value in node.parts
            if key.text == "positions"
            for each in self._each(value, "positions")
        )

    def _fields(
        self, part: Fields, known: set[str], aside: set[str], where: str
    ) -> Iterator[tuple[Said, Node]]:
        """Each key once, with its value; keys that mean nothing here are complained about."""
        seen: set[str] = set()
        for key, value in part.parts:
            if key.text in seen:
                self._complain(key.line, key.text, "This key is there twice.")
                continue
            seen.add(key.text)
            if key.text not in known | aside:
                few = len(self.wrong) < MOST_HINTS
                near = get_close_matches(key.text[:40], sorted(known), 1) if few else []
                meant = f" Is {near[0]} meant?" if near else ""
                place = f" of {where}" if where else ""
                self._complain(key.line, key.text, f"This key{place} is not known.{meant}")
            yield key, value

    def _parts(self, node: Node | None, where: str) -> list[Node]:
        if node is None or node == Said("", node.line):
            return []
        if isinstance(node, Items):
            return node.parts
        self._complain(node.line, where, "Expected a list, each entry after a dash.")
        return []

    def _each(self, node: Node | None, where: str) -> tuple[Said, ...]:
        if isinstance(node, Said):
            return (node,) if node.text else ()
        return tuple(self._words(each, where) for each in self._parts(node, where))

    def _words(self, node: Node, where: str) -> Said:
        if isinstance(node, Said):
            return node
        self._complain(node.line, where, "Expected words, not a list or mapping.")
        return Said("", node.line)

    def _complain(self, line: int, where: str, says: str) -> None:
        self.wrong.append(Wrong(line, where[:40], says))
