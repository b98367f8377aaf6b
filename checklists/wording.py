"""Hints on the wording of an item: what makes it observable. Pure, and never a reason to refuse.

An item reads well with its subject implied, one action, an amount or a time, and a trace that can
be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FEWEST, MOST = 1, 20  # items of a checklist
GOOD = range(8, 13)  # as many stay under eight minutes
LONG = 160  # characters that still read at a glance on a phone

VAGUE = re.compile(
    r"\b(ensur|support|assur|promot|encourag|facilitat|foster|strengthen|enhanc|advocat)"
    r"(e[sd]?|ed|s|es|ing)?\b",
    re.IGNORECASE,
)
# Words that tell of something done: a past tense, or the verbs that lists like these begin with.
DONE = re.compile(
    r"\b(\w{2,}ed|is|are|was|were|has|have|had|did|held|kept|took|sent|met|wrote|made|told|gave|"
    r"got|ran|saw|set|put|led|read|heard|came|brought|built|taught|found|names?|match(es)?|"
    r"know|follow|holds?|by \w+ing|left|go|goes|went)\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"\d|%|\b(one|two|three|four|five|six|seven|eight|nine|ten|half|percent|each|every|all|any|no|"
    r"none|once|twice|both|at least|at most|daily|weekly|two-weekly|monthly|quarterly|yearly|"
    r"days?|weeks?|months?|quarters?|semesters?|terms?|years?|dates?|dated|before|after|within|"
    r"until|by|last|current|due|ready|new|same|open|next|hours?|minutes?|deadlines?|morning|"
    r"windows?|when|(mon|tues|wednes|thurs|fri)days?)\b",
    re.IGNORECASE,
)
CHARACTER = re.compile(
    r"\b(motivated|enthusiastic|enthusiasm|passionate|passion|dedicated|dedication|attitude|"
    r"friendly|caring|honest|honesty|reliable|hard-?working|professionalism|"
    r"professional(?! (?:development|learning))|"
    r"respectful|patient|flexible|flexibility|creative|cooperative|loyal|loyalty|"
    r"team player|integrity|proactive|charismatic|competent|confident|effective leader|"
    r"good leader|strong leader|personality|willing|willingness)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Hint:
    """One gentle remark; `word` is what gave rise to it, "" if something is missing."""

    code: str
    words: str
    word: str = ""


def hints(text: str) -> tuple[Hint, ...]:
    """What may be said more clearly in an item's text; nothing for an empty one."""
    if not text.strip():
        return ()
    found = []
    vague = VAGUE.search(text)
    if vague and not DONE.search(CHARACTER.sub(" ", VAGUE.sub(" ", text))):
        found.append(Hint("vague", _VAGUE.format(vague[0].lower()), vague[0]))
    character = CHARACTER.search(text)
    if character:
        found.append(Hint("character", _CHARACTER.format(character[0].lower()), character[0]))
    if not AMOUNT.search(text):
        found.append(Hint("amount", "How much, how often or by when? An amount or a time helps."))
    if len(text) > LONG:
        found.append(Hint("long", "Long for a phone. Does it hold more than one action?"))
    return tuple(found)


_VAGUE = "“{}” cannot be seen. Say what is done: held, sent, checked, agreed."
_CHARACTER = "“{}” describes a person. Rate what was done, not who someone is."


def about_number(items: int) -> str:
    """A remark on how many items a checklist has; "" if the number is fine."""
    if items > GOOD[-1]:
        return f"{items} items take longer than eight minutes. 8 to 12 are enough for most roles."
    if 0 < items < GOOD[0]:
        return f"{items} item{'' if items == 1 else 's'} so far. 8 to 12 cover most roles."
    return ""
