"""How a person wants to be mailed, and the district's ladder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.ladder import CLIMB, Step
from roles.mail_links import Named
from roles.models import District, LadderRung, MailPreference, Notice, NoticeStatus, Snooze, User
from roles.notices import sources
from roles.services.audit import record, record_for
from roles.services.refusal import Refused
from roles.wall import district_scope

MOST_RUNGS = 12
MOST_DAYS = 90  # for which a thing can be put off


@transaction.atomic
def choose(wish: MailPreference, *, by: Reach) -> MailPreference:
    """Keep how the person behind `by` wants to be mailed. `wish` is theirs, saved or not.

    What comes once a week is the brief, so that pace switches it on.
    """
    wish.district, wish.person, wish.off_since = by.district, by.user, None
    wish.full_clean(exclude=["district", "person"], validate_unique=False)
    said: dict[str, Any] = {
        name: getattr(wish, name)
        for name in ("pace", "hour", "time_zone", "brief", "brief_weekday", "off_since")
    }
    kept, _ = MailPreference.objects.update_or_create(
        district=by.district, person=by.user, defaults=said
    )
    record(by, "mail.chosen", kept, pace=str(kept.get_pace_display()).lower())
    return kept


@transaction.atomic
def turn_off(district: District, person: User) -> bool:
    """No more letters about what is due. True if they came until now. What waits is withdrawn."""
    wish, _ = MailPreference.objects.get_or_create(district=district, person=person)
    if wish.off_since is not None:
        return False
    wish.off_since = timezone.now()
    wish.save(update_fields=["off_since"])
    waiting = Notice.objects.filter(district=district, reader=person).waiting()
    waiting.update(status=NoticeStatus.WITHDRAWN, ended_at=timezone.now())
    record_for(district, person, "mail.turned_off", wish)
    return True


@transaction.atomic
def put_off(district: District, person: User, subject: str, until: dt.date) -> Snooze:
    """The person hears no more of one thing (or of anything, if `subject` is empty) before a day.

    Raises Refused for a day that is not to come, or too far away.
    """
    today = district.today()
    if not today < until <= today + dt.timedelta(days=MOST_DAYS):
        raise Refused(f"Pick a day from tomorrow on, at most {MOST_DAYS} days away.")
    snooze, _ = Snooze.objects.update_or_create(
        district=district, person=person, subject=subject, defaults={"until": until}
    )
    return snooze


def hear_again(snooze_pk: int, *, by: Reach) -> bool:
    """End a snooze of one's own. True if it was there."""
    mine = Snooze.objects.filter(district=by.district, person=by.user, pk=snooze_pk)
    return bool(mine.delete()[0])


def snoozes_of(reach: Reach) -> list[tuple[Snooze, str]]:
    """What the person put off and until when, with its title; ended ones are left out."""
    today = reach.district.today()
    rows = Snooze.objects.filter(district=reach.district, person=reach.user, until__gt=today)
    found = [(row, title_of(reach.district, row.subject)) for row in rows.order_by("until")]
    return [(row, title) for row, title in found if title]


def title_of(district: District, subject: str) -> str:
    """What a subject is called now; "Everything" for the empty one, "" for what is settled."""
    if not subject:
        return "Everything"
    source = sources().get(subject.partition(":")[0])
    line = source.still(district, [subject]).get(subject) if source else None
    return line.title if line else ""


def person_of(named: Named) -> tuple[District, User] | None:
    """Whom a letter's link names; None if the district or the person's account is gone."""
    district = District.objects.filter(pk=named.district_pk).first()
    person = User.objects.filter(pk=named.person_pk, is_active=True).first()
    return (district, person) if district and person else None


def turn_off_by_link(named: Named) -> bool:
    """The same from a letter, outside any district. False if the link names nobody."""
    found = person_of(named)
    if found is None:
        return False
    with district_scope(found[0]):
        turn_off(*found)
    return True


def put_off_by_link(named: Named, until: dt.date) -> Snooze | None:
    """The same from a letter. None if the link names nobody; raises Refused as `put_off` does."""
    found = person_of(named)
    if found is None:
        return None
    with district_scope(found[0]):
        return put_off(*found, named.subject, until)


def title_by_link(named: Named) -> str:
    """What the link's thing is called; "" if it is settled or the link names nobody."""
    found = person_of(named)
    if found is None:
        return ""
    with district_scope(found[0]):
        return title_of(found[0], named.subject)


def check_ladder(steps: Sequence[Step]) -> str:
    """A sentence if these rungs make no ladder, else "".

    The owner hears first, and each higher audience begins after the one below it.
    """
    if len(steps) > MOST_RUNGS:
        return f"A ladder has at most {MOST_RUNGS} rungs."
    if len({(step.days, step.audience) for step in steps}) < len(steps):
        return "Two rungs have the same day and the same people."
    first: dict[str, int] = {}
    for step in steps:
        first[step.audience] = min(step.days, first.get(step.audience, step.days))
    if CLIMB[0] not in first:
        return "The owner hears first: keep at least one rung for the owner."
    begins = [first[audience] for audience in CLIMB if audience in first]
    if any(upper <= lower for lower, upper in pairwise(begins)):
        return (
            "It climbs: the supervisor begins after the owner, then the project manager,"
            " then the champion."
        )
    return ""


@transaction.atomic
def set_ladder(steps: Sequence[Step], *, by: Reach) -> None:
    """Give the district a ladder of its own. Raises Refused, see `check_ladder`."""
    wrong = check_ladder(steps)
    if wrong:
        raise Refused(wrong)
    LadderRung.objects.filter(district=by.district).delete()
    LadderRung.objects.bulk_create(
        LadderRung(
            district=by.district, days=step.days, audience=step.audience, in_brief=step.in_brief
        )
        for step in steps
    )
    record(by, "ladder.changed", by.district, rungs=len(steps))


@transaction.atomic
def use_shipped_ladder(*, by: Reach) -> bool:
    """Back to the ladder that the product comes with. True unless it was in use."""
    gone, _ = LadderRung.objects.filter(district=by.district).delete()
    if gone:
        record(by, "ladder.reset", by.district)
    return bool(gone)
