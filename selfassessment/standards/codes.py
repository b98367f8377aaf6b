"""What can be wrong with codes: their form, the same one twice, parents, circles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from selfassessment.standards.entries import ELEMENT, INDICATOR, STANDARD, Entry, tidy
from selfassessment.standards.wrong import Wrong

CODE = re.compile(r"[0-9A-Za-z]+(?:[._-][0-9A-Za-z]+)*")
LONGEST_CODE, LONGEST_CHAIN = 20, 5
Kept = Sequence[tuple[Entry, dict[str, Any]]]
"""Entries in the order of the file, each with what was made of it."""


def alike(code: str) -> str:
    """Codes that would be taken for one another, in lists and in addresses, become the same."""
    return re.sub(r"[._-]", ".", code).lower()


def wrong_codes(kept: Kept, taken: Mapping[str, str]) -> Iterator[Wrong]:
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
            yield Wrong(line, code, f"{same} stands in line {number} already.")
        elif alike(code) in taken:
            where = taken[alike(code)]
            says = (
                f"This code is one of {where}. Give yours another; what hangs under a shipped"
                " standard names it and leaves it out."
            )
            yield Wrong(line, code, says)
        first.setdefault(alike(code), (line, code))


def wrong_parents(kept: Kept, shipped: Mapping[str, tuple[str, str]]) -> Iterator[Wrong]:
    """Parents that are missing or of the wrong kind. Puts the code of each into what was made."""
    here = {made["code"]: (entry.kind, made["title"]) for entry, made in kept if made["code"]}
    known = {**shipped, **here}
    for entry, made in kept:
        if entry.kind == ELEMENT:
            continue
        key = "parent" if entry.kind == STANDARD else "standard"
        said = entry.words.get("parent")
        parent = made[key] = _without_title(made[key], known)
        line = said.line if said else entry.line
        wrong = _wrong_parent(entry.kind, parent, known)
        if wrong:
            yield Wrong(line, f"{made['code']} parent".strip(), wrong)


def circles(kept: Kept) -> Iterator[Wrong]:
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
                yield Wrong(line, made["code"], says)
        elif len(chain) > LONGEST_CHAIN and not in_circles & set(chain):
            says = f"It stands {len(chain)} deep; at most {LONGEST_CHAIN} standards are nested."
            yield Wrong(line, made["code"], says)


def wrong_code(code: str, kind: str) -> str:
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
