from roadmap.models.agendas import (
    AgendaItem,
    AgendaSource,
    Decision,
    MeetingAction,
    MinutesFile,
)
from roadmap.models.anchors import (
    Anchor,
    AnchorKind,
    Unit,
)
from roadmap.models.beginning import BeginningItem
from roadmap.models.beside import (
    AtRiskProposal,
    Contribution,
    DateChange,
    Precedence,
    ProgressNote,
)
from roadmap.models.decisions import (
    Commitment,
    DecisionOption,
    DecisionRequest,
    DecisionState,
    DecisionTurn,
)
from roadmap.models.learning import (
    Attendance,
    Cadence,
    CoachingEntry,
    LearningLevel,
    LearningLine,
    LearningSession,
    LineAudience,
    SessionState,
    SessionTopic,
)
from roadmap.models.meetings import (
    Meeting,
    MeetingSeries,
    MeetingState,
    Presence,
    Rhythm,
    SeriesMember,
)
from roadmap.models.milestones import (
    NEAR,
    SOON,
    Milestone,
    MilestoneQuerySet,
)
from roadmap.models.phases import (
    Phase,
)
from roadmap.models.states import (
    MOVES,
    NEEDS_REASON,
    OPEN,
    State,
)
from roadmap.models.templates import (
    RoadmapTemplate,
    TemplateLine,
)
from roadmap.models.visits import SchoolVisit

__all__ = [
    "MOVES",
    "NEAR",
    "NEEDS_REASON",
    "OPEN",
    "SOON",
    "AgendaItem",
    "AgendaSource",
    "Anchor",
    "AnchorKind",
    "AtRiskProposal",
    "Attendance",
    "BeginningItem",
    "Cadence",
    "CoachingEntry",
    "Commitment",
    "Contribution",
    "DateChange",
    "Decision",
    "DecisionOption",
    "DecisionRequest",
    "DecisionState",
    "DecisionTurn",
    "LearningLevel",
    "LearningLine",
    "LearningSession",
    "LineAudience",
    "Meeting",
    "MeetingAction",
    "MeetingSeries",
    "MeetingState",
    "Milestone",
    "MilestoneQuerySet",
    "MinutesFile",
    "Phase",
    "Precedence",
    "Presence",
    "ProgressNote",
    "Rhythm",
    "RoadmapTemplate",
    "SchoolVisit",
    "SeriesMember",
    "SessionState",
    "SessionTopic",
    "State",
    "TemplateLine",
    "Unit",
]
