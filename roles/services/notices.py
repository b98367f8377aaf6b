"""What each person is to hear, as rows: owed once, withdrawn when it is no longer so.

Level-triggered: each round asks what is due and not said, not what happened since the last one. A
notice becomes a line of a gathered letter, see `roles.services.gathering`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from roles.ladder import CLIMB, SHIPPED, Quiet, Step, newest_come
from roles.models import Audience, District, LadderRung, Notice, NoticeStatus, OwedStatus, User
from roles.notices import Due, Mine, Source, ahead_of, sources
from roles.services.calendar import quiet_days
from roles.services.hearing import Hearer, Hearers

BACK = dt.timedelta(days=90)


def ladder_of(district: District) -> tuple[Step, ...]:
    """The district's rungs in order; the shipped ones where it has none of its own."""
    rungs = LadderRung.objects.filter(district=district).order_by("days", "pk")
    own = tuple(Step(rung.days, rung.audience, rung.in_brief) for rung in rungs)
    return own or SHIPPED


def open_things(
    district: District,
    today: dt.date,
    mine: Mine | None = None,
    *,
    ahead: dt.timedelta | None = None,
) -> list[tuple[str, Due]]:
    """(kind, thing) of all sources, from 90 days late to due in so many days ahead, or as far ahead
    as each source looks; of one person if asked.
    """
    first = today - BACK
    return [
        (kind, due)
        for kind, source in sources().items()
        for due in source.due(district, first, today + (ahead or ahead_of(kind)), mine)
        if mine is None or mine.has(due)
    ]


@dataclass(frozen=True)
class _Owed:
    key: str
    kind: str
    due: Due
    step: Step
    hearer: Hearer

    def row(self, district: District, today: dt.date) -> Notice:
        return Notice(
            district=district,
            key=self.key,
            source=self.kind,
            subject=self.due.subject,
            reader=self.hearer.user,
            position_id=self.due.position_id,
            audience=self.step.audience,
            rung=self.step.days,
            due_on=self.due.due_on,
            say_on=today,
            in_brief=self.step.in_brief,
        )


@transaction.atomic
def owe(district: District, today: dt.date) -> int:
    """Owe a notice for each rung that has come and was not said; returns how many are new.

    Running it again owes nothing more, nor does running it twice at once. After days without a
    round the newest missed rung of each thing speaks, once. A rung of a higher audience waits until
    those below were told. What waits and is no longer so is withdrawn. Nothing on a quiet day.
    """
    quiet = quiet_days(district)
    if quiet(today):
        return 0
    steps = ladder_of(district)
    things = open_things(district, today)
    hearers = Hearers(district, today, (due for _, due in things))
    climbs = [list(_climb(kind, due, steps, today, quiet, hearers)) for kind, due in things]
    status = _status(district, [owed.key for climb in climbs for rung in climb for owed in rung])
    wanted = [owed for climb in climbs for owed in _may_speak(climb, status)]
    _withdraw_all_but(district, {owed.key for owed in wanted})
    missing = [owed for owed in wanted if owed.key not in status]
    rows = [owed.row(district, today) for owed in missing]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    back = [o.key for o in wanted if status.get(o.key) == NoticeStatus.WITHDRAWN]
    return len(rows) + _wait_again(district, back, today)


def _climb(
    kind: str,
    due: Due,
    steps: tuple[Step, ...],
    today: dt.date,
    quiet: Quiet,
    hearers: Hearers,
) -> Iterator[list[_Owed]]:
    """What has come for one thing, an audience at a time from the owner up; nobody hears twice."""
    come = newest_come(due.ladder(steps), due.due_on, today, quiet)
    told: set[int] = set()
    for audience in CLIMB:
        if audience not in come:
            continue
        new = [h for h in hearers.of(due, audience) if h.user.pk not in told]
        told |= {hearer.user.pk for hearer in new}
        step = come[audience]
        yield [_Owed(key_of(due, step, hearer.user), kind, due, step, hearer) for hearer in new]


def key_of(due: Due, step: Step, reader: User) -> str:
    return f"{due.subject}:{due.due_on}:{step.days}:{step.audience}:{reader.pk}"


def _status(district: District, keys: list[str]) -> dict[str, str]:
    """What became of these notices, by key. One that its mail server refused for good counts as
    said: its reader cannot be reached.
    """
    found = Notice.objects.filter(district=district, key__in=keys)
    rows = found.values_list("key", "status", "letter__status")
    return {
        key: NoticeStatus.SAID if letter == OwedStatus.FAILED else status
        for key, status, letter in rows
    }


def _may_speak(climb: list[list[_Owed]], status: dict[str, str]) -> Iterator[_Owed]:
    """The lowest audiences, up to the first one of which nobody has been told yet."""
    for rung in climb:
        yield from rung
        if rung and not any(status.get(owed.key) == NoticeStatus.SAID for owed in rung):
            return


def _withdraw_all_but(district: District, keys: set[str]) -> int:
    """Of the ladder's notices that wait, withdraw those that nothing asks for any longer."""
    waiting = Notice.objects.filter(district=district, rung__isnull=False).waiting()
    gone = [pk for pk, key in waiting.values_list("pk", "key") if key not in keys]
    return _end(Notice.objects.filter(pk__in=gone)) if gone else 0


def _wait_again(district: District, keys: list[str], today: dt.date) -> int:
    if not keys:
        return 0
    gone = Notice.objects.filter(district=district, key__in=keys, status=NoticeStatus.WITHDRAWN)
    return gone.update(status=NoticeStatus.WAITING, letter=None, say_on=today, ended_at=None)


def _end(found: Iterable[Notice]) -> int:
    waiting = found.filter(status=NoticeStatus.WAITING)  # type: ignore[attr-defined]
    ended: int = waiting.update(status=NoticeStatus.WITHDRAWN, ended_at=timezone.now())
    return ended


def withdraw(district: District, *subjects: str) -> int:
    """Withdraw what waits about these things; returns how many.

    Called when a thing moves: its owner, its date, its state. The next round owes what still is;
    letters not sent yet leave out what was withdrawn.
    """
    return _end(Notice.objects.filter(district=district, subject__in=subjects))


@transaction.atomic
def tell(
    district: District,
    reader: User,
    source: str,
    subject: str,
    *,
    again: str = "",
    say_on: dt.date | None = None,
    due_on: dt.date | None = None,
    position_id: int | None = None,
) -> Notice | None:
    """Tell one person of one thing once: news, which has no ladder.

    `source` is the kind of a registered source, which gives the words when the letter is sent.
    `again` makes the same thing news once more ("2", a date). Told already: the same notice.
    None if the reader's account is closed. It goes out with the reader's next daily letter.
    """
    if not reader.is_active:
        return None
    _source(source)
    notice, created = Notice.objects.get_or_create(
        district=district,
        key=":".join(filter(None, (subject, "news", again, str(reader.pk)))),
        defaults={
            "source": source,
            "subject": subject,
            "reader": reader,
            "position_id": position_id,
            "due_on": due_on,
            "say_on": say_on or district.today(),
        },
    )
    if not created and notice.status == NoticeStatus.WITHDRAWN:
        notice.status, notice.letter, notice.ended_at = NoticeStatus.WAITING, None, None
        notice.say_on = say_on or district.today()
        notice.save(update_fields=["status", "letter", "ended_at", "say_on"])
    return notice


@transaction.atomic
def keep_told(
    district: District, source: str, news: Iterable[Due], *, in_brief: bool = False
) -> int:
    """Tell the owners of these news once for each due date; returns how many were told now.

    `news` is all of its source: what waits about anything else, or for who owns it no longer, is
    withdrawn. Level-triggered as `owe` is, but without a ladder. 5 to 12 queries.
    """
    kind, today, every = _source(source).kind, district.today(), list(news)
    hearers = Hearers(district, today, every)
    wanted = {
        f"{due.subject}:news:{due.due_on}:{hearer.user.pk}": (due, hearer.user)
        for due in every
        for hearer in hearers.of(due, Audience.OWNER)
    }
    rows = Notice.objects.filter(district=district, source=kind)
    waiting = rows.waiting().values_list("pk", "key")
    gone = [pk for pk, key in waiting if key not in wanted]
    if gone:
        _end(Notice.objects.filter(pk__in=gone))
    status = _status(district, list(wanted))
    missing = [
        Notice(
            district=district,
            key=key,
            source=kind,
            subject=due.subject,
            reader=reader,
            position_id=due.position_id,
            due_on=due.due_on,
            say_on=today,
            in_brief=in_brief,
        )
        for key, (due, reader) in wanted.items()
        if key not in status
    ]
    Notice.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    back = [key for key in wanted if status.get(key) == NoticeStatus.WITHDRAWN]
    return len(missing) + _wait_again(district, back, today)


def was_told(district: District, subjects: Iterable[str]) -> bool:
    """Whether anybody was told of one of these things, or is about to be."""
    found = Notice.objects.filter(district=district, subject__in=list(subjects))
    return found.exclude(status=NoticeStatus.WITHDRAWN).exists()


def _source(kind: str) -> Source:
    try:
        return sources()[kind]
    except KeyError:
        raise LookupError(f"No source of notices is registered as {kind!r}.") from None
