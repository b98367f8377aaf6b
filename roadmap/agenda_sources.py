"""What belongs on the agenda of a meeting, read from the records: a constant number of queries.

A series hears of what its own people answer for: milestones of the positions that sit in it, and
what waits for one of them to decide. What stands in the way of anybody is for every meeting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.formats import date_format

from checklists.reports.alignment import open_proposals
from roadmap.decision_notices import answered_words, decision_subject
from roadmap.models import (
    AgendaItem,
    AgendaSource,
    AtRiskProposal,
    DecisionRequest,
    Meeting,
    MeetingAction,
    MeetingState,
    Milestone,
    State,
)
from roadmap.models.decisions import ANSWERED, OPEN
from roadmap.services import meetings
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Approval, DepartmentNeed, Position, User

MOST_MILESTONES = 12
MOST_OF_A_KIND = 6
USUAL_HORIZON = dt.timedelta(days=30)
LONG = 200  # characters of a title
COME_ALONG = (AgendaSource.PERSON, AgendaSource.CARRIED)
"""Items that go to the next meeting while they are open. The others come anew from the records."""


@dataclass(frozen=True)
class Entry:
    """One item to be. `subject` names what it is about, so that it stands there once."""

    source: AgendaSource
    subject: str
    title: str
    note: str = ""
    milestone: int | None = None
    carried_from: int | None = None


def entries(meeting: Meeting) -> list[Entry]:
    """Everything that belongs on this agenda today, in the order it is talked about."""
    today = meeting.district.today()
    people = meetings.people_of(meeting.series)
    return [
        *_actions(meeting, today),
        *_carried(meeting),
        *_skeleton(meeting),
        *_milestones(meeting, people, today),
        *_decisions(meeting, people, today),
        *_undecided(meeting, people, today),
    ]


def horizon(meeting: Meeting) -> dt.date:
    """The day of the meeting after this one; a month on where there is none."""
    later = meeting.series.meetings.planned().filter(on__gt=meeting.on).order_by("on")
    found: dt.date | None = later.values_list("on", flat=True).first()
    return found or meeting.on + USUAL_HORIZON


def _actions(meeting: Meeting, today: dt.date) -> Iterator[Entry]:
    rows = MeetingAction.objects.open().filter(meeting__series=meeting.series_id)
    related = ("owner__role", "owner__school", "owner__department", "meeting")
    for action in rows.exclude(meeting=meeting).select_related(*related).order_by("due_on", "pk"):
        late = "late, " if action.due_on < today else ""
        yield Entry(
            AgendaSource.ACTION,
            f"action:{action.pk}",
            action.text[:LONG],
            f"{action.owner or 'No owner'}, {late}due {_day(action.due_on)}, "
            f"given on {_day(action.meeting.on)}",
        )


def _carried(meeting: Meeting) -> Iterator[Entry]:
    """Items that earlier meetings of the series left open and no later one took up."""
    open_items = AgendaItem.objects.filter(
        meeting__series=meeting.series_id,
        meeting__state=MeetingState.HELD,
        meeting__on__lte=meeting.on,
        dropped_at=None,
        settled_at=None,
        carried_to=None,
    ).filter(source__in=COME_ALONG)
    for item in open_items.exclude(meeting=meeting).select_related("meeting"):
        yield Entry(
            AgendaSource.CARRIED,
            item.subject or f"item:{item.pk}",
            item.title,
            f"Left open on {_day(item.meeting.on)}",
            milestone=item.milestone_id,
            carried_from=item.pk,
        )


def _skeleton(meeting: Meeting) -> Iterator[Entry]:
    lines = [line.strip() for line in meeting.series.agenda.splitlines() if line.strip()]
    for line in dict.fromkeys(lines):
        yield Entry(AgendaSource.SKELETON, f"standing:{line[:50].casefold()}", line[:LONG])


def _milestones(meeting: Meeting, people: set[int], today: dt.date) -> Iterator[Entry]:
    """What stands still or may slip first, then what is late, then what is due soon."""
    series = meeting.series
    proposed = dict(
        AtRiskProposal.objects.standing()
        .filter(district=meeting.district_id)
        .order_by("pk")
        .values_list("milestone", "reason")
    )
    mine = Q(owner__in=people)
    place = Q(school=series.school_id) if series.school_id else Q(school=None)
    stuck = Q(state__in=[State.BLOCKED, State.AT_RISK]) | Q(pk__in=proposed)
    until = horizon(meeting)
    wanted = (mine & (stuck | Q(due_on__lte=until))) | (place & stuck)
    rows = Milestone.objects.open().filter(wanted, school_year=series.school_year_id)
    found = sorted(
        rows.select_related("owner__role", "owner__school", "owner__department"),
        key=lambda m: (_rank(m, proposed, today), m.due_on, m.pk),
    )
    for milestone in found[:MOST_MILESTONES]:
        yield Entry(
            AgendaSource.MILESTONE,
            f"milestone:{milestone.pk}",
            milestone.title,
            _standing(milestone, proposed, today),
            milestone=milestone.pk,
        )
    if (left := len(found) - MOST_MILESTONES) > 0:
        title = f"{left} more milestone{'' if left == 1 else 's'} of this group"
        note = f"Due by {_day(until)}; see the roadmap"
        yield Entry(AgendaSource.MILESTONE, "milestones:more", title, note)


def _rank(milestone: Milestone, proposed: dict[int, str], today: dt.date) -> int:
    if milestone.state == State.BLOCKED:
        return 0
    if milestone.state == State.AT_RISK or milestone.pk in proposed:
        return 1
    return 2 if milestone.due_on < today else 3


def _standing(milestone: Milestone, proposed: dict[int, str], today: dt.date) -> str:
    owner = str(milestone.owner or "No owner yet")
    due = f"due {_day(milestone.due_on)}"
    if milestone.state == State.BLOCKED:
        return _short(f"Blocked: {milestone.reason} ({owner}, {due})")
    if milestone.state == State.AT_RISK:
        why = f": {milestone.reason}" if milestone.reason else ""
        return _short(f"At risk{why} ({owner}, {due})")
    if milestone.pk in proposed:
        return _short(f"May be at risk: {proposed[milestone.pk]} ({owner}, {due})")
    if milestone.due_on < today:
        days = (today - milestone.due_on).days
        return f"{days} day{'' if days == 1 else 's'} late ({owner}, {due})"
    return f"{owner}, {due}"


def _decisions(meeting: Meeting, people: set[int], today: dt.date) -> Iterator[Entry]:
    """What one of the people of the meeting is asked to decide, and what they answered since the
    meeting before this one; never for a school's own meeting.
    """
    if meeting.series.school_id:
        return
    before = meeting.series.meetings.filter(state=MeetingState.HELD, on__lt=meeting.on)
    last = before.order_by("-on").values_list("held_at", flat=True).first()
    wanted = Q(state__in=OPEN)
    if last is not None:
        wanted |= Q(state__in=ANSWERED, answered_at__gt=last)
    found = DecisionRequest.objects.filter(wanted, decider__in=people)
    rows = found.select_related("asked_by", "answered_by", "chosen")
    open_first = rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")
    for each in open_first[:MOST_OF_A_KIND]:
        late = "late, " if each.due_on < today else ""
        note = f"Asked by {each.asked_by}; {late}needed by {_day(each.due_on)}"
        if not each.is_open:
            note = answered_words(each, meeting.district)
        yield Entry(AgendaSource.DECISION, decision_subject(each.pk), each.question[:LONG], note)


def _undecided(meeting: Meeting, people: set[int], today: dt.date) -> Iterator[Entry]:
    """Only what one of the people of the meeting is to decide; never for a school's own meeting."""
    if meeting.series.school_id:
        return
    seats = list(Position.objects.filter(pk__in=people).values_list("role", "department"))
    roles = {role for role, _ in seats}
    departments = {department for _, department in seats if department}
    yield from _needs(departments, today)
    yield from _reviews(meeting, roles)
    yield from _proposals(meeting, roles)


def _needs(departments: set[int], today: dt.date) -> Iterator[Entry]:
    asked = DepartmentNeed.objects.filter(
        department__in=departments, answer=DepartmentNeed.Answer.ASKED
    )
    for need in asked.select_related("department").order_by("due_on", "pk")[:MOST_OF_A_KIND]:
        late = "late, " if need.due_on < today else ""
        note = f"{need.department} has not answered; {late}needed by {_day(need.due_on)}"
        yield Entry(AgendaSource.UNDECIDED, f"need:{need.pk}", need.text[:LONG], note)


def _reviews(meeting: Meeting, roles: set[int]) -> Iterator[Entry]:
    """Job descriptions whose next stop is the role of somebody here."""
    waiting = Approval.objects.filter(
        district=meeting.district_id, review__outcome="running", decision=Approval.Decision.WAITING
    ).order_by("review", "order")
    seen: set[int] = set()
    for approval in waiting.select_related("role", "review__version"):
        if approval.review_id in seen:
            continue
        seen.add(approval.review_id)
        if approval.role_id in roles and len(seen) <= MOST_OF_A_KIND:
            version = approval.review.version
            note = f"Waits for {approval.role} since {_day(approval.review.sent_at.date())}"
            title = f"Approve the job description {version}"
            yield Entry(AgendaSource.UNDECIDED, f"review:{approval.review_id}", title[:LONG], note)


def _proposals(meeting: Meeting, roles: set[int]) -> Iterator[Entry]:
    """What job descriptions propose for checklists: one line, where the program lead sits."""
    leads = Position.objects.filter(
        district=meeting.district_id, role__in=roles, role__key="PROGRAM_LEAD"
    )
    if not leads.exists():
        return
    reach = Reach(User(), meeting.district, Capability.CHECKLIST_MANAGE, EVERYWHERE)
    if many := open_proposals(reach):
        title = f"{many} proposed change{'' if many == 1 else 's'} of checklists"
        note = "Job descriptions in force say something else than the checklists"
        yield Entry(AgendaSource.UNDECIDED, "proposals", title, note)


def _day(day: dt.date) -> str:
    return date_format(day, "M j")


def _short(words: str) -> str:
    return words if len(words) <= 400 else f"{words[:399]}…"
