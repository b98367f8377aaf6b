"""From entries to the content of a set of standards, or to everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selfassessment.standards.entries import (
    ELEMENT,
    INDICATOR,
    STANDARD,
    Entry,
    Group,
    Said,
    has_odd_characters,
    tidy,
)
from selfassessment.standards.wrong import Wrong

Content = dict[str, Any]
MOST = {ELEMENT: 50, STANDARD: 100, INDICATOR: 200}
MOST_EVIDENCE, MOST_CHECKS, LONGEST_CODE, LONGEST_CHAIN = 12, 12, 20, 5
LONGEST = {
    "title": 300, "question": 400, "why": 1000, "label": 120, "says": 200,
    **{f"anchor_{value}": 400 for value in range(4)},
}  # fmt: skip
EDITIONS = ("lea", "organization")
AXES = ("documented", "practised")
CODE = re.compile(r"[0-9A-Za-z]+(?:[._-][0-9A-Za-z]+)*")
EVIDENCE_KEY = re.compile(r"[a-z0-9_]{1,40}")
FORMULA = tuple("=+-@")
MORE_OF_A_CHECK = ("enough", "roles", "kind", "external", "external_roles")
YES, NO = {"true", "yes", "on", "1"}, {"", "false", "no", "off", "0"}
PERCENT = re.compile(r"(\d{1,3})%")


@dataclass(frozen=True)
class Known:
    """What a file is laid against. `taken`: codes in use elsewhere, as `alike` writes them, each
    with where. `parents`: shipped elements and standards by code, each with its kind and title.
    `measures` and `roles`: what a check may name.
    """

    taken: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    measures: Collection[str] = ()
    roles: Collection[str] = ()


def alike(code: str) -> str:
    """Codes that would be taken for one another, in lists and in addresses, become the same."""
    return re.sub(r"[._-]", ".", code).lower()


def slug(label: str) -> str:
    """The key of a sort of evidence that was given none."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40].strip("_")


def digest(content: Content) -> str:
    """SHA-256 of what standards say, in hex: the same for the same content, however it came."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def check(entries: Iterable[Entry], known: Known) -> tuple[Content, list[Wrong]]:
    """The content as far as it is sound, and all complaints in the order of the file."""
    checker = _Checker(known)
    return checker.content([*entries]), sorted(checker.wrong)


class _Checker:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.wrong: list[Wrong] = []
        self._about = ""

    def content(self, entries: list[Entry]) -> Content:
        self._count(entries)
        found: Content = {"elements": [], "standards": [], "indicators": []}
        kept: list[tuple[Entry, dict[str, Any]]] = []
        for entry in entries[: sum(MOST.values()) + 1]:
            self._about = tidy(entry.words.get("code", Said("", 0)).text)[:LONGEST_CODE]
            made = getattr(self, f"_{entry.kind}")(entry)
            found[f"{entry.kind}s"].append(made)
            kept.append((entry, made))
        self._about = ""
        self._codes(kept)
        self._parents(kept)
        self._circles(kept)
        return found

    def _count(self, entries: list[Entry]) -> None:
        for kind, most in MOST.items():
            lines = [each.line for each in entries if each.kind == kind]
            if len(lines) > most:
                says = f"{len(lines)} {kind}s are too many; at most {most} come in one set."
                self.wrong.append(Wrong(lines[most], "", says))
        if not any(each.kind == INDICATOR for each in entries):
            self.wrong.append(Wrong(0, "", "There is no indicator in the file."))

    def _element(self, entry: Entry) -> dict[str, Any]:
        self._no_parent(entry)
        return {**self._head(entry), "why": self._words(entry, "why")}

    def _standard(self, entry: Entry) -> dict[str, Any]:
        parent = self._code_of_parent(entry)
        return {**self._head(entry), "parent": parent, "why": self._words(entry, "why")}

    def _indicator(self, entry: Entry) -> dict[str, Any]:
        evidence = self._evidence(entry)
        keys = {each["key"] for each in evidence}
        points = {str(n): self._words(entry, f"anchor_{n}") for n in range(4)}
        head = self._head(entry)
        return {
            "code": head["code"],
            "standard": self._code_of_parent(entry),
            "title": head["title"],
            "plain_question": self._words(entry, "question", needed=True),
            "why": self._words(entry, "why"),
            "anchors": {value: words for value, words in points.items() if words},
            "evidence_types": evidence,
            "editions": self._editions(entry),
            "auto_check": list(self._checks(entry, keys)),
        }

    def _head(self, entry: Entry) -> dict[str, Any]:
        return {
            "code": self._code(entry),
            "title": self._words(entry, "title", needed=True),
        }

    def _no_parent(self, entry: Entry) -> None:
        if "parent" in entry.words:
            parent = entry.words["parent"]
            self._complain(parent.line, "parent", "An element stands at the top, under nothing.")

    # Words

    def _words(self, entry: Entry, key: str, *, needed: bool = False) -> str:
        said = entry.words.get(key)
        if said is None or not said.text.strip():
            if needed:
                self._complain(entry.line, key, "Some words are needed here.")
            return ""
        return self._sound(said, key, LONGEST[key])

    def _sound(self, said: Said, where: str, most: int) -> str:
        """The words as they are kept, complained about if they should not be."""
        words = tidy(said.text)
        if len(words) > most:
            says = f"{len(words):,} characters; at most {most:,} fit."
            self._complain(said.line, where, says)
        if has_odd_characters(words):
            says = "There are characters in it that nobody sees. Type the words anew."
            self._complain(said.line, where, says)
        if words.startswith(FORMULA):
            says = (
                f"It begins with {words[0]}, which a spreadsheet takes for a formula. Begin with a"
                f" word. Got: {words[:40]}"
            )
            self._complain(said.line, where, says)
        return words

    # Codes

    def _code(self, entry: Entry) -> str:
        said = entry.words.get("code")
        code = tidy(said.text) if said else ""
        wrong = _wrong_code(code, entry.kind)
        if wrong:
            self._complain(said.line if said else entry.line, "code", wrong)
        return code

    def _code_of_parent(self, entry: Entry) -> str:
        """The parent's code, however its title stands behind it, as in our own file."""
        said = entry.words.get("parent")
        return tidy(said.text) if said else ""

    def _codes(self, kept: list[tuple[Entry, dict[str, Any]]]) -> None:
        """No code twice, here or elsewhere."""
        first: dict[str, tuple[int, str]] = {}
        for entry, made in kept:
            code = made["code"]
            if not code:
                continue
            line = entry.words["code"].line
            if alike(code) in first:
                number, other = first[alike(code)]
                same = "This code" if other == code else f"{other}, which looks like this code,"
                self.wrong.append(Wrong(line, code, f"{same} stands in line {number} already."))
            elif alike(code) in self.known.taken:
                where = self.known.taken[alike(code)]
                says = (
                    f"This code is one of {where}. Give yours another; what hangs under a shipped"
                    " standard names it and leaves it out."
                )
                self.wrong.append(Wrong(line, code, says))
            first.setdefault(alike(code), (line, code))

    # Parents

    def _parents(self, kept: list[tuple[Entry, dict[str, Any]]]) -> None:
        here = {made["code"]: (entry.kind, made["title"]) for entry, made in kept if made["code"]}
        known = {**self.known.parents, **here}
        for entry, made in kept:
            if entry.kind == ELEMENT:
                continue
            key = "parent" if entry.kind == STANDARD else "standard"
            said = entry.words.get("parent")
            parent = made[key] = _without_title(made[key], known)
            line = said.line if said else entry.line
            wrong = _wrong_parent(entry.kind, parent, known)
            if wrong:
                self.wrong.append(Wrong(line, f"{made['code']} parent".strip(), wrong))

    def _circles(self, kept: list[tuple[Entry, dict[str, Any]]]) -> None:
        """Each circle of standards once, where it begins in the file; and too long a chain."""
        found = [(entry, made) for entry, made in kept if entry.kind == STANDARD and made["code"]]
        above = {made["code"]: made["parent"] for _, made in found}
        in_circles: set[str] = set()
        for entry, made in found:
            chain = [made["code"]]
            while above.get(chain[-1]) and above[chain[-1]] not in chain:
                chain.append(above[chain[-1]])
            line = entry.words["code"].line
            if above.get(chain[-1]) == made["code"]:
                if made["code"] not in in_circles:
                    in_circles.update(chain)
                    path = " under ".join([*chain[:20], made["code"]])
                    says = f"A circle: {path}. One of them stands under nothing, or an element."
                    self.wrong.append(Wrong(line, made["code"], says))
            elif len(chain) > LONGEST_CHAIN and not in_circles & set(chain):
                says = f"It stands {len(chain)} deep; at most {LONGEST_CHAIN} standards are nested."
                self.wrong.append(Wrong(line, made["code"], says))

    # Evidence

    def _evidence(self, entry: Entry) -> list[dict[str, Any]]:
        if len(entry.evidence) > MOST_EVIDENCE:
            says = (
                f"{len(entry.evidence)} sorts of evidence; at most {MOST_EVIDENCE} are asked for."
            )
            self._complain(entry.line, "evidence", says)
        found = [
            self._sort(each, entry.line, n)
            for n, each in enumerate(entry.evidence[: MOST_EVIDENCE + 1], 1)
        ]
        keys = [each["key"] for each in found]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            says = f"Two sorts of evidence have the same name or key: {key}."
            self._complain(entry.line, "evidence", says)
        return found

    def _sort(self, group: Group, line: int, number: int) -> dict[str, Any]:
        said = _one(group, "label", line)
        label = self._sound(said, "evidence", LONGEST["label"])
        if not label:
            self._complain(said.line, "evidence", "A sort of evidence needs a name: its label.")
        if ";" in label or "|" in label:
            self._complain(said.line, "evidence", "A label has no ; and no | in it.")
        given = _one(group, "key", line)
        key = tidy(given.text) or slug(label) or f"evidence_{number}"
        if not EVIDENCE_KEY.fullmatch(key):
            says = "A key has small letters a to z, figures and _, 40 at most."
            self._complain(given.line, "evidence", says)
        return {
            "key": key,
            "label": label,
            "required": self._yes(_one(group, "required", line)),
            "max_age_months": self._months(_one(group, "max_age_months", line)),
            **self._axis(group, line),
        }

    def _axis(self, group: Group, line: int) -> dict[str, str]:
        """What such evidence speaks of; "documented", as most does, is not written down."""
        if not _one(group, "axis", line).text.strip():
            return {}
        axis = self._among(group, "axis", AXES, line)
        return {"axis": axis} if axis == "practised" else {}

    def _yes(self, said: Said) -> bool:
        word = tidy(said.text).lower()
        if word not in YES | NO:
            says = f"Expected true or false. Got: {word[:40]}."
            self._complain(said.line, "required", says)
        return word in YES

    def _months(self, said: Said) -> int:
        if not said.text.strip():
            return 12
        months = _whole(said.text)
        if months is None or not 1 <= months <= 120:
            says = f"Expected months, 1 to 120. Got: {tidy(said.text)[:40]}."
            self._complain(said.line, "max_age_months", says)
            return 12
        return months

    # Editions and checks

    def _editions(self, entry: Entry) -> list[str]:
        """For whom it is meant, in our order; both where nothing is said."""
        named = set()
        for said in entry.editions:
            word = tidy(said.text).lower()
            if word not in EDITIONS:
                says = f"Expected lea or organization. Got: {word[:40]}."
                self._complain(said.line, "editions", says)
            named.add(word)
        return [each for each in EDITIONS if each in named] or [*EDITIONS]

    def _checks(self, entry: Entry, keys: set[str]) -> Iterator[dict[str, Any]]:
        if len(entry.checks) > MOST_CHECKS:
            says = f"{len(entry.checks)} checks; at most {MOST_CHECKS} are looked up."
            self._complain(entry.line, "auto_check", says)
        for group in entry.checks[: MOST_CHECKS + 1]:
            yield self._one_check(group, entry, keys)

    def _one_check(self, group: Group, entry: Entry, keys: set[str]) -> dict[str, Any]:
        says = _one(group, "says", entry.line)
        found = {
            "measure": self._among(group, "measure", self.known.measures, entry.line),
            "axis": self._among(group, "axis", AXES, entry.line),
            "rung": int(self._among(group, "rung", "123", entry.line) or 1),
            "says": self._sound(says, "says", LONGEST["says"]),
        }
        if not found["says"]:
            self._complain(says.line, "says", "Say in a sentence what is looked up.")
        for key in sorted(group.keys() - {*found, *MORE_OF_A_CHECK}):
            line = _one(group, key, entry.line).line
            self._complain(line, key[:40], "This key of auto_check is not known.")
        more = {
            "enough": self._enough(_one(group, "enough", entry.line)),
            "roles": self._roles(group.get("roles", entry.roles), entry.line),
            "kind": self._kind(_one(group, "kind", entry.line), keys),
            "external": [self._kind(each, keys) for each in _several(group, "external")],
            "external_roles": self._roles(_several(group, "external_roles"), entry.line),
        }
        return {**found, **{key: value for key, value in more.items() if value not in ("", [])}}

    def _kind(self, said: Said, keys: set[str]) -> str:
        kind = tidy(said.text)
        if kind and kind not in keys:
            says = f"No sort of evidence of this indicator has the key {kind[:40]}."
            self._complain(said.line, "kind", says)
        return kind

    def _among(self, group: Group, key: str, words: Collection[str], line: int) -> str:
        said = _one(group, key, line)
        word = tidy(said.text)
        if word in {*words}:
            return word
        known = ", ".join(sorted(words)) or "none"
        self._complain(said.line, key, f"Not known: {word[:40] or 'nothing'}. Known are {known}.")
        return ""

    def _enough(self, said: Said) -> str | int:
        word = tidy(said.text)
        percent, number = PERCENT.fullmatch(word), _whole(word)
        if percent and 1 <= int(percent[1]) <= 100:
            return word
        if number is not None and 1 <= number <= 10_000:
            return number
        if word and word not in ("all", "any"):
            says = f"Expected all, any, a percent as in 80%, or a count. Got: {word[:40]}."
            self._complain(said.line, "enough", says)
        return word

    def _roles(self, said: Said | tuple[Said, ...], line: int) -> list[str]:
        found = []
        for each in said if isinstance(said, tuple) else (said,):
            role = tidy(each.text)
            if role and role not in self.known.roles:
                self._complain(each.line or line, "roles", f"No role has the key {role[:40]}.")
            if role:
                found.append(role)
        return list(dict.fromkeys(found))

    def _complain(self, line: int, where: str, says: str) -> None:
        place = f"{self._about} {where}".strip() if self._about != where else where
        self.wrong.append(Wrong(line, place, says))


def _one(group: Group, key: str, line: int) -> Said:
    said = group.get(key, Said("", line))
    return said if isinstance(said, Said) else Said("?", line)


def _several(group: Group, key: str) -> tuple[Said, ...]:
    said = group.get(key, ())
    return said if isinstance(said, tuple) else (said,)


def _whole(text: str) -> int | None:
    word = text.strip()
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None


def _wrong_code(code: str, kind: str) -> str:
    """What is wrong with a code in words; "" for a sound one."""
    got = f" Got: {code[:40]}"
    if not code:
        return f"Each {kind} needs a code, as in TX.1."
    if len(code) > LONGEST_CODE:
        return f"The code has {len(code)} characters; at most {LONGEST_CODE} fit.{got}"
    if " " in code:
        return f"A code has no space in it.{got}"
    if "/" in code or "\\" in code:
        return f"A code has no slash in it: it is part of addresses.{got}"
    if not CODE.fullmatch(code):
        return (
            "A code has letters a to z and figures, with single points, hyphens or underscores"
            f" between them.{got}"
        )
    if kind == INDICATOR and not any(each.isdigit() for each in code):
        return f"The code of an indicator has at least one figure, as in TX.1.{got}"
    return ""


def _without_title(parent: str, known: Mapping[str, tuple[str, str]]) -> str:
    """The code of `6b Leader Role Clarity`, as our own file names the standard."""
    code, _, title = parent.partition(" ")
    return code if title and code in known and tidy(known[code][1]) == title else parent


def _wrong_parent(kind: str, parent: str, known: Mapping[str, tuple[str, str]]) -> str:
    if not parent:
        return "An indicator stands under a standard. Name its code." if kind == INDICATOR else ""
    if parent not in known:
        near = [each for each in known if alike(each) == alike(parent)]
        meant = f" Is {near[0]} meant?" if near else ""
        return f"There is no “{parent[:40]}” in this file or in the shipped library.{meant}"
    what = known[parent][0]
    if kind == INDICATOR and what != STANDARD:
        return f"An indicator stands under a standard; {parent} is an {what}."
    if what == INDICATOR:
        return f"A standard stands under an element or a standard; {parent} is an indicator."
    return ""
