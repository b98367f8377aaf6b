"""What is said, and when: clocks that change (R08), days without any round (R09), and things that
change while they are being told (R10). The rounds and letters are the product's own; only the clock
is moved.
"""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadmap.models import Milestone, State
from roadmap.notices import subject_of
from roles.capabilities import AccessLevel
from roles.models import Letter, LetterKind, MailPreference, Notice, OwedStatus
from roles.services import delivery, gathering
from tests.factories.roadmap import owned_milestone
from tests.factories.roles import AssignmentFactory, PositionFactory, UserFactory, member
from tests.faults.conftest import LONG

ZONES = [
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
    *("America/Los_Angeles", "America/Anchorage", "America/Adak"),
    *("Pacific/Honolulu", "Pacific/Guam", "America/Puerto_Rico"),
]
YEARS = range(2026, 2036) if LONG else (2026,)
NIGHTS = [(3, 8, 14), (11, 1, 7)]  # the Sundays on which clocks change
PEOPLE, EACH = (100, 50) if LONG else (4, 6)


def reader_of(milestone, **wishes):
    """Another holder of a milestone's district, with access and a position of their own."""
    who = UserFactory()
    position = PositionFactory(district=milestone.district)
    AssignmentFactory(district=milestone.district, position=position, holder=who)
    member(AccessLevel.ADMINISTRATIVE_LEADER, at=milestone.district, user=who)
    wishes = {"brief": False, **wishes}
    MailPreference.objects.create(district=milestone.district, person=who, **wishes)
    return who, position


def another(milestone, position, title, due_on):
    return Milestone.objects.create(
        district=milestone.district,
        school_year=milestone.school_year,
        phase=milestone.phase,
        owner=position,
        title=title,
        starts_on=due_on - dt.timedelta(days=20),
        due_on=due_on,
    )


def sunday(year, month, first, last):
    days = (dt.date(year, month, day) for day in range(first, last + 1))
    return next(day for day in days if day.weekday() == 6)


@pytest.mark.parametrize("night", NIGHTS, ids=["spring", "autumn"])
def test_r08_each_working_day_has_one_morning_whatever_the_clocks_do(night, count):
    letters = 0
    for year in YEARS:
        with transaction.atomic():
            letters += mornings_around(sunday(year, *night))
            transaction.set_rollback(True)
    count(f"R08 {len(ZONES)} zones around {len(YEARS)} nights of {night[0]}/: {letters} letters,"
          " one for each working day, none before seven")  # fmt: skip


def mornings_around(night):
    """Rounds every hour from Friday to Tuesday; returns how many letters there were."""
    first, days = night - dt.timedelta(days=2), [-2, 1, 2]
    milestone = owned_milestone()
    readers = {}
    for zone in ZONES:
        who, position = reader_of(milestone, hour=7, time_zone=zone)
        readers[who.pk] = ZoneInfo(zone)
        thing = another(milestone, position, zone, night + dt.timedelta(days=60))
        for day in days:
            say_on = night + dt.timedelta(days=day)
            Notice.objects.create(
                district=milestone.district,
                key=f"{zone}:{day}",
                source="milestone",
                subject=subject_of(thing.pk),
                reader=who,
                position=position,
                due_on=thing.due_on,
                say_on=say_on,
            )
    begin = dt.datetime.combine(first, dt.time(), dt.UTC) - dt.timedelta(hours=12)
    with time_machine.travel(begin, tick=False) as clock:
        for _ in range(24 * 5 + 8):  # to Tuesday noon in Honolulu
            clock.shift(3600)
            gathering.gather(milestone.district, dt.datetime.now(dt.UTC))
    found = Letter.objects.filter(kind=LetterKind.DUE, reader__in=readers)
    heard = Counter()
    for letter in found:
        local = letter.owed_at.astimezone(readers[letter.reader_id])
        assert (local.hour, local.minute) == (7, 0)
        heard[letter.reader_id, local.date()] += 1
    wanted = {(pk, night + dt.timedelta(days=day)) for pk in readers for day in days}
    assert set(heard) == wanted
    assert set(heard.values()) == {1}
    return len(found)


def test_r09_after_three_days_without_a_round_each_person_has_one_true_letter(count, school_day):
    thursday = dt.date(2026, 10, 29)
    base = owned_milestone(due_on=dt.date(2027, 3, 1))
    people = [reader_of(base) for _ in range(PEOPLE)]
    things = [
        another(base, position, f"Thing {who.pk}-{number}.", thursday - dt.timedelta(number % 3))
        for who, position in people
        for number in range(EACH)
    ]
    over = things[::4]  # finished while nobody did any round
    Milestone.objects.filter(pk__in=[each.pk for each in over]).update(
        state=State.NOT_APPLICABLE, reason="Not this year"
    )

    for _ in range(3):
        gathering.round_of(base.district)
        while Letter.objects.due().exists():  # a call ends after some seconds, a worker calls again
            delivery.carry()

    got = Counter(sent.to[0] for sent in mail.outbox)
    bodies = {sent.to[0]: sent.body for sent in mail.outbox}
    untrue = sum(each.title in body for each in over for body in bodies.values())
    still = [each for each in things if each not in over]
    unsaid = sum(all(each.title not in body for body in bodies.values()) for each in still)
    count(
        f"R09 {len(things)} things due in 72 hours without a round: {sum(got.values())} letters to"
        f" {PEOPLE} people, {untrue} untrue, {unsaid} not said"
    )
    assert set(got.values()) == {1}
    assert len(got) == PEOPLE
    assert (untrue, unsaid) == (0, 0)
    assert Notice.objects.count() > len(got)  # control: so many letters it would be one by one


STEPS = st.lists(
    st.sampled_from(["finish", "reopen", "hand over", "move", "delete", "owe", "send", "next day"]),
    min_size=4,
    max_size=14,
)


@pytest.mark.parametrize("careful", [True, False], ids=["", "control"])
def test_r10_no_letter_about_what_is_no_longer_so(careful, monkeypatch, school_day):
    """Whatever happens between owing and sending. The control sends the words of the moment in
    which the letter was owed, and must be caught at it.
    """
    caught = []
    start = dt.datetime.now(dt.UTC)

    @settings(
        max_examples=200 if LONG else 15,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.data(), STEPS)
    def live(data, steps):
        school_day.move_to(start)
        with transaction.atomic():
            caught.extend(lived(steps, school_day, careful=careful))
            transaction.set_rollback(True)

    live()
    if careful:
        assert not caught
    else:
        assert caught


def lived(steps, clock, *, careful):
    """Untrue sentences that were sent."""
    mail.outbox.clear()
    thing = owned_milestone(title="The thing", due_on=dt.date(2026, 11, 5))
    owner, position = reader_of(thing)
    other, others = reader_of(thing)
    thing.owner = position
    thing.save()
    for step in ["owe", *steps, "finish", "send"] if not careful else steps:
        act(step, thing, position, others, clock)
        if step == "send":
            before = len(mail.outbox)
            send(careful)
            now = Milestone.objects.filter(pk=thing.pk, state=State.IN_PROGRESS).first()
            holder = now and (owner if now.owner_id == position.pk else other)
            for sent in mail.outbox[before:]:
                if "The thing" in sent.subject and (not now or sent.to != [holder.email]):
                    yield sent.subject


def act(step, thing, mine, others, clock):
    found = Milestone.objects.filter(pk=thing.pk)
    match step:
        case "finish":
            found.update(state=State.NOT_APPLICABLE, reason="Not this year")
        case "reopen":
            found.update(state=State.IN_PROGRESS, reason="")
        case "hand over":
            found.update(owner=others)
        case "move":
            found.update(due_on=dt.date(2026, 11, 12))
        case "delete":
            found.delete()
        case "owe":
            found.filter(state=State.NOT_STARTED).update(state=State.IN_PROGRESS)
            gathering.round_of(thing.district)
        case "next day":
            clock.shift(24 * 3600)


def send(careful):
    if careful:
        delivery.carry()
        return
    for letter in Letter.objects.filter(status=OwedStatus.WAITING, kind=LetterKind.DUE):
        mail.EmailMessage("The thing", "is due", to=[letter.to]).send()
        Letter.objects.filter(pk=letter.pk).update(status=OwedStatus.DONE)
