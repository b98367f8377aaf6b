"""Finds what looks like a student in free text: numbers, dates of birth, names beside a grade.

Pure. It asks rather than refuses, so it may be wrong; but somebody who is asked for nothing stops
reading. What is known to look alike (money, phone numbers, invoices, rooms) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 3  # hints for one text: the first few are enough to look again

NUMBER = "looks like the number of a student"
BIRTH = "looks like a date of birth"
NAME = "looks like the name of a student"


@dataclass(frozen=True)
class Hint:
    """Words of a text, and what they look like."""

    words: str
    looks: str


# What is no sentence: addresses of pages and people, and codes such as OneRoster ids in them.
_CODES = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
_NOT_A_PERSON = (
    "Success|Services?|Supports?|Information|Affairs|Council|Handbook|Achievement|Data|Learning|"
    "Day|Days|Teach\\w*|Tutor\\w*|Lead\\w*|Advisory|Board|Affairs|Records?|Portal|Outcomes?|"
    "Engagement|Attendance|Enrollment|Registration|Transportation|Wellness|Health|Safety|Growth|"
    "Progress|Study|Team|Teams|Center|Centre|Group|Groups|Family|Families|Technology|Rights|"
    "Privacy|Assessments?|Programs?|Systems?|Schedules?|Voice|Conferences?|Support|Helpers?|"
    "Mentors?|Workers?|Assistance|Aid|Union|Body|ID|IDs|And|Or|In|At|Of|On|For|To|With|Who|Whose|"
    "The|A|An|Is|Are|Was|Were|Has|Had|Will|Per|From|By|Not|Needs|Monday|Tuesday|Wednesday|"
    "Thursday|Friday|January|February|March|April|May|June|July|August|September|October|"
    "November|December|Reading|Math\\w*|English|Spanish|Science|Writing|Literacy|ELA|ELL|MTSS|IEP|"
    "Title|Grade|Elementary|Middle|High|School"
)
_PERSON = (
    rf"(?!(?:{_NOT_A_PERSON})\b)(?:[A-Z][a-zà-ÿ]+(?:[-'\u2019][A-Z][a-zà-ÿ]+)?|[A-Z]\.\s?[A-Z]\.)"
)
_NTH = r"(?:\d{1,2}(?:st|nd|rd|th)|[A-Za-z]+th|[Ff]irst|[Ss]econd|[Tt]hird)"
_GRADE = rf"(?:[Gg]rade\s(?:\d{{1,2}}|K)|{_NTH}[ -][Gg]rade(?:r)?)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|{_MONTH}\s\d{{1,2}},?\s\d{{4}})"
)

_PUPIL = r"(?:[Ss]tudent|[Pp]upil|[Tt]utee|[Ss]cholar|[Cc]hild|[Bb]oy|[Gg]irl)"
_KIN = "mom|mother|mum|dad|father|parents?|guardians?|grandmother|grandfather"
_BORN = r"(?:DOB|D\.O\.B\.|dob|[Dd]ate of birth|[Bb]irth ?date|[Bb]orn(?: on)?|[Bb]irthday)"
_FULL = rf"{_PERSON}(?:\s{_PERSON})?"
_PATTERNS = (
    (NUMBER, re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    (
        NUMBER,
        re.compile(
            r"\b(?:student|pupil|state|district|local|lunch|SIS|PowerSchool|scholar)\s?"
            r"(?:ID|number|no\.?|#)\s?[:#]?\s?[A-Z]?\d{4,}\b",
            re.I,
        ),
    ),
    (NUMBER, re.compile(r"\b(?:ID|Id|SSID|SASID|UIN)\s?[:#]?\s?[A-Z]?\d{4,}\b")),
    (BIRTH, re.compile(rf"\b{_BORN}.{{0,8}}?{_DATE}")),
    (NAME, re.compile(rf"(?:{_GRADE}\s)?\b{_PUPIL},?\s(?:named\s|called\s)?{_FULL}")),
    (NAME, re.compile(rf"\b{_NTH}[ -][Gg]rader,?\s(?:named\s|called\s)?{_FULL}")),
    (NAME, re.compile(rf"\b{_FULL},? (?:is )?(?:a|an|our) {_GRADE}\b")),
    (NAME, re.compile(rf"(?<![.] )\b{_PERSON}\s{_PERSON} in {_GRADE}\b")),
    (
        NAME,
        re.compile(
            rf"\b{_PERSON}['\u2019]s (?:{_KIN}|IEP|504|behavior plan|test scores?|reading level)\b"
        ),
    ),
    (NAME, re.compile(rf"\b(?:{_KIN}) of {_FULL}\b")),
)
_BARE_NUMBER = re.compile(r"(?<![\w$€#/.,:+-])\d{6,12}(?![\w/%]|[.,:-]\d)")
_COUNTED = re.compile(
    r"(?:invoice|order|PO|ticket|grant|contract|policy|form|budget|account|award|vendor|request|"
    r"code|resolution|item|case|phone|call|fax|ext|dial|pin|zip|RFP|bid|serial|asset|tag|version|"
    r"of|about|around|over|under|nearly)\.?\s?(?:no\.?|number|code|#|:)?\s?$",
    re.I,
)
_UNITS = re.compile(
    r"\s(?:dollars|hours|minutes|students|tutors|sessions|copies|people|files|records|rows|points)"
)


def hints(text: str) -> list[Hint]:
    """What in a text may be about one student, in the order in which it stands there; at most
    three. Empty for nearly every note about a program.
    """
    said = _CODES.sub(lambda match: " " * len(match[0]), text)
    found: dict[int, tuple[int, Hint]] = {}
    for start, end, looks in sorted(_finds(said)):
        if not any(start < taken_end and end > taken for taken, (taken_end, _) in found.items()):
            found[start] = (end, Hint(text[start:end].strip(), looks))
    return [found[start][1] for start in sorted(found)][:MOST]


def _finds(said: str) -> Iterator[tuple[int, int, str]]:
    for looks, pattern in _PATTERNS:
        yield from ((match.start(), match.end(), looks) for match in pattern.finditer(said))
    for match in _BARE_NUMBER.finditer(said):
        is_date = re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])", match[0])
        before, after = said[: match.start()], said[match.end() :]
        if not (is_date or _COUNTED.search(before) or _UNITS.match(after)):
            yield match.start(), match.end(), NUMBER
