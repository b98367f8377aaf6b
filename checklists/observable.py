"""From a duty to a first wording of an item: what was done, with the subject implied. Pure.

"Check the log every week and help coaches." becomes "Checked the log every week and helped
coaches." A person goes on from there; the verbs known here are those of job descriptions.
"""

from __future__ import annotations

import re

MOST = 300  # characters of an item's text
IRREGULAR = {
    "be": "was", "begin": "began", "bring": "brought", "build": "built", "choose": "chose",
    "cut": "cut", "do": "did", "draw": "drew", "find": "found", "get": "got", "give": "gave",
    "go": "went", "have": "had", "hear": "heard", "hold": "held", "keep": "kept",
    "know": "knew", "lead": "led", "leave": "left", "let": "let",
    "make": "made", "meet": "met", "pay": "paid",
    "put": "put", "read": "read", "run": "ran", "say": "said", "see": "saw", "seek": "sought",
    "send": "sent", "set": "set", "show": "showed", "sit": "sat", "speak": "spoke",
    "take": "took", "teach": "taught", "tell": "told", "think": "thought", "win": "won",
    "write": "wrote",
}  # fmt: skip
REGULAR = frozenset(
    """
    act add adopt advise agree align analyze answer apply approve ask assign attend
    calibrate call carry celebrate chair chase check close coach collect communicate compare
    complete conduct confirm connect consult contact coordinate cover create debrief decide
    defend define deliver describe develop discuss distribute document ensure enter escalate
    establish evaluate explain facilitate file flag follow gather greet guard guide hand
    handle help hire host identify implement inform introduce investigate invite issue join
    learn listen log look mail maintain manage match measure meet mentor model moderate
    monitor name negotiate note observe offer onboard open order organize oversee own pass
    place plan post prepare present produce promote propose protect provide publish purchase
    raise rate recommend record recruit remind remove reply report request require resolve
    respond return review schedule secure select serve settle share sign staff state submit
    suggest summarize supervise supply support track train transfer try turn update use
    verify visit warn watch welcome work
    """.split()  # noqa: SIM905 -- reads as a list of words
)
DOUBLED = {"plan", "flag", "transfer", "log", "stop", "submit", "admit", "refer", "permit"}
# Verbs and nouns: after "and" more often nouns.
ALSO_NOUNS = frozenset(
    ("conduct", "log", "open", "pay", "plan", "post", "purchase", "schedule", "sign", "staff")
)
BEGINS = re.compile(r"(^|\band |\bor |; )([A-Za-z]+)(?![-\w])")


def item_from(duty: str) -> str:
    """The duty's verbs in the past tense, at most 300 characters; "" from nothing."""
    text = " ".join(duty.split())
    if not text:
        return ""
    act, colon, rest = text.partition(":")
    told = BEGINS.sub(_as_done, act) + colon + rest
    told = told[0].upper() + told[1:]
    if not told.endswith((".", "!", "?")):
        told += "."
    return told if len(told) <= MOST else told[: MOST - 1].rsplit(" ", 1)[0] + "…"


def _as_done(found: re.Match[str]) -> str:
    before, word = found.groups()
    is_verb = not before or (word.islower() and word not in ALSO_NOUNS)
    return before + (past(word) if is_verb else word)


def past(word: str) -> str:
    """The past tense of a verb of job descriptions; any other word as it stands."""
    verb = word.lower()
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb not in REGULAR:
        return word
    if verb == "oversee":
        return "oversaw"
    if verb in DOUBLED:
        return verb + verb[-1] + "ed"
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"
