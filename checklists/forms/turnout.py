"""Which of a window's forms to list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from checklists.models import FormState
from checklists.reports.turnout import Counts

VACANT = "vacant"
STATES = [("", "All"), *FormState.choices, (VACANT, "Vacant")]


class TurnoutFilter(forms.Form):
    """A state, a role, words of a name, a school. What is none of these is dropped."""

    q = forms.CharField(
        label="Name or school",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", required=False)
    state = forms.ChoiceField(required=False, choices=STATES, widget=forms.HiddenInput)
    school = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, counts: Sequence[Counts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(each.role), each.title) for each in counts]
        self.fields["role"].choices = [("", "All roles"), *offered]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The valid ones of what was asked for, by field name."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}
