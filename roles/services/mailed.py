"""What the page of a thing says of the letters about it, above all of those to who reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import get_text_list

from roles.ladder import Quiet
from roles.models import District, MailPreference, Pace, User
from roles.services.calendar import quiet_days
from roles.services.foretelling import Planned
from roles.services.gathering import brief_day, wish_of

A_WEEK = dt.timedelta(days=7)
WEEKS = 12  # of breaks in a row that are looked beyond


@dataclass(frozen=True)
class Mailed:
    """`words` are for the reader, "" if no letter comes to them; `others`: everyone's days, empty
    if nobody but the reader is mailed.
    """

    words: str
    others: Sequence[Planned]

    def __bool__(self) -> bool:
        return bool(self.words or self.others)


def mailed(
    district: District, reader: User, planned: Sequence[Planned], unless: str = "if it is not done"
) -> Mailed:
    """For the part "Who will be mailed" of a page (roles/_mailed.html). Up to 3 queries."""
    own = [each for each in planned if reader.pk in each.readers]
    letters = {each.day for each in own if not each.in_brief}
    briefs = {each.day for each in own if each.in_brief}
    alone = all(each.readers == (reader.pk,) for each in planned)
    words = words_to(district, reader, letters, unless, briefs=briefs)
    return Mailed(words, () if alone else planned)


def words_to(
    district: District,
    reader: User,
    days: Iterable[dt.date],
    unless: str,
    *,
    briefs: Iterable[dt.date] = (),
) -> str:
    """ "You will be mailed on Dec 4 and Dec 7 if it is not done."; "" if no letter comes.

    Who wants one letter a week is told the days of those. `briefs`: what comes in one anyway.
    """
    found, later = set(days), set(briefs)
    if not (found or later):
        return ""
    wish = wish_of(district, reader)
    if wish.off_since is not None:
        return ""
    if wish.pace == Pace.WEEKLY:
        found, later = set(), found | later
    if later and not (wish.brief or wish.pace == Pace.WEEKLY):
        found |= later
    elif later:
        found |= set(_days_of_briefs(later, wish, quiet_days(district)))
    named = [date_format(day, "M j") for day in sorted(found)]
    return f"You will be mailed on {get_text_list(named, 'and')} {unless}." if named else ""


def _days_of_briefs(
    days: Iterable[dt.date], wish: MailPreference, quiet: Quiet
) -> Iterable[dt.date]:
    """The first brief on each of these days or after it."""
    found = (first_brief(day, wish, quiet) for day in days)
    return (brief for brief in found if brief is not None)


def first_brief(day: dt.date, wish: MailPreference, quiet: Quiet) -> dt.date | None:
    """The first brief on this day or after it."""
    weeks = (brief_day(day + n * A_WEEK, wish.brief_weekday, quiet) for n in range(WEEKS))
    return next((each for each in weeks if each is not None and each >= day), None)
