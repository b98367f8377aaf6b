"""Reads the five figures of the program, each part anew only when what it is read from changed
(roles.keeping).

Two of them once for each reader: which results may be told depends on whom the reader has rated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Count, Q

from checklists.models import Checklist, Window
from checklists.reports.audience import Audience
from checklists.reports.groups import Results, results_of
from checklists.reports.items import item_results, lowest
from checklists.reports.progress import progress_of
from roadmap.learning_reports.lines import targets_of
from roadmap.learning_reports.plan import Plan, plan_of
from roadmap.learning_time import expected_by
from roadmap.models import OPEN, LearningSession, Milestone, SessionState, State
from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.keeping import Keep, of_parts
from roles.models import SchoolYear
from roles.reports.jobs import coverage
from roles.reports.seats import Stand, stands_by_role
from selfassessment.collecting import closed_windows
from selfassessment.collecting_windows import agreed, windows_of
from selfassessment.models import Round
from selfassessment.reports.standing import READY, Line, Summary, summary
from selfassessment.reports.telling import sentence
from tutoring_admin.dashboards.homes.program import (
    Fidelity,
    Indicator,
    Learning,
    LevelPace,
    Mark,
    Milestones,
    OpenWindow,
    Phase,
    Program,
    Readiness,
    Roles,
)

A_MONTH = dt.timedelta(days=30)
MOST_POINTS = 12  # in a chart


def program(access: Access, year: SchoolYear | None, today: dt.date, keep: Keep) -> Program:
    """What this reader may know of the program on a day."""
    reach = access.reach(Capability.DASHBOARD_VIEW)
    me, this_year = reach.user.pk, year.pk if year else 0
    stands = keep.get("program.stands", lambda: tuple(stands_by_role(reach, today)))
    readiness, learners = keep.get(
        f"program.readiness {me} {this_year}", lambda: _rated(reach, year, today, keep)
    )
    return Program(
        roles=Roles(
            stands,
            keep.get("program.filled then", lambda: coverage(reach, today - A_MONTH).filled),
        ),
        fidelity=replace(
            keep.get(f"program.results {me}", lambda: _results(access, today, keep)),
            now=keep.get("program.open window", lambda: _open_window(access, today)),
        ),
        milestones=keep.get(
            f"program.milestones {this_year}",
            lambda: _milestones(reach, year, today) if year else Milestones(),
        ),
        readiness=readiness,
        learning=replace(
            keep.get(
                f"program.learning {this_year}",
                lambda: _learning(reach, year, today) if year else Learning(),
            ),
            people=learners[0],
            people_on_pace=learners[1],
        ),
        seated=tuple(
            (each.key, each.title) for each in stands if each.seats > each.at(Stand.VACANT)
        ),
    )


def _rated(
    reach: Reach, year: SchoolYear | None, today: dt.date, keep: Keep
) -> tuple[Readiness, tuple[int, int]]:
    """The indicators; how many people are to learn, and how many of them are on pace."""
    found = summary(reach, today, year=_of_day(year, today), keep=keep)
    learned = found.facts.learning
    people = (learned.people, learned.on_pace) if learned else (0, 0)
    return readiness_of(found), people


def _of_day(year: SchoolYear | None, day: dt.date) -> SchoolYear | None:
    return year if year and year.starts_on <= day <= year.ends_on else None


def _results(access: Access, today: dt.date, keep: Keep) -> Fidelity:
    """Of closed windows: forms that come in for others disturb nothing."""
    audience = Audience(access)
    reach = audience.reach
    if not audience.sees_groups:
        return Fidelity()
    closed = Window.objects.reachable(reach).closed_on(today).select_related("school_year")
    windows = list(closed.order_by("-closes_on", "-pk")[:MOST_POINTS])[::-1]
    if not windows:
        return Fidelity()
    last = windows[-1]
    with of_parts(Checklist) as only:
        results = results_of(windows, audience)
        whole = results.wholes.get(last.pk)
        equal, compared = _agreement(last, reach, today, keep)
        items = lowest(item_results([last], audience, results), 1) if whole else []
        only(window.pk for window in windows)
    return Fidelity(
        pk=last.pk,
        label=last.label,
        on_track=whole.on_track if whole else 0,
        rated=whole.forms if whole else 0,
        marks=tuple(_marks(windows, results)) if whole else (),
        equal=equal,
        compared=compared,
        lowest=items[0] if items else None,
    )


def _marks(windows: Iterable[Window], results: Results) -> Iterable[Mark]:
    """Windows of which too few may be told are left out."""
    for window in windows:
        whole = results.wholes.get(window.pk)
        if whole and whole.percent_on_track is not None:
            yield Mark(window.label, whole.percent_on_track)


def _agreement(window: Window, reach: Reach, today: dt.date, keep: Keep) -> tuple[int, int]:
    """The last window may have closed in the year before."""
    day = min(today, window.school_year.ends_on)
    counted = closed_windows(keep, reach, day) if day == today else tuple(windows_of(reach, day))
    return agreed(counted, window.pk, reach)


def _open_window(access: Access, today: dt.date) -> OpenWindow | None:
    reach = Audience(access).reach
    running = Window.objects.reachable(reach).open_on(today)
    window = running.order_by("closes_on", "pk").first()
    if window is None:
        return None
    with of_parts(Checklist) as only:
        found = progress_of([window], reach)[0]
        only([window.pk])
    return OpenWindow(window.pk, window.label, window.closes_on, found.submitted, found.expected)


def _milestones(reach: Reach, year: SchoolYear, today: dt.date) -> Milestones:
    """By phase, in one query."""
    done, in_plan = Q(state=State.DONE), ~Q(state=State.NOT_APPLICABLE)
    was_due = in_plan & Q(due_on__lt=today)
    rows = (
        Milestone.objects.reachable(reach)
        .filter(school_year=year)
        .order_by("phase__order", "phase")
        .values_list("phase__key", "phase__title")
        .annotate(
            total=Count("pk", filter=in_plan),
            done=Count("pk", filter=done),
            late=Count("pk", filter=Q(state__in=OPEN, due_on__lt=today)),
            blocked=Count("pk", filter=Q(state=State.BLOCKED)),
            due=Count("pk", filter=was_due),
            due_done=Count("pk", filter=was_due & done),
        )
    )
    return Milestones(tuple(Phase(*row) for row in rows))


def readiness_of(stands: Summary) -> Readiness:
    """The core indicators, and how many were ready after each round."""
    rated = [each for each in reversed(stands.rounds) if _has_ratings(each)][-MOST_POINTS:]
    return Readiness(
        indicators=tuple(_indicator(line) for line in stands.lines),
        marks=tuple(Mark(each.label, _ready_after(each, stands)) for each in rated),
        round_label=stands.round.label if stands.round else "",
    )


def _has_ratings(round_: Round) -> bool:
    return any(rating.value is not None for rating in round_.ratings.all())


def _ready_after(round_: Round, stands: Summary) -> int:
    """With the newest rating that each indicator had by then."""
    places = {each.pk: n for n, each in enumerate(stands.rounds)}  # newest first
    here = places[round_.pk]
    found = 0
    for line in stands.lines:
        by_then = (t.value for t in line.takes if places[t.round.pk] >= here)
        value = next((each for each in by_then if each is not None), None)
        found += (value or 0) >= READY
    return found


def _indicator(line: Line) -> Indicator:
    given = [take for take in line.takes if take.value is not None]
    now = given[0] if given else None
    value = now.value if now else None
    return Indicator(
        code=line.code,
        question=line.indicator.question,
        point=line.indicator.points[value].label if value is not None else "",
        value=value,
        before=given[1].value if len(given) > 1 else None,
        round_label=now.round.label if now else "",
        hint=line.hint,
        hint_then=now.rating.hint if now else None,
        says=sentence(line.indicator, line.hint),
        evidence=line.evidence_count,
    )


def _learning(reach: Reach, year: SchoolYear, today: dt.date) -> Learning:
    plan = plan_of(reach, year, today)
    levels = (
        LevelPace(
            each.key,
            each.label,
            len(each.lines),
            sum(bool(r.behind) for r in each.lines),
            each.quiet,
        )
        for each in plan.levels
    )
    then = today - A_MONTH
    before = _on_pace_on(then, plan, reach, year) if then > year.first_student_day else None
    return Learning(tuple(levels), before)


def _on_pace_on(day: dt.date, plan: Plan, reach: Reach, year: SchoolYear) -> int:
    """How many of today's lines were on pace on an earlier day. One query."""
    held = LearningSession.objects.reachable(reach).filter(
        line__school_year=year, state=SessionState.HELD, on__lte=day
    )
    counted = dict(held.order_by().values_list("line").annotate(n=Count("pk")))
    lines: Sequence = [row.line for row in plan.lines]
    return sum(
        counted.get(line.pk, 0) >= expected_by(day, targets_of(line, year)) for line in lines
    )
