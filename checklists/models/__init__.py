from checklists.models.actions import Action, LearningTopic
from checklists.models.beside import ItemEvidence, Reopening
from checklists.models.forms import Checklist, FormState, RaterKind, Rating
from checklists.models.papers import Paper
from checklists.models.templates import (
    ChecklistItem,
    ChecklistTemplate,
    DutyDecision,
    Frequency,
    RatingScale,
)
from checklists.models.windows import (
    Observation,
    ObserverDraw,
    RelaxedRhythm,
    Window,
    WindowState,
)

__all__ = [
    "Action",
    "Checklist",
    "ChecklistItem",
    "ChecklistTemplate",
    "DutyDecision",
    "FormState",
    "Frequency",
    "ItemEvidence",
    "LearningTopic",
    "Observation",
    "ObserverDraw",
    "Paper",
    "RaterKind",
    "Rating",
    "RatingScale",
    "RelaxedRhythm",
    "Reopening",
    "Window",
    "WindowState",
]
