"""What people are told of a milestone, and that it is taken back when it moves."""

from __future__ import annotations

from roadmap.learning_notices import AFTER_A_SESSION, attendance_subject
from roadmap.meeting_notices import action_subject
from roadmap.models import LearningSession, MeetingAction, Milestone, SessionState
from roadmap.notices import risk_subject, subject_of
from roles.services import foretelling, notices


def take_back(milestone: Milestone) -> int:
    """Withdraw what waits to be told about a milestone; returns how many notices.

    Called when it moved: what they say is no longer so. The next round owes what still is.
    """
    about = subject_of(milestone.pk), risk_subject(milestone.pk)
    return notices.withdraw(milestone.district, *about)


def planned(milestone: Milestone) -> list[foretelling.Planned]:
    """Who will be mailed about an open milestone and when, if it does not move."""
    if not milestone.is_open:
        return []
    return foretelling.planned(
        milestone.district,
        subject_of(milestone.pk),
        milestone.due_on,
        position_id=milestone.owner_id,
    )


def planned_of_action(action: MeetingAction) -> list[foretelling.Planned]:
    """The same of an action of a meeting."""
    if action.ended_at is not None:
        return []
    return foretelling.planned(
        action.district,
        action_subject(action.pk),
        action.due_on,
        position_id=action.owner_id,
    )


def planned_of_session(session: LearningSession) -> list[foretelling.Planned]:
    """Who will be mailed about attendance that nobody took, from the day of the session on."""
    today = session.district.today()
    archived = session.line.school_year.archived_at is not None
    if session.state != SessionState.PLANNED or session.on > today or archived:
        return []
    if session.leader_id is None:
        return []
    return foretelling.planned(
        session.district,
        attendance_subject(session.pk),
        session.on,
        position_id=session.leader_id,
        steps=AFTER_A_SESSION,
    )
