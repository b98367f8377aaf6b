from checklists.models.forms import Checklist, FormState, RaterKind, Rating
from checklists.models.templates import ChecklistItem, ChecklistTemplate, Frequency
from checklists.models.windows import Window, WindowState

__all__ = [
    "Checklist",
    "ChecklistItem",
    "ChecklistTemplate",
    "FormState",
    "Frequency",
    "RaterKind",
    "Rating",
    "Window",
    "WindowState",
]
