"""When a source is asked by night, and what for: all there is, or what changed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from roles.models import District, OwedStatus, RosterPull, RosterSource
from roles.models.owed import UNFINISHED
from roles.tasks import ring_on_commit
from roles.wall import district_scope
from tutoring_admin.systems.rosters.rest.tasks import pull_roster

STILL_NIGHT = dt.timedelta(hours=6)  # after the hour: for a beat that was down when it came
OVERLAP = dt.timedelta(minutes=15)  # clocks differ, and a server may be slow to show what changed
SUNDAY = 6


def owe_everywhere() -> int:
    """Owe tonight's pull of each district whose hour has come; returns how many are new.

    Looks for sources outside the wall, owes each behind it. Harmless to do twice.
    """
    sources = RosterSource.objects.filter(is_nightly=True).select_related("district")
    owed = 0
    for source in sources:
        night = night_of(source.district, source.hour, timezone.now())
        if night is not None:
            with district_scope(source.district):
                owed += _owe(source, night)
    return owed


def night_of(district: District, hour: int, now: dt.datetime) -> dt.date | None:
    """The night, by the day its hour is on, if that hour has just come there."""
    here = now.astimezone(district.zone)
    day = here.date() if here.hour >= hour else here.date() - dt.timedelta(days=1)
    came = dt.datetime.combine(day, dt.time(hour), district.zone)
    return day if now - came < STILL_NIGHT else None


@transaction.atomic
def _owe(source: RosterSource, night: dt.date) -> bool:
    """Once a night; not while another pull is under way, which is tried again in ten minutes."""
    pulls = RosterPull.objects.filter(source=source.pk)
    key = f"nightly:{source.pk}:{night.isoformat()}"
    if pulls.filter(key=key).exists() or pulls.filter(status__in=UNFINISHED).exists():
        return False
    pull, created = RosterPull.objects.get_or_create(
        district_id=source.district_id,
        key=key,
        defaults={
            "source": source,
            "kind": RosterPull.Kind.NIGHTLY,
            "since": None if night.weekday() == SUNDAY else last_good(source),
        },
    )
    if created:
        ring_on_commit(pull_roster, pull.district_id, pull.pk)
    return created


def last_good(source: RosterSource) -> dt.datetime | None:
    """From when on changes are to be asked for: the newest pull whose result is in force, or that
    brought nothing new. None if all there is must be asked for.
    """
    pulls = RosterPull.objects.filter(
        source=source.pk, status=OwedStatus.DONE, began_at__gte=source.changed_at
    ).exclude(kind=RosterPull.Kind.TEST)
    for pull in pulls.select_related("roster").order_by("-began_at")[:10]:
        roster = pull.roster
        is_true = roster is not None and roster.applied_at and not roster.undone_at
        if pull.began_at and (is_true or pull.outcome == RosterPull.Outcome.NOTHING):
            return pull.began_at - OVERLAP
    return None
