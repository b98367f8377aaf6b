"""In which letter a person will read what is news now: for pages that say it beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format

from roles.ladder import first_loud
from roles.models import District, Letter, MailPreference, Pace, Snooze, User
from roles.schooltime import ONE_DAY
from roles.services.calendar import quiet_days
from roles.services.gathering import BY_HAND, GATHERED, zone_of
from roles.services.mailed import first_brief

A_DAY_OR_TWO = dt.timedelta(hours=48)


def read_in(district: District, people: Iterable[User]) -> dict[int, str]:
    """By person (primary key), how a sentence ends that begins "Reads it ...": "in today's letter",
    "in the letter of Nov 30". 4 queries.
    """
    found = list(people)
    now, quiet = timezone.now(), quiet_days(district)
    usual = MailPreference(district=district)
    rows = MailPreference.objects.filter(district=district, person__in=found)
    wishes = {wish.person_id: wish for wish in rows}
    away = Snooze.objects.filter(district=district, person__in=found, subject="")
    until = dict(away.values_list("person", "until"))
    letters = _last_letters(district, found, now)
    ends = {}
    for person in found:
        wish = wishes.get(person.pk, usual)
        zone = zone_of(wish, district)
        today = now.astimezone(zone).date()
        last = letters.get(person.pk)
        had_one = last is not None and last.astimezone(zone).date() == today
        day = today + ONE_DAY if had_one and wish.pace != Pace.EACH else today
        day = max(day, until.get(person.pk, day))
        ends[person.pk] = _words(wish, first_loud(day, quiet), today, first_brief(day, wish, quiet))
    return ends


def _words(wish: MailPreference, day: dt.date, today: dt.date, brief: dt.date | None) -> str:
    if wish.off_since is not None:
        return "on the Today page only: letters are turned off"
    if wish.pace == Pace.WEEKLY:
        return (
            f"in the weekly brief of {date_format(brief, 'M j')}" if brief else "in a weekly brief"
        )
    if day == today:
        return "in a letter today" if wish.pace == Pace.EACH else "in today\u2019s letter"
    return f"in the letter of {date_format(day, 'M j')}"


def _last_letters(
    district: District, people: Iterable[User], now: dt.datetime
) -> dict[int | None, dt.datetime]:
    """When each of them was owed a daily letter or brief last, if that was lately."""
    lately = Letter.objects.filter(
        district=district, kind__in=GATHERED, reader__in=people, owed_at__gt=now - A_DAY_OR_TWO
    )
    rows = lately.exclude(key__startswith=BY_HAND).order_by("owed_at")
    return dict(rows.values_list("reader", "owed_at"))
