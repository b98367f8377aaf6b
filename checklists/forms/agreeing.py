"""What closing a cycle asks for: the actions that follow, and why a form is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from checklists.models import Action
from checklists.services.actions import TEXT, NewAction, last_day, possible_owners
from checklists.services.reopening import REASON_LENGTH
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import User

NEEDED = "An action needs this too."


class ActionForm(AsksAboutStudents):
    """One of the actions a cycle closes with. A row that is left empty is no action."""

    watched = ("text",)
    text = forms.CharField(label="Action", max_length=TEXT, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Choose a person"
    )
    due_on = forms.DateField(label="Due", required=False)

    def __init__(self, *args: Any, school_id: int | None, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district = reach.district
        self.today, self.last = district.today(), last_day(district)
        self.fields["owner"].queryset = possible_owners(district, school_id)  # type: ignore[attr-defined]
        days = {"type": "date", "min": self.today.isoformat(), "max": self.last.isoformat()}
        self.fields["due_on"].widget = forms.DateInput(days, format="%Y-%m-%d")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "text",
            Row(Column("owner", css_class="col-md-8"), Column("due_on", css_class="col-md-4")),
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if any(given.get(name) for name in self.fields):
            for name in self.fields:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, NEEDED)
        due = given.get("due_on")
        if due and not self.today <= due <= self.last:
            self.add_error("due_on", "An action is due today or later, within 12 months.")
        return given

    @property
    def line(self) -> NewAction | None:
        given = self.cleaned_data
        if not given.get("text"):
            return None
        return NewAction(given["text"], given["owner"], given["due_on"])


class ActionForms:
    """The rows for one to three actions."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, school_id: int | None, reach: Reach
    ) -> None:
        self.forms = [
            ActionForm(data, prefix=f"action{n}", school_id=school_id, reach=reach)
            for n in range(1, Action.MOST + 1)
        ]

    @property
    def is_valid(self) -> bool:
        return not sum(not form.is_valid() for form in self.forms)  # each form, for its messages

    @property
    def lines(self) -> list[NewAction]:
        return [line for line in (form.line for form in self.forms) if line]

    @property
    def is_typed(self) -> bool:
        """Whether something was typed in any of the rows."""
        return any(form.has_changed() for form in self.forms)

    def refuse(self, why: str) -> None:
        """Put a sentence beside the first action."""
        self.forms[0].add_error("text", why)


class ReopenForm(AsksAboutStudents):
    watched = ("reason",)
    reason = forms.CharField(
        label="Why it is opened again",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person who rates reads this. It stays with the form. No student names.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
