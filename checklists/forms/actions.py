"""What ending or moving an action asks for, and what the list of actions can be narrowed to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from checklists.models.actions import ActionQuerySet
from checklists.services.actions import TEXT, last_day, possible_owners
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import School, User


def _helper() -> FormHelper:
    """The page around the form brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


def _words(label: str, hint: str, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=hint,
    )


def _day(reach: Reach) -> dict[str, str]:
    """What a date field may say about the days an action can be due on."""
    today, last = reach.district.today(), last_day(reach.district)
    return {"type": "date", "min": today.isoformat(), "max": last.isoformat()}


class FinishForm(AsksAboutStudents):
    watched = ("outcome",)
    outcome = _words(
        "What came of it",
        "One sentence: what is different now. No student names.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()


class DropForm(forms.Form):
    reason = _words("Why it is dropped", "It stays in the list, with this reason.", required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()


class MoveForm(forms.Form):
    day = forms.DateField(label="New day")
    reason = _words("Why it moves", "Kept with the action and in the audit trail.", required=True)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget = forms.DateInput(_day(reach), format="%Y-%m-%d")
        self.helper = _helper()


class TakeUpForm(AsksAboutStudents):
    """What to make of an item that many of a role rated low: a topic, an action, or both."""

    watched = ("title", "text")
    as_topic = forms.BooleanField(label="Take it up as a learning topic", required=False)
    title = forms.CharField(
        label="Topic",
        max_length=200,
        required=False,
        help_text="As it will stand in a plan: Covering for absent tutors.",
    )
    as_action = forms.BooleanField(label="Plan an action for the whole role", required=False)
    text = forms.CharField(label="Action", max_length=TEXT, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Choose a person"
    )
    due_on = forms.DateField(label="Due", required=False)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners(reach.district, None)  # type: ignore[attr-defined]
        self.fields["due_on"].widget = forms.DateInput(_day(reach), format="%Y-%m-%d")
        self.helper = _helper()
        self.helper.layout = Layout(
            "as_topic",
            "title",
            "as_action",
            "text",
            Row(Column("owner", css_class="col-md-6"), Column("due_on", css_class="col-md-6")),
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("as_topic") and not given.get("as_action"):
            raise forms.ValidationError("Choose the topic, the action, or both.")
        wanted = ("title",) if given.get("as_topic") else ()
        wanted += ("text", "owner", "due_on") if given.get("as_action") else ()  # type: ignore[assignment]
        for name in wanted:
            if not given.get(name) and name not in self.errors:
                self.add_error(name, "This is needed.")
        return given


class FilterForm(forms.Form):
    """What the address of the list may say; anything else in it is left aside."""

    SHOW = (("", "Open"), ("overdue", "Overdue"), ("done", "Done"))

    show = forms.ChoiceField(choices=SHOW, required=False, widget=forms.HiddenInput)
    school = forms.ModelChoiceField(
        School.objects.none(), required=False, empty_label="All schools"
    )

    def __init__(self, *args: Any, managed: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = School.objects.reachable(managed)  # type: ignore[attr-defined]
        self.fields["school"].widget.attrs["class"] = "form-select"
        self.is_valid()

    @property
    def shown(self) -> str:
        return str(self.cleaned_data.get("show") or "")

    def narrow(self, actions: ActionQuerySet, today: dt.date) -> ActionQuerySet:
        """Those actions that the address asks for."""
        if self.shown == "done":
            return self.of_school(actions).ended()
        found = self.of_school(actions)
        return found.overdue(today) if self.shown == "overdue" else found.open()

    def of_school(self, actions: ActionQuerySet) -> ActionQuerySet:
        school = self.cleaned_data.get("school")
        return actions.filter(school=school) if school else actions
