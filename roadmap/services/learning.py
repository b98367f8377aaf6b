"""The year's plan of learning: its lines, and the dated sessions of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from checklists.models import LearningTopic
from roadmap.learning_notices import attendance_subject
from roadmap.models import (
    LearningLine,
    LearningSession,
    LineAudience,
    SessionState,
    SessionTopic,
)
from roadmap.services.archived import refuse_archived
from roles.access import Reach
from roles.models import LeadershipRole, SchoolYear
from roles.services import audit, notices
from roles.services.refusal import Refused

EDITION = "2026.1"
FOLDER = Path(__file__).resolve().parents[1] / "library" / "learning"
ALL_RATERS = "all_raters"
PLANNED = SessionState.PLANNED


@cache
def content(edition: str = EDITION) -> Sequence[dict[str, Any]]:
    """The lines as shipped: [{id, level, audience, topic, format, sessions, minutes_each, cadence,
    lead, indicator}]; audience and lead are keys of leadership roles, or "all_raters".
    """
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text())
    return tuple(loaded["lines"])


@transaction.atomic
def adopt_plan(year: SchoolYear, *, by: Reach) -> int:
    """Copy into a school year the shipped lines that it does not have; returns how many came.

    A line for roles none of which the district has is left out. Touches none that is there.
    """
    refuse_archived(year)
    had = set(LearningLine.objects.filter(school_year=year).values_list("key", flat=True))
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=by.district)}
    came = 0
    for order, template in enumerate(content()):
        audience = [roles[key] for key in template["audience"] if key in roles]
        for_raters = ALL_RATERS in template["audience"]
        if template["id"] in had or not (audience or for_raters):
            continue
        line = LearningLine.objects.create(
            district=by.district,
            school_year=year,
            key=template["id"],
            order=order,
            lead=roles.get(template["lead"]),
            for_raters=for_raters,
            **{name: template[name] for name in (
                "level", "topic", "format", "sessions", "minutes_each", "cadence", "indicator",
            )},
        )  # fmt: skip
        _set_audience(line, audience)
        came += 1
    if came:
        audit.record(by, "learning.plan_adopted", year, lines=came, edition=EDITION)
    return came


@transaction.atomic
def add_line(
    year: SchoolYear, *, audience: Iterable[LeadershipRole], by: Reach, **fields: Any
) -> LearningLine:
    """A line of the district's own. `fields`: topic, level, sessions, minutes_each, cadence;
    optionally format, lead, for_raters.
    """
    refuse_archived(year)
    order = LearningLine.objects.filter(school_year=year).count()
    line = LearningLine(district=by.district, school_year=year, order=order, **fields)
    line.full_clean(exclude=["district"])
    line.save()
    _set_audience(line, audience)
    audit.record(by, "learning.line_added", line, topic=line.topic, year=year.label)
    return line


@transaction.atomic
def change_line(
    line: LearningLine, *, audience: Iterable[LeadershipRole], by: Reach, **fields: Any
) -> bool:
    """Change what is planned. Sessions that were scheduled stay as they are. True if it did."""
    refuse_archived(line.school_year)
    audience = list(audience)
    before = {name: getattr(line, name) for name in fields}
    had = set(line.audiences.values_list("role", flat=True))
    if before == fields and had == {role.pk for role in audience}:
        return False
    for name, value in fields.items():
        setattr(line, name, value)
    line.full_clean(exclude=["district"])
    line.save()
    line.audiences.exclude(role__in=audience).delete()
    _set_audience(line, [role for role in audience if role.pk not in had])
    audit.record(by, "learning.line_changed", line, topic=line.topic, year=line.school_year.label)
    return True


@transaction.atomic
def end_line(line: LearningLine, *, by: Reach) -> bool:
    """Take a line out of the plan; what was held stays. Refused while sessions are to come."""
    refuse_archived(line.school_year)
    if line.held_sessions.filter(state=PLANNED, on__gte=by.district.today()).exists():
        raise Refused("Sessions are still to come. Cancel them first, so that people hear of it.")
    ended = LearningLine.objects.filter(pk=line.pk, ended_at=None)
    if not ended.update(ended_at=timezone.now()):
        return False
    audit.record(by, "learning.line_ended", line, topic=line.topic, year=line.school_year.label)
    return True


@transaction.atomic
def bring_back(line: LearningLine, *, by: Reach) -> bool:
    refuse_archived(line.school_year)
    if not LearningLine.objects.filter(pk=line.pk).exclude(ended_at=None).update(ended_at=None):
        return False
    audit.record(by, "learning.line_back", line, topic=line.topic, year=line.school_year.label)
    return True


@transaction.atomic
def schedule(
    line: LearningLine, days: Iterable[dt.date], *, by: Reach, **fields: Any
) -> list[LearningSession]:
    """Put sessions of a line on these days. `fields`: at; optionally minutes_long, place, link,
    leader, school, title. A day on which the same session stands already is left out.
    """
    refuse_archived(line.school_year)
    if line.ended_at:
        raise Refused("This line has ended. Bring it back first.")
    fields.setdefault("minutes_long", line.minutes_each)
    # two people scheduling the same line at once come one after the other
    LearningLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    there = line.held_sessions.exclude(state=SessionState.CANCELLED)
    taken = set(there.filter(school=fields.get("school")).values_list("on", flat=True))
    made = []
    for day in sorted(set(days) - taken):
        session = LearningSession(district=by.district, line=line, on=day, **fields)
        session.full_clean(exclude=["district"])
        session.save()
        made.append(session)
    if made:
        names = ", ".join(f"{each.on:%b} {each.on.day}" for each in made)
        audit.record(by, "learning.sessions_scheduled", line, topic=line.topic, days=names)
    return made


@transaction.atomic
def move(session: LearningSession, *, by: Reach, **fields: Any) -> bool:
    """Another day, time, place or leader for a planned session. True if this call did it."""
    refuse_archived(session.line.school_year)
    before = {name: getattr(session, name) for name in fields}
    if before == fields:
        return False
    for name, value in fields.items():
        setattr(session, name, value)
    session.full_clean(exclude=["district"])
    planned = LearningSession.objects.filter(pk=session.pk, state=PLANNED)
    if not planned.update(**fields, sequence=F("sequence") + 1, changed_at=timezone.now()):
        raise Refused("It was held or cancelled in the meantime.")
    notices.withdraw(by.district, attendance_subject(session.pk))
    old, new = before.get("on", session.on), fields.get("on", session.on)
    audit.record(
        by, "learning.session_moved", session, topic=session.name, old=str(old), new=str(new)
    )
    return True


@transaction.atomic
def cancel(session: LearningSession, *, reason: str, by: Reach) -> bool:
    """Call a planned session off, and say why. True if this call did it."""
    refuse_archived(session.line.school_year)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why.")
    planned = LearningSession.objects.filter(pk=session.pk, state=PLANNED)
    if not planned.update(
        state=SessionState.CANCELLED,
        reason=reason,
        sequence=F("sequence") + 1,
        changed_at=timezone.now(),
    ):
        return False
    notices.withdraw(by.district, attendance_subject(session.pk))
    audit.record(by, "learning.session_cancelled", session, topic=session.name, reason=reason)
    return True


@transaction.atomic
def take_topic(session: LearningSession, topic: LearningTopic, *, by: Reach) -> bool:
    """Take what many rated low into a session. True if this call did it."""
    refuse_archived(session.line.school_year)
    if session.state == SessionState.CANCELLED:
        raise Refused("This session was cancelled. Take another one.")
    _, created = SessionTopic.objects.get_or_create(
        district=by.district, session=session, topic=topic
    )
    if created:
        audit.record(
            by, "learning.topic_taken", session, topic=topic.title, session=str(session.on)
        )
    return created


@transaction.atomic
def leave_topic(session: LearningSession, topic: LearningTopic, *, by: Reach) -> bool:
    """Take it out of a session that was not held yet."""
    refuse_archived(session.line.school_year)
    if session.state == SessionState.HELD:
        raise Refused("This session was held with it.")
    gone, _ = SessionTopic.objects.filter(session=session, topic=topic).delete()
    if gone:
        audit.record(by, "learning.topic_left", session, topic=topic.title)
    return bool(gone)


def _set_audience(line: LearningLine, roles: Iterable[LeadershipRole]) -> None:
    LineAudience.objects.bulk_create(
        LineAudience(district_id=line.district_id, line=line, role=role) for role in roles
    )
