"""What a department is asked for, and what its partner says to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from roles.access import Reach
from roles.models import Department, DepartmentNeed
from roles.services.departments import MOVES

Answer = DepartmentNeed.Answer
FAR = dt.timedelta(days=730)
SAYS = {
    Answer.AGREED: "Yes, by that day",
    Answer.DECLINED: "We cannot, because of what is written below",
    Answer.DELIVERED: "It is delivered",
}


def _without_tag() -> FormHelper:
    """The page around the form brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class NeedForm(forms.Form):
    """One thing the program needs, and by when. A day that is kept may lie in the past."""

    text = forms.CharField(
        label="What the program needs from them",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="One thing that can be delivered, such as: background checks of all tutors.",
    )
    due_on = forms.DateField(label="By when", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, today: dt.date, need: DepartmentNeed | None, **kw: Any) -> None:
        if need:
            kw["initial"] = {"text": need.text, "due_on": need.due_on}
        super().__init__(*args, **kw)
        self.today, self.need = today, need
        self.helper = _without_tag()

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def clean_due_on(self) -> dt.date:
        due_on: dt.date = self.cleaned_data["due_on"]
        if self.need and due_on == self.need.due_on:
            return due_on
        if due_on < self.today:
            raise forms.ValidationError("This day is past. Choose today or a later day.")
        if due_on > self.today + FAR:
            raise forms.ValidationError("This day is more than two years away.")
        return due_on


class AnswerForm(forms.Form):
    """The partner's own word. A no says why."""

    answer = forms.ChoiceField(label="Your answer", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed if you cannot: what stands in the way, or what you could do instead.",
    )

    def __init__(self, *args: Any, need: DepartmentNeed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [(value, SAYS[Answer(value)]) for value in MOVES[need.answer]]
        self.fields["answer"].choices = allowed  # type: ignore[attr-defined]
        self.helper = _without_tag()

    def clean_note(self) -> str:
        return " ".join(self.cleaned_data["note"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == Answer.DECLINED and not cleaned.get("note"):
            self.add_error("note", "Say why not, so that others can look for a way.")
        return cleaned


class DepartmentForm(forms.Form):
    """What a department is called; no two have one name."""

    name = forms.CharField(label="Name of the department", max_length=120)

    def __init__(
        self, *args: Any, reach: Reach, department: Department | None = None, **kwargs: Any
    ) -> None:
        if department:
            kwargs["initial"] = {"name": department.name}
        super().__init__(*args, **kwargs)
        others = Department.objects.reachable(reach)
        self.others = others.exclude(pk=department.pk) if department else others
        self.helper = _without_tag()

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if self.others.filter(name__iexact=name).exists():
            raise forms.ValidationError("There is a department of this name already.")
        return name
