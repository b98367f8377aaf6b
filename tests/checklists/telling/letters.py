"""What people hear of windows, and how a test moves from day to day."""

import datetime as dt

import time_machine

from checklists.tasks import write_letters
from roles.capabilities import AccessLevel
from roles.models import Notice, NoticeStatus
from roles.notices import sources
from tests.factories.checklists import (
    ChecklistFactory,
)
from tests.factories.roles import (
    AssignmentFactory,
    member,
)

DAY = dt.timedelta(1)
TODAY = dt.date(2026, 10, 29)  # a Thursday: see `school_day`


def form_of(window, school, who=None, **fields):
    """A form of the window, and the assignment of who fills it in."""
    who = who or member(AccessLevel.COACH, at=school)
    form = ChecklistFactory(
        district=window.district, window=window, school=school, holder=who, **fields
    )
    AssignmentFactory(
        district=window.district, position=form.position, holder=who, starts_on="2026-07-01"
    )
    return form


def on(day, hour=15, zone=dt.UTC):
    """At an hour of the day: 3 pm in Greenwich is the middle of a morning in Chicago."""
    moment = dt.datetime.combine(day, dt.time(hour), tzinfo=zone)
    return time_machine.travel(moment, tick=False)


def heard(reader=None):
    """What people were told or are about to be, in order: "told", "soon", "last_day", "hand"."""
    found = Notice.objects.exclude(status=NoticeStatus.WITHDRAWN).order_by("pk")
    if reader is not None:
        found = found.filter(reader=reader)
    keys = found.values_list("key", flat=True)
    return [key.split(":news:")[1].partition(":")[0].partition(".")[0] for key in keys]


def lines(district):
    """The lines of what waits, as a letter would say them now."""
    found = {}
    for kind, subject in Notice.objects.waiting().values_list("source", "subject"):
        found |= sources()[kind].still(district, [subject])
    return list(found.values())


def send_all():
    Notice.objects.waiting().update(status=NoticeStatus.SAID)


def run(days):
    """A round each hour of the working day, on each of these days after `TODAY`."""
    for day in days:
        for hour in (6, 15, 16, 23):
            with on(TODAY + day * DAY, hour):
                write_letters()


def dt_now():
    return dt.datetime.now(dt.UTC)
