"""What is asked before several milestones change at once."""

from __future__ import annotations

from typing import Any

from django import forms

from roadmap.forms.milestones import some_lines
from roadmap.forms.shared import bare, offer, seats
from roadmap.models import Milestone
from roles.access import Reach
from roles.models import Position


class SeveralChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """What it is, whose, and when it is due."""
        return f"{obj.name}. {obj.owner_words}, due {obj.due_on:%b} {obj.due_on.day}"


class SeveralForm(forms.Form):
    """Of which milestones, and why. `rows` are those that were chosen and may be changed."""

    milestone = SeveralChoice(
        Milestone.objects.none(),
        label="Milestones",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    reason = forms.CharField(
        label="Why",
        max_length=400,
        widget=some_lines(2),
        help_text="It stands in the history of each of them.",
    )

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, milestone=rows)
        self.helper = bare()


class SeveralOwnersForm(SeveralForm):
    owner = forms.ModelChoiceField(
        Position.objects.none(),
        label="New owner",
        empty_label="Choose a position",
        help_text="A position, not a person: it stays when someone leaves.",
    )

    field_order = ("milestone", "owner", "reason")

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, owner=seats(reach))
