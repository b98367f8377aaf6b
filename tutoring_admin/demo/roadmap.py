"""The demo's roadmaps: one in mid-year with late, blocked and due-soon milestones, one fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from roadmap.models import DateChange, Milestone, Phase, State
from roadmap.services.adoption import adopt_library
from roles.capabilities import Capability
from roles.ladder import SHIPPED, days_of
from roles.models import Audience, AuditEvent, Position, School, User
from roles.schooltime import Span, is_quiet, previous_school_day
from tutoring_admin.demo.world import World

DAY = dt.timedelta(days=1)
DRIVE = "https://drive.maple-valley.example/tutoring/"
REMINDED = "M38"
"""The milestone due in exactly seven days: its owner, the project manager, hears of it today."""


@dataclass(frozen=True)
class Turn:
    """What became of one milestone: due in `days` from today, in which state, and why."""

    days: int
    state: State
    reason: str = ""
    moved_because: str = ""


TURNS = {
    "M24": Turn(-16, State.IN_PROGRESS, moved_because="Two site lead descriptions are in review."),
    "M34": Turn(-9, State.IN_PROGRESS, moved_because="Room changes at two schools came late."),
    "M37": Turn(-4, State.IN_PROGRESS),
    REMINDED: Turn(7, State.IN_PROGRESS, moved_because="The provider asked for one more week."),
    "M39": Turn(12, State.AT_RISK, "The money line is missing; finance has it until Thursday."),
    "M40": Turn(27, State.BLOCKED, "State results come two weeks late; no scores to group by."),
}
WINDOW = Turn(13, State.IN_PROGRESS)
AT_EVERY_SCHOOL = {"PRINCIPAL": "INSTR_SUPERVISOR", "SITE_LEAD": "PROJECT_MANAGER"}


def build(world: World) -> None:
    """Fill one district's roadmap, relative to its today."""
    if world.district.slug == "cedar-falls":
        _build_fresh(world)
    else:
        tell_midyear(world)
        Milestone.objects.bulk_create(of_schools(world, [world.schools["Cedar Hill ES"]]))


def _build_fresh(world: World) -> None:
    """A district three weeks into planning for next fall."""
    monday = world.today - world.today.weekday() * DAY
    anchor = monday + 39 * 7 * DAY
    lead = world.holder("PROGRAM_LEAD")
    manages = world.reach(lead, Capability.ROADMAP_MANAGE)
    adopt_library(world.year, by=manages, core_only=True, anchor=anchor)
    milestones = list(Milestone.objects.filter(district=world.district))
    story = Story(world)
    for milestone in milestones:
        if milestone.key == "M02":
            due_on = min(milestone.due_on, world.today - 2 * DAY)
            milestone.due_on = previous_school_day(due_on, story.closures)
            milestone.starts_on = min(milestone.starts_on, milestone.due_on)
            story.finish(milestone, lead)
        elif milestone.key == "M01":
            story.begin(milestone, lead)
        clear_of_today(milestone, world)
    story.keep(milestones)


def tell_midyear(world: World) -> None:
    """The whole library, adopted and carried to today, with some of it late, at risk, blocked."""
    manager = world.holder("PROJECT_MANAGER")
    adopt_library(world.year, by=world.reach(manager, Capability.ROADMAP_MANAGE))
    milestones = list(Milestone.objects.filter(district=world.district))
    turns = _turns(milestones, world)
    story = Story(world)
    for milestone in milestones:
        milestone.owner = milestone.owner or _stand_in(milestone, world)
        owner = world.holders.get(milestone.owner_id or 0, manager)
        if turn := turns.get(milestone.key):
            story.turn(milestone, turn, owner)
        elif milestone.due_on < world.today:
            story.finish(milestone, owner)
        elif milestone.starts_on <= world.today:
            story.begin(milestone, owner)
        if milestone.key != REMINDED:
            clear_of_today(milestone, world)
    story.keep(milestones)


def _turns(milestones: Iterable[Milestone], world: World) -> dict[str, Turn]:
    """The turns that fit the time of year: what is far from its own date stays as it would be."""
    due = {milestone.key: milestone.due_on for milestone in milestones}
    spring = world.today > world.year.first_student_day + 22 * 7 * DAY
    turns = TURNS | {"M43" if spring else "M35": WINDOW}
    lasting = {"M24", "M37", REMINDED, "M35", "M43"}
    near = 10 * 7 * DAY
    return {k: t for k, t in turns.items() if k in lasting or abs(due[k] - world.today) < near}


def _stand_in(milestone: Milestone, world: World) -> Position:
    """Who answers for what every school has to do."""
    usual = milestone.usual_owner.key if milestone.usual_owner else ""
    return world.at(AT_EVERY_SCHOOL.get(usual, "PROJECT_MANAGER"))


def of_schools(world: World, schools: Iterable[School]) -> list[Milestone]:
    """What schools have on their own lists; rows to be inserted."""
    phase = Phase.objects.get(school_year=world.year, key="P5")
    return [
        Milestone(
            district=world.district,
            school_year=world.year,
            phase=phase,
            school=school,
            owner=world.at(role, school.name),
            title=title.format(school.name.removesuffix(" ES")),
            proof_hint=proof,
            hand_dated=True,
            starts_on=world.today - 5 * DAY,
            due_on=world.today + days * DAY,
            state=State.IN_PROGRESS,
        )
        for school in schools
        for role, days, title, proof in (
            ("SITE_LEAD", 9, "Second tutoring room ready at {}", "Photo and room number"),
            ("PRINCIPAL", 20, "Site lead's weekly period protected again", "Changed schedule"),
        )
    ]


def is_heard_today(due_on: dt.date, world: World) -> bool:
    """Whether the owner of what is due then is mailed today, with quiet days kept or without."""
    closures: list[Span] = [(c.first_day, c.last_day) for c in world.closures]
    own = [step for step in SHIPPED if step.audience == Audience.OWNER]
    kept = days_of(own, due_on, lambda day: is_quiet(day, closures))
    plain = days_of(own, due_on, lambda _day: False)
    return world.today in {day for day, _ in [*kept, *plain]}


def clear_of_today(milestone: Milestone, world: World) -> None:
    """Move a date that would have its owner mailed on the very day the demo is made."""
    if milestone.state in (State.DONE, State.NOT_APPLICABLE):
        return
    step = -DAY if milestone.due_on < world.today else DAY
    while is_heard_today(milestone.due_on, world):
        milestone.due_on += step
        milestone.hand_dated = True
    milestone.starts_on = min(milestone.starts_on, milestone.due_on)


class Story:
    """Turns milestones into what they have become, and keeps the rows that tell how."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events: list[AuditEvent] = []
        self.changes: list[DateChange] = []
        self.closures: list[Span] = [(c.first_day, c.last_day) for c in world.closures]

    def begin(self, milestone: Milestone, who: User) -> None:
        milestone.state = State.IN_PROGRESS
        self._note("started", milestone, min(milestone.starts_on, self.world.today - DAY), who)

    def finish(self, milestone: Milestone, who: User) -> None:
        day = previous_school_day(milestone.due_on - milestone.pk % 4 * DAY, self.closures)
        milestone.state = State.DONE
        milestone.done_on = day
        milestone.done_at = self._moment(day)
        milestone.done_by = who
        milestone.proof_text = (
            f"{milestone.proof_hint}. In the program folder since {day:%B} {day.day}."
        )
        if milestone.pk % 3 == 0:
            milestone.proof_link = f"{DRIVE}{milestone.key.lower()}"
        self._note("started", milestone, milestone.starts_on, who)
        self._note("done", milestone, day, who)

    def turn(self, milestone: Milestone, turn: Turn, who: User) -> None:
        due_on = self.world.today + turn.days * DAY
        if milestone.key != REMINDED:
            due_on = previous_school_day(due_on, self.closures)
        early = min(due_on - 21 * DAY, self.world.today - 10 * DAY)
        milestone.starts_on = min(milestone.starts_on, previous_school_day(early, self.closures))
        self.begin(milestone, who)
        milestone.state, milestone.reason = turn.state, turn.reason
        if turn.moved_because and due_on != milestone.due_on:
            self._redate(milestone, due_on, turn.moved_because)
        if turn.state == State.BLOCKED:
            self._note("blocked", milestone, self.world.today - 2 * DAY, who, reason=turn.reason)
        milestone.hand_dated = milestone.hand_dated or due_on != milestone.due_on
        milestone.due_on = due_on

    def keep(self, milestones: list[Milestone]) -> None:
        Milestone.objects.bulk_update(
            milestones,
            ["state", "reason", "owner", "starts_on", "due_on", "hand_dated", "done_on", "done_at",
             "done_by", "proof_text", "proof_link"],
        )  # fmt: skip
        DateChange.objects.bulk_create(self.changes)
        AuditEvent.objects.bulk_create(self.events)

    def _redate(self, milestone: Milestone, due_on: dt.date, reason: str) -> None:
        manager = self.world.holder("PROJECT_MANAGER")
        day = min(milestone.due_on, self.world.today - 3 * DAY)
        milestone.hand_dated = True
        self.changes.append(
            DateChange(
                district=self.world.district, milestone=milestone, old=milestone.due_on,
                new=due_on, reason=reason, by=manager, at=self._moment(day),
            )
        )  # fmt: skip
        dates = {"old": str(milestone.due_on), "new": str(due_on)}
        self._note("redated", milestone, day, manager, reason=reason, **dates)

    def _note(
        self, verb: str, milestone: Milestone, day: dt.date, who: User, **detail: str
    ) -> None:
        self.events.append(
            AuditEvent(
                district=self.world.district, actor=who, verb=f"roadmap.milestone_{verb}",
                subject=milestone._meta.label_lower, subject_pk=str(milestone.pk),
                at=self._moment(day), detail={"title": milestone.title, **detail},
            )
        )  # fmt: skip

    def _moment(self, day: dt.date) -> dt.datetime:
        """Some minute of the working day, never in the future."""
        at = dt.datetime.combine(day, dt.time(9 + day.day % 7, 10), tzinfo=self.world.district.zone)
        return min(at, timezone.now())
