"""What the people of a simulated year do on a day, by the services behind the pages they would use.

Each function is one kind of work. It looks at what is open and does what its people do today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db.models import F

from checklists.models import Action, Checklist, ChecklistItem, RaterKind
from checklists.pairs import pair_of
from checklists.services import actions, agreeing, filling
from checklists.services.filling import Given
from roadmap.models import (
    OPEN,
    AtRiskProposal,
    CoachingEntry,
    LearningSession,
    Meeting,
    MeetingAction,
    MeetingState,
    Milestone,
    SessionState,
    State,
)
from roadmap.services import attendance, coaching, milestones, minutes, outcomes, risk
from roles.models import Assignment, JobDescriptionVersion, Position, User
from roles.services import acknowledging, assigning, leaving
from roles.services.refusal import Refused
from tutoring_admin.simulation.life import Life
from tutoring_admin.simulation.luck import ONE_DAY

A_MOVE_IN = 12  # one late milestone in so many gets a new date instead
RESIGNATIONS = 2
A_GAP = 12  # days until somebody follows


def carry_out(life: Life) -> None:
    """Everything that the people do today."""
    for work in WORK:
        work(life)


def _milestones(life: Life) -> None:
    begun = Milestone.objects.filter(district=life.world.district, starts_on__lte=life.today)
    found = list(begun.open())
    owners = life.owners({m.owner_id for m in found if m.owner_id})
    for milestone in found:
        owner = owners.get(milestone.owner_id or 0, life.manager)
        by = life.world.reach(owner)
        if milestone.state == State.NOT_STARTED:
            milestones.start(milestone, by=by)
        thing = f"milestone:{milestone.pk}"
        if life.does(thing, milestone.due_on, owner):
            milestones.mark_done(milestone, proof_text="In the program folder.", by=by)
        elif milestone.due_on == life.today - 4 * ONE_DAY and _moves(life, thing):
            new = milestone.due_on + 14 * ONE_DAY
            milestones.redate(
                milestone, new, reason="It waits for the board.", by=life.world.reach(life.manager)
            )


def _moves(life: Life, thing: str) -> bool:
    return life.luck.of("moves", thing).randrange(A_MOVE_IN) == 0


def _at_risk(life: Life) -> None:
    asked = AtRiskProposal.objects.filter(
        district=life.world.district,
        decided_at=None,
        due_on=F("milestone__due_on"),
        milestone__state__in=OPEN,
    )
    found = list(asked.select_related("milestone"))
    owners = life.owners({p.milestone.owner_id for p in found if p.milestone.owner_id})
    for proposal in found:
        owner = owners.get(proposal.milestone.owner_id or 0, life.manager)
        if life.does(f"risk:{proposal.pk}", proposal.made_at.date(), owner):
            risk.dismiss(proposal, note="It goes well.", by=life.world.reach(owner))


def _acknowledgements(life: Life) -> None:
    district = life.world.district
    held = Assignment.objects.filter(district=district)
    waiting = acknowledging.asked(held, district, life.today).filter(has_read=False)
    versions = JobDescriptionVersion.objects.in_bulk({a.version_pk for a in waiting})
    for assignment in waiting.select_related("holder"):
        if life.does(f"read:{assignment.pk}", assignment.asked_on + 5 * ONE_DAY, assignment.holder):
            by = life.world.reach(assignment.holder)
            acknowledging.acknowledge(versions[assignment.version_pk], by=by)


def _checklists(life: Life) -> None:
    forms = Checklist.objects.current().filter(
        district=life.world.district,
        submitted_at=None,
        rater_kind__in=[RaterKind.SELF, RaterKind.OBSERVER],
        window__opens_on__lte=life.today,
        window__closes_on__gte=life.today,
    )
    for form in forms.select_related("window", "rater"):
        if life.does(f"form:{form.pk}", form.window.closes_on, form.rater):
            _fill_in(life, form)


def _fill_in(life: Life, form: Checklist) -> None:
    by = life.world.reach(form.rater)
    for item in ChecklistItem.objects.filter(template=form.template_id):
        values = [point.value for point in item.on_scale.points]
        value = life.luck.of("rating", form.pk, item.pk).choice([*values, values[-1]])
        filling.save_rating(form, item, Given(value=value), by=by)
    filling.submit(form, by=by)


def _agreements(life: Life) -> None:
    district = life.world.district
    own = Checklist.objects.current().filter(
        district=district, rater_kind=RaterKind.SELF, submitted_at__isnull=False,
        window__closes_on__gte=life.today - 30 * ONE_DAY,
    )  # fmt: skip
    for form in own.select_related("window", "rater"):
        pair = pair_of(form, Checklist.objects.filter(district=district))
        if pair is None or not pair.both_in or pair.is_closed:
            continue
        by = life.world.reach(form.rater)
        if not agreeing.why_not(pair, by) and life.does(
            f"agree:{form.pk}", form.window.closes_on, form.rater
        ):
            _agree(life, form)


def _agree(life: Life, form: Checklist) -> None:
    by = life.world.reach(form.rater)
    agreed = agreeing.begin(form, by=by)
    had = set(agreed.ratings.values_list("item", flat=True))
    for rating in form.ratings.select_related("item").exclude(item__in=had):
        agreeing.agree_on(agreed, rating.item, Given(value=rating.value), base=0, by=by)
    action = actions.NewAction(
        text="Watch one session together and talk about it.",
        owner=form.rater,
        due_on=min(life.today + 21 * ONE_DAY, actions.last_day(life.world.district)),
    )
    agreeing.close_cycle(agreed, [action], by=by)


def _checklist_actions(life: Life) -> None:
    found = Action.objects.filter(district=life.world.district).open()
    for action in found.select_related("owner"):
        if life.does(f"action:{action.pk}", action.due_on, action.owner):
            by = life.world.reach(action.owner)
            actions.finish(action, "We saw it done.", by=by)


def _meetings(life: Life) -> None:
    today = Meeting.objects.filter(
        district=life.world.district, state=MeetingState.PLANNED, on=life.today
    )
    for meeting in today.select_related("series__chair"):
        chair = meeting.series.chair
        held_by = (chair and life.owners({chair.pk}).get(chair.pk)) or life.manager
        by = life.world.reach(held_by)
        lot = life.luck.of("meeting", meeting.pk)
        members = list(meeting.series.members.order_by("pk"))
        if members and lot.random() < 0.4:
            outcomes.give(
                meeting,
                "Bring the numbers of the last four weeks.",
                owner=lot.choice(members),
                due_on=life.today + lot.randint(5, 20) * ONE_DAY,
                by=by,
            )
        minutes.close(meeting, by=by)


def _meeting_actions(life: Life) -> None:
    found = list(MeetingAction.objects.filter(district=life.world.district).open())
    owners = life.owners({action.owner_id for action in found if action.owner_id})
    for action in found:
        owner = owners.get(action.owner_id or 0, life.manager)
        if life.does(f"meeting action:{action.pk}", action.due_on, owner):
            outcomes.finish_action(action, outcome="Brought.", by=life.world.reach(owner))


def _sessions(life: Life) -> None:
    today = LearningSession.objects.filter(
        district=life.world.district, state=SessionState.PLANNED, on=life.today
    )
    for session in today.select_related("line"):
        attendance.mark_rest(session, by=life.world.reach(life.manager))


def _coaching(life: Life) -> None:
    """Each coaching talk leads to the next one, on its day or a little later."""
    latest: dict[int, CoachingEntry] = {}
    entries = CoachingEntry.objects.filter(district=life.world.district).order_by("on", "pk")
    for entry in entries.select_related("coach", "coached"):
        latest[entry.coached_id] = entry
    for entry in latest.values():
        if life.does(f"talk:{entry.pk}", entry.next_on, entry.coach):
            talk(life, entry.coached, entry.coach)


def talk(life: Life, coached: Position, coach: User) -> None:
    """A coaching talk today; none where the position is vacant, or is the coach's own."""
    try:
        coaching.log(
            coached,
            on=life.today,
            minutes_long=30,
            focus="Groups and their sessions",
            next_step="Look at two sessions together.",
            next_on=life.today + 28 * ONE_DAY,
            by=life.world.reach(coach),
        )
    except Refused:
        return


def _resignations(life: Life) -> None:
    """Two site leads leave in the course of the year; somebody follows after a gap."""
    for seat, position, day in _leavers(life):
        if day == life.today:
            _leave(life, position)
        elif day + A_GAP * ONE_DAY == life.today:
            holder = life.world.holders[life.world.at(*_neighbor(life, seat)).pk]
            term = assigning.Term(holder, life.today, interim=True)
            assigning.assign(position, term, by=life.world.reach(life.manager))


def _leavers(life: Life) -> Iterator[tuple[int, Position, dt.date]]:
    seats = [p for (key, _, _), p in life.world.positions.items() if key == "SITE_LEAD"]
    year = life.world.year
    for n, position in enumerate(seats[:RESIGNATIONS]):
        yield n, position, year.first_student_day + (56 + 84 * n) * ONE_DAY


def _leave(life: Life, position: Position) -> None:
    held = Assignment.objects.filter(position=position).in_force(life.today).first()
    if held is not None:
        ending = leaving.Ending(life.today)
        leaving.end_assignment(held, ending, by=life.world.reach(life.manager))


def _neighbor(life: Life, seat: int) -> tuple[str, str, int]:
    schools = sorted(life.world.schools)
    return ("PRINCIPAL", schools[seat], 1)


WORK: tuple[Callable[[Life], None], ...] = (
    _resignations,
    _milestones,
    _at_risk,
    _acknowledgements,
    _checklists,
    _agreements,
    _checklist_actions,
    _meetings,
    _meeting_actions,
    _sessions,
    _coaching,
)
