"""What people were told until today: the letters of the last weeks, and one that is owed now.

Only the milestone that is due in a week is left to the first round, so that one reminder can be
watched on its way.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from roadmap.notices import Milestones
from roles.ladder import CLIMB, SHIPPED, Step, days_of
from roles.models import Audience, Letter, LetterKind, Notice, NoticeStatus, OwedStatus, User
from roles.notices import Due
from roles.schooltime import ONE_DAY
from roles.services.calendar import quiet_days
from roles.services.hearing import Hearer, Hearers
from roles.services.notices import key_of, open_things
from tutoring_admin.demo.world import World

BACK = dt.timedelta(days=60)
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class _Told:
    kind: str
    due: Due
    step: Step
    hearer: Hearer
    day: dt.date


def build(world: World) -> None:
    """Keep what was told before today, each person's in one letter a day, and this week's brief."""
    things = open_things(world.district, world.today)
    hearers = Hearers(world.district, world.today, [due for _, due in things])
    told = [each for kind, due in things for each in _told(world, kind, due, hearers)]
    by_letter: dict[tuple[int, dt.date], list[_Told]] = defaultdict(list)
    for each in told:
        by_letter[each.hearer.user.pk, each.day].append(each)
    letters = {
        (pk, day): _letter(world, found[0].hearer.user, LetterKind.DUE, day, _subject(found))
        for (pk, day), found in by_letter.items()
    }
    Letter.objects.bulk_create(letters.values())
    Notice.objects.bulk_create(
        _notice(world, each, letters[each.hearer.user.pk, each.day]) for each in told
    )
    owners = {h.user.pk: h.user for _, due in things for h in hearers.of(due, Audience.OWNER)}
    Letter.objects.bulk_create(_brief(world, owner) for owner in owners.values())


def _told(world: World, kind: str, due: Due, hearers: Hearers) -> Iterator[_Told]:
    """The rungs of a thing that have come, each with who heard of it."""
    if kind == Milestones.kind and due.due_on == world.today + WEEK:
        return
    steps = due.ladder(SHIPPED)
    heard: set[int] = set()
    for audience in CLIMB:
        new = [h for h in hearers.of(due, audience) if h.user.pk not in heard]
        heard |= {hearer.user.pk for hearer in new}
        for day, step in days_of(steps, due.due_on, quiet_days(world.district)):
            if step.audience == audience and world.today - BACK < day <= world.today:
                for hearer in new:
                    yield _Told(kind, due, step, hearer, min(day, world.today - ONE_DAY))


def _subject(found: list[_Told]) -> str:
    first = min(found, key=lambda each: each.due.due_on)
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"Due {first.due.due_on:%b} {first.due.due_on.day}: {first.due.title[:100]}{more}"


def _notice(world: World, each: _Told, letter: Letter) -> Notice:
    return Notice(
        district=world.district,
        key=key_of(each.due, each.step, each.hearer.user),
        source=each.kind,
        subject=each.due.subject,
        reader=each.hearer.user,
        position_id=each.due.position_id,
        audience=each.step.audience,
        rung=each.step.days,
        due_on=each.due.due_on,
        say_on=each.day,
        in_brief=each.step.in_brief,
        status=NoticeStatus.SAID,
        letter=letter,
        made_at=letter.owed_at,
        ended_at=letter.done_at,
    )


def _brief(world: World, reader: User) -> Letter:
    monday = world.today - world.today.weekday() * ONE_DAY
    sent_on = min(monday, world.today - ONE_DAY)
    subject = f"Your week from {monday:%b} {monday.day}"
    return _letter(world, reader, LetterKind.BRIEF, monday, subject, sent_on=sent_on)


def _letter(
    world: World,
    reader: User,
    kind: LetterKind,
    day: dt.date,
    subject: str,
    *,
    sent_on: dt.date | None = None,
) -> Letter:
    at = dt.datetime.combine(sent_on or day, dt.time(7, 5), tzinfo=world.district.zone)
    key = f"{kind}:{reader.pk}:{day}"
    return Letter(
        district=world.district,
        key=key,
        kind=kind,
        reader=reader,
        to=reader.email,
        subject=subject,
        message_id=f"<{key.replace(':', '.')}@{world.district.slug}.example>",
        status=OwedStatus.DONE,
        owed_at=at,
        not_before=at,
        done_at=at,
    )
