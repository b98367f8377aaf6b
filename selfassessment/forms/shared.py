"""What several forms of the self-assessment have in common."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div
from django import forms

NO_STUDENTS = "Do not name students."


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Folded(Div):  # type: ignore[misc]  # crispy forms have no types
    """Fields that stand folded away under a summary, unless `form.unfolds`."""

    template = "selfassessment/_folded.html"

    def __init__(self, *fields: Any, summary: str, form: Any) -> None:
        super().__init__(*fields)
        self.summary, self.form = summary, form
