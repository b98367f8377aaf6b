"""A year of one district, day by day: beat's rounds in the morning, people at work, rounds again.

Everything happens in one transaction that is rolled back: it leaves no row behind, and a worker
beside it sees none of its letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import time_machine
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from checklists import planning
from checklists.models import ChecklistTemplate, Window
from checklists.services import library as checklist_library
from checklists.services import observers, year_plan
from roadmap import learning_time, meeting_library
from roadmap.models import LearningLine, Milestone
from roadmap.services import adoption, learning, meeting_series, milestones
from roles.models import LeadershipRole, Letter, Notice, NoticeStatus, Position
from roles.schooltime import next_school_day
from roles.services import letters
from roles.services.calendar import closures_of
from tutoring_admin.demo import content, jobs, scale
from tutoring_admin.demo.world import ONE_DAY
from tutoring_admin.simulation import postbox
from tutoring_admin.simulation.counting import Said, Sent, Year, judge
from tutoring_admin.simulation.life import Life
from tutoring_admin.simulation.luck import Luck
from tutoring_admin.simulation.work import carry_out, talk

SLUG = "simulated"
AT_WORK = dt.time(15, 30)
ROUNDS = (dt.time(7, 5), dt.time(12, 5), dt.time(16, 5))
IN_SEASON = dt.timedelta(weeks=12)  # after July 1: the year in progress is the true one
OBSERVED = 30  # percent of the schools in each window
SENDS = {"roles.post_letters", "roles.sweep_owed"}
"""What beat starts that needs a broker; a simulated year posts its letters itself."""


def simulate(
    start: dt.date,
    *,
    weeks: int,
    seed: int,
    schools: int = len(content.MAPLE_SCHOOLS),
    say: Callable[[str], None] | None = None,
) -> Year:
    """Live through so many weeks from the first Monday on or after `start` and count the mails.

    `start` lies in the school year that begins on the July 1 before it. `say` hears of each month.
    """
    monday = start - start.weekday() % -7 * ONE_DAY
    with _apart(), transaction.atomic():
        lived = _begin(monday, seed, schools)
        people = {user.email for user in lived.world.users.values()}
        for day in range(weeks * 7):
            today = monday + day * ONE_DAY
            if say and (today.day == 1 or not day):
                say(f"{today:%B %Y}: {len(postbox.taken)} mails so far")
            _live(lived, today)
        found = _judge(lived, people, weeks)
        transaction.set_rollback(True)
    return found


@contextmanager
def _apart() -> Iterator[None]:
    """Mail into our own box, and quiet days kept, whatever this installation does."""
    before = settings.EMAIL_BACKEND, settings.QUIET_DAYS
    settings.EMAIL_BACKEND = f"{postbox.__name__}.{postbox.Postbox.__name__}"
    settings.QUIET_DAYS = True
    postbox.taken.clear()
    try:
        yield
    finally:
        settings.EMAIL_BACKEND, settings.QUIET_DAYS = before


def _begin(monday: dt.date, seed: int, schools: int) -> Life:
    """The district as it is before the first simulated day: people in place, the year planned."""
    july = dt.date(monday.year if monday.month >= 7 else monday.year - 1, 7, 1)
    with time_machine.travel(_noon(july + IN_SEASON), tick=False):
        world = scale.found(SLUG, schools)
    world.today = monday
    closures = [(closure.first_day, closure.last_day) for closure in world.closures]
    luck = Luck(seed, closures)
    luck.draw_leaves([u.pk for u in world.users.values()], monday, world.year.last_student_day)
    lived = Life(world, luck, monday)
    with time_machine.travel(_noon(monday - ONE_DAY), tick=False):
        jobs.build(world)
        _plan_roadmap(lived)
        _plan_meetings(lived)
        _plan_windows(lived)
        _plan_learning(lived)
    return lived


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(17), tzinfo=dt.UTC)


def _plan_roadmap(lived: Life) -> None:
    """The whole library; what was due before the first day was done in its time."""
    by = lived.world.reach(lived.manager)
    adoption.adopt_library(lived.world.year, by=by)
    past = Milestone.objects.filter(district=lived.world.district, due_on__lt=lived.today)
    for milestone in past:
        milestones.mark_done(milestone, proof_text="In the program folder.", by=by)


def _plan_meetings(lived: Life) -> None:
    world = lived.world
    seats = Position.objects.filter(district=world.district).select_related(
        "role", "school", "department"
    )
    roles = LeadershipRole.objects.filter(district=world.district)
    offered = meeting_library.suggestions(world.year, [], list(roles), list(seats), lived.today)
    plans = [
        plan
        for each in offered
        for plan in each.plans(**{k: v for k, v in each.initial.items() if k != "take"})
    ]
    meeting_series.adopt(world.year, plans, by=world.reach(lived.manager))


def _plan_windows(lived: Life) -> None:
    """A checklist window a month, some schools observed in each."""
    world, by = lived.world, lived.world.reach(lived.manager)
    checklist_library.adopt_library(world.district)
    templates = list(ChecklistTemplate.objects.filter(district=world.district).published())
    plan = year_plan.proposals(
        world.year, templates, [], rhythm=planning.Rhythm.MONTHLY, meetings=None
    )
    rows = [
        Window(
            school_year=world.year, label=each.label, kind=each.kind, opens_on=each.opens_on,
            closes_on=each.closes_on, only=list(each.only),
        )
        for each in plan.proposals
    ]  # fmt: skip
    for window in year_plan.plan_windows(rows, by=by):
        seed = f"{lived.luck.seed}-{window.opens_on}"
        observers.draw_schools(window, seed=seed, percent=OBSERVED, by=by)


def _plan_learning(lived: Life) -> None:
    """The shipped plan with all its sessions, and a coach for each tutor coach."""
    world, by = lived.world, lived.world.reach(lived.manager)
    learning.adopt_plan(world.year, by=by)
    closures = closures_of(world.district)
    for line in LearningLine.objects.filter(school_year=world.year):
        days = learning_time.session_days(
            max(lived.today, world.year.first_student_day),
            line.sessions,
            line.cadence,
            world.year.last_student_day,
            closures,
        )
        learning.schedule(line, [each.day for each in days], at=dt.time(15), by=by)
    coach = world.holder("COACH_LEAD")
    for (key, _, _), position in world.positions.items():
        if key == "TUTOR_COACH":
            talk(lived, position, coach)


def _live(lived: Life, today: dt.date) -> None:
    zone = lived.world.district.zone
    lived.today = today
    for at in ROUNDS[:-1]:
        with time_machine.travel(dt.datetime.combine(today, at, tzinfo=zone), tick=False):
            _round(lived)
    with time_machine.travel(dt.datetime.combine(today, AT_WORK, tzinfo=zone), tick=False):
        if today == next_school_day(today, lived.luck.closures):
            carry_out(lived)
    with time_machine.travel(dt.datetime.combine(today, ROUNDS[-1], tzinfo=zone), tick=False):
        _round(lived)


def _round(lived: Life) -> None:
    """What beat starts, once, and then all letters that are due."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"] not in SENDS:
            current_app.tasks[entry["task"]]()
    district = lived.world.district
    for pk in list(Letter.objects.filter(district=district).due().values_list("pk", flat=True)):
        letters.post(district.pk, pk)


def _judge(lived: Life, people: Collection[str], weeks: int) -> Year:
    zone = lived.world.district.zone
    sent = [_local(mail, zone) for mail in postbox.taken if mail.to in people]
    rows = Notice.objects.filter(
        district=lived.world.district, status=NoticeStatus.SAID, rung__isnull=False
    ).select_related("reader")
    said = [
        Said(row.ended_at, row.subject, row.due_on, row.rung, row.audience, row.reader.email)
        for row in rows
        if row.ended_at and row.due_on and row.rung is not None
    ]
    monday = lived.today - (weeks * 7 - 1) * ONE_DAY
    calendar = [(monday + n * 7 * ONE_DAY).isocalendar()[:2] for n in range(weeks)]
    return judge(sent, said, sorted(people), calendar, lived.luck.closures)


def _local(mail: Sent, zone: dt.tzinfo) -> Sent:
    return Sent(
        timezone.localtime(mail.at, zone), mail.to, mail.subject, mail.message_id, mail.gathered
    )
