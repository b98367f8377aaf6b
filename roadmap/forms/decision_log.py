"""Filters of the log of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from roadmap.forms.shared import offer
from roadmap.models import DecisionState
from roles.models import Department, SchoolYear

STATES = [
    ("", "All"),
    ("open", "Open"),
    ("answered", "Answered"),
    *DecisionState.choices,
]


class LogForm(forms.Form):
    """What the address of the log may say; what fits no field is left aside."""

    q = forms.CharField(label="Words", max_length=80, required=False)
    state = forms.ChoiceField(label="State", choices=STATES, required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(), label="Department", required=False, empty_label="All departments"
    )
    school_year = forms.ChoiceField(label="School year", required=False)

    def __init__(
        self,
        *args: Any,
        departments: QuerySet[Department],
        years: Iterable[SchoolYear],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, department=departments)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        labels = [(str(year.pk), year.label) for year in years]
        self.fields["school_year"].choices = [("", "All years"), *labels]  # type: ignore[attr-defined]
