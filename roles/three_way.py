"""What a library says newly of a role, against what a district made of it. Pure: no Django.

A wording is the dict that `roles.services.library.wording` gives. A path names one thing in it:
"title", "by_approach.build_own" or "duty.PM1".
"""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Wording = dict[str, Any]


class Kind(StrEnum):
    """How a change of the library meets the district's copy."""

    CHANGED = "changed"  # the copy still says what the library said
    ADDED = "added"
    REMOVED = "removed"
    BOTH = "both"  # the district edited it too


@dataclass(frozen=True)
class Difference:
    """One thing that the library changed: what it said, what the copy says, what it says now.

    None where it is not there at all. `seen` stands for this very pair of texts.
    """

    path: str
    kind: Kind
    base: Any
    ours: Any
    theirs: Any

    @property
    def is_edited_here(self) -> bool:
        return self.kind is Kind.BOTH

    @property
    def seen(self) -> str:
        texts = json.dumps([self.ours, self.theirs], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(texts.encode()).hexdigest()[:16]


def flat(wording: Wording) -> dict[str, Any]:
    """Everything a wording says, by path, duties last. What is empty is left out."""
    found: dict[str, Any] = {}
    for name, value in wording.items():
        if name == "by_approach":
            found |= {f"by_approach.{approach}": text for approach, text in value.items()}
        elif name != "duties":
            found[name] = value
    found |= {f"duty.{key}": text for key, text in wording.get("duties", [])}
    return {path: value for path, value in found.items() if value not in ("", None, [])}


def differences(base: Wording, ours: Wording, theirs: Wording) -> list[Difference]:
    """What `theirs` changed since `base` and `ours` does not say already, in reading order."""
    was, here, now = flat(base), flat(ours), flat(theirs)
    paths = dict.fromkeys([*now, *was])
    return [
        Difference(path, _kind(was.get(path), here.get(path), now.get(path)), *values)
        for path in paths
        if (values := (was.get(path), here.get(path), now.get(path)))
        and values[2] not in (values[0], values[1])
    ]


def _kind(base: Any, ours: Any, theirs: Any) -> Kind:
    if ours != base:
        return Kind.BOTH
    if base is None:
        return Kind.ADDED
    return Kind.REMOVED if theirs is None else Kind.CHANGED


def moved(base: Wording, theirs: Wording, path: str) -> Wording:
    """`base`, saying at `path` what `theirs` says there."""
    result = deepcopy(base)
    kind, _, key = path.partition(".")
    if kind == "duty":
        said = dict(theirs["duties"])
        kept = {each: text for each, text in result.get("duties", []) if each != key}
        if key in said:
            kept[key] = said[key]
        result["duties"] = [list(pair) for pair in kept.items()]
    elif kind == "by_approach":
        notes = result.setdefault("by_approach", {})
        if key in theirs["by_approach"]:
            notes[key] = theirs["by_approach"][key]
        else:
            notes.pop(key, None)
    else:
        result[path] = theirs[path]
    return result
