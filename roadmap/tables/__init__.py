"""The tables of the roadmap, of meetings, learning, visits and decisions."""

from roadmap.tables.deciding import DECISIONS, VISITS
from roadmap.tables.learning import ATTENDANCE, COACHING, HOURS, LEARNING_PLAN, LEARNING_SESSIONS
from roadmap.tables.meetings import MEETING_ACTIONS, MEETINGS
from roadmap.tables.planning import DATE_CHANGES, MILESTONES

TABLES = (
    MILESTONES,
    DATE_CHANGES,
    MEETINGS,
    MEETING_ACTIONS,
    LEARNING_PLAN,
    LEARNING_SESSIONS,
    ATTENDANCE,
    HOURS,
    COACHING,
    VISITS,
    DECISIONS,
)
