"""What several forms of the self-assessment have in common."""

from __future__ import annotations

from django import forms

NO_STUDENTS = "Do not name students."


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
