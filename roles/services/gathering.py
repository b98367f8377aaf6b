"""Each morning a person's waiting notices become one letter, which gets its words when it is sent.

A round asks what waits and whether its reader's morning has come. It may run at any time, twice or
days late: a letter has its reader and day for a key, and a notice stands in one letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from roles.ladder import Quiet
from roles.models import (
    Audience,
    District,
    Letter,
    LetterKind,
    MailPreference,
    Notice,
    NoticeStatus,
    OwedStatus,
    Pace,
    Snooze,
    User,
)
from roles.notices import AHEAD
from roles.schooltime import ONE_DAY
from roles.services import letters, notices
from roles.services.calendar import quiet_days
from roles.services.hearing import Hearers
from roles.services.rounds import in_every_district

BY_HAND = "hand:"  # how the keys of letters begin that somebody asked for
GATHERED = (LetterKind.DUE, LetterKind.BRIEF)


def round_everywhere() -> int:
    """Beat's round through all districts; returns how many letters are newly owed."""
    return in_every_district(round_of, trouble="Notices of %s were not owed")


def round_of(district: District, now: dt.datetime | None = None) -> int:
    """Owe and gather in one district, inside its scope, as of `now`; returns letters newly owed."""
    moment = now or timezone.now()
    notices.owe(district, timezone.localdate(moment, district.zone))
    return gather(district, moment)


@dataclass
class _Reader:
    """One person on one morning: what waits for them, and how they want to hear of it."""

    user: User
    wish: MailPreference
    today: dt.date
    hour: int
    waiting: list[Notice] = field(default_factory=list)
    briefs: list[dt.date] = field(default_factory=list)  # the days of those of the last week
    has_letter_today: bool = False

    def brief_is_due(self, quiet: Quiet) -> bool:
        """On the day of the brief. Later in its week if something waits that it was to say, but no
        round came by on its day.
        """
        day = brief_day(self.today, self.wish.brief_weekday, quiet)
        if day is None or not self.gets_brief or self._had_brief(day):
            return False
        missed = day < self.today and any(notice.say_on <= day for notice in self.waiting)
        return day == self.today or missed

    @property
    def gets_brief(self) -> bool:
        return self.wish.brief or self.wish.pace == Pace.WEEKLY

    def _had_brief(self, day: dt.date) -> bool:
        monday = day - day.weekday() * ONE_DAY
        return any(had >= monday for had in self.briefs)


def brief_day(today: dt.date, weekday: int, quiet: Quiet) -> dt.date | None:
    """The day of this week's brief; None if the rest of the week is quiet."""
    monday = today - today.weekday() * ONE_DAY
    week = (monday + n * ONE_DAY for n in range(weekday, 5))
    return next((day for day in week if not quiet(day)), None)


def wish_of(district: District, person: User) -> MailPreference:
    """How a person wants to be mailed; an unsaved row of the usual if they never said."""
    own = MailPreference.objects.filter(district=district, person=person).first()
    return own or MailPreference(district=district, person=person)


@transaction.atomic
def gather(district: District, now: dt.datetime) -> int:
    """Owe one letter to each reader whose morning has come; returns how many this call added.

    Nothing on quiet days, before the reader's hour, or to who had one today. On the day of the
    weekly brief the brief carries all that waits. Who wants each thing in a letter of its own gets
    it so, and what comes up later in the day at once; who turned letters off has what waits
    withdrawn. In the demo every hour is a morning.
    """
    quiet = quiet_days(district)
    owed = 0
    for reader in _readers(district, now, quiet):
        if quiet(reader.today) or (reader.has_letter_today and reader.wish.pace != Pace.EACH):
            continue
        if settings.QUIET_DAYS and reader.hour < reader.wish.hour:
            continue
        owed += _letters_for(reader, district, quiet)
    return owed


def _letters_for(reader: _Reader, district: District, quiet: Quiet) -> int:
    if reader.wish.off_since is not None:
        _withdraw(reader.waiting)
        return 0
    if not reader.has_letter_today and reader.brief_is_due(quiet):
        _owe(district, reader, LetterKind.BRIEF, reader.waiting)
        return 1
    if reader.wish.pace == Pace.WEEKLY:
        return 0
    now = [n for n in reader.waiting if not (n.in_brief and reader.gets_brief)]
    if reader.wish.pace == Pace.EACH:
        for notice in now:
            _owe(district, reader, LetterKind.DUE, [notice], f":{notice.pk}")
        return len(now)
    if now:
        _owe(district, reader, LetterKind.DUE, now)
    return 1 if now else 0


def _owe(
    district: District,
    reader: _Reader,
    kind: LetterKind,
    waiting: Sequence[Notice],
    more: str = "",
) -> Letter:
    letter = letters.owe(
        district=district,
        key=f"{kind}:{reader.user.pk}:{reader.today}{more}",
        to=reader.user.email,
        kind=kind,
        reader=reader.user,
        expires_at=_end_of(reader.today, reader.wish, district),
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(letter=letter)
    return letter


def _end_of(day: dt.date, wish: MailPreference, district: District) -> dt.datetime:
    """The end of the reader's day: what was not sent by then is gathered anew, with what is so."""
    return dt.datetime.combine(day + ONE_DAY, dt.time.min, tzinfo=zone_of(wish, district))


def zone_of(wish: MailPreference, district: District) -> ZoneInfo:
    return ZoneInfo(wish.time_zone) if wish.time_zone else district.zone


def _readers(district: District, now: dt.datetime, quiet: Quiet) -> list[_Reader]:
    """Everyone for whom something waits, and whoever has something for a brief. 9 to 20 queries."""
    waiting = _waiting(district)
    people = {notice.reader_id: notice.reader for notice in waiting}
    people |= _brief_people(district, now)
    wishes = {
        wish.person_id: wish
        for wish in MailPreference.objects.filter(district=district, person__in=people)
    }
    usual = MailPreference(district=district)
    found: dict[int, _Reader] = {}
    for pk, user in sorted(people.items()):
        wish = wishes.get(pk, usual)
        local = now.astimezone(zone_of(wish, district))
        found[pk] = _Reader(user, wish, local.date(), local.hour)
    _add_letters(district, found, now)
    snoozed = _snoozed(district, people)
    for notice in waiting:
        reader = found[notice.reader_id]
        until = max(
            snoozed.get((notice.reader_id, "")) or dt.date.min,
            snoozed.get((notice.reader_id, notice.subject)) or dt.date.min,
        )
        if notice.say_on <= reader.today and until <= reader.today:
            reader.waiting.append(notice)
    away = {pk for pk in found if (snoozed.get((pk, "")) or dt.date.min) > found[pk].today}
    return [reader for pk, reader in found.items() if pk not in away]


def _waiting(district: District) -> list[Notice]:
    """Notices in no letter, or in one that ended without being sent. Held: a second round at the
    same moment waits, then finds them in their letter.
    """
    late = Q(letter__status=OwedStatus.WAITING, letter__expires_at__lte=timezone.now())
    free = Q(letter=None) | Q(letter__status=OwedStatus.EXPIRED) | late
    found = Notice.objects.filter(free, district=district, reader__is_active=True).waiting()
    held = found.select_for_update(of=("self",)).order_by("pk")
    return list(held.select_related("reader"))


def _brief_people(district: District, now: dt.datetime) -> dict[int, User]:
    """Whoever owns something that is due within two weeks, or late. What only waits since a day is
    in a brief, too, but brings none by itself.
    """
    today = timezone.localdate(now, district.zone)
    things = notices.open_things(district, today, ahead=AHEAD)
    lines = [due for _, due in things if not due.since]
    hearers = Hearers(district, today, lines)
    return {
        hearer.user.pk: hearer.user for line in lines for hearer in hearers.of(line, Audience.OWNER)
    }


def _add_letters(district: District, found: dict[int, _Reader], now: dt.datetime) -> None:
    """The gathered letters of the last week: who had one today, or this week's brief."""
    recent = Letter.objects.filter(
        district=district,
        kind__in=GATHERED,
        reader__in=found,
        owed_at__gt=now - dt.timedelta(days=8),
    )
    rows = recent.exclude(key__startswith=BY_HAND).values_list("reader", "key", "kind", "owed_at")
    for pk, key, kind, owed_at in rows:
        reader = found[pk]
        if kind == LetterKind.BRIEF:
            reader.briefs.append(dt.date.fromisoformat(key.split(":")[2]))
        zone = zone_of(reader.wish, district)
        reader.has_letter_today |= owed_at.astimezone(zone).date() == reader.today


def _snoozed(district: District, people: Iterable[int]) -> dict[tuple[int, str], dt.date]:
    rows = Snooze.objects.filter(district=district, person__in=list(people))
    found = rows.values_list("person", "subject", "until")
    return {(person, subject): until for person, subject, until in found}


def _withdraw(waiting: Iterable[Notice]) -> None:
    still = Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).waiting()
    still.update(status=NoticeStatus.WITHDRAWN, ended_at=timezone.now())


def send_now(
    district: District, reader: User, source: str, subjects: Iterable[str], *, by_hand: str
) -> bool:
    """`send_all_now` about things of one kind."""
    return send_all_now(district, reader, {source: subjects}, by_hand=by_hand)


@transaction.atomic
def send_all_now(
    district: District, reader: User, subjects: Mapping[str, Iterable[str]], *, by_hand: str
) -> bool:
    """Somebody asked to remind a person of these things now: one letter, outside the daily one.

    `subjects` by the kind of their source. At most one letter a day for each `by_hand`
    ("checklist_window:3"). True if one was owed. The letter leaves out what is no longer so.
    """
    today = district.today()
    key = f"{BY_HAND}{by_hand}:{reader.pk}:{today}"
    if not reader.is_active or Letter.objects.filter(district=district, key=key).exists():
        return False
    letter = letters.owe(
        district=district,
        key=key,
        to=reader.email,
        kind=LetterKind.DUE,
        reader=reader,
        expires_at=_end_of(today, wish_of(district, reader), district),
    )
    for source, found in subjects.items():
        for subject in found:
            notice = notices.tell(district, reader, source, subject, again=f"hand:{today}")
            if notice is not None:
                notice.letter = letter
                notice.save(update_fields=["letter"])
    return True
