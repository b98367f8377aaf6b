"""How someone leaves a position: the last day, and who steps in for the time being."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from roles.access import Reach
from roles.forms.positions import DayInput
from roles.models import Assignment, User
from roles.reports.holding import people_of
from roles.services.leaving import Ending, refusal


class LeavingForm(forms.Form):
    last_day = forms.DateField(
        label="Last day in the position",
        widget=DayInput(),
        help_text="Today, a day to come, or one that has passed. Work moves the day after.",
    )
    interim = forms.ModelChoiceField(
        User.objects.none(),
        label="Who steps in for the time being",
        required=False,
        empty_label="Nobody yet",
        help_text="Someone with access to this district. They get the open work, and count as"
        " interim.",
    )
    interim_from = forms.DateField(
        label="Steps in on",
        required=False,
        widget=DayInput(),
        help_text="Leave empty for the day after the last day.",
    )

    def __init__(self, *args: Any, assignment: Assignment, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment, self.reach = assignment, reach
        people = people_of(reach).exclude(pk=assignment.holder_id)
        self.fields["interim"].queryset = people  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*self.fields, Submit("check", "See what happens to the work"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["interim_from"] and not cleaned["interim"]:
            self.add_error("interim", "Choose who steps in on that day, or leave the day empty.")
            return cleaned
        today = self.reach.district.today()
        field, sentence = refusal(self.assignment, self.ending, today=today)
        if sentence:
            self.add_error(field, sentence)
        return cleaned

    @property
    def ending(self) -> Ending:
        """What was asked for; of a valid form."""
        chosen = self.cleaned_data
        return Ending(chosen["last_day"], chosen["interim"], chosen["interim_from"])
