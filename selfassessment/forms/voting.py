"""What a vote says."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.forms.hinting import AsksAboutStudents
from selfassessment.forms.shared import NO_STUDENTS
from selfassessment.models import Vote


class VoteForm(AsksAboutStudents, forms.ModelForm):
    """One tap on a point, and why if one likes. `turn` is the one that the page showed."""

    watched = ("reason",)
    value = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(n), str(n)) for n in range(4)],
        error_messages={
            "required": "Choose the point that fits best today.",
            "invalid_choice": "Choose a point from 0 to 3.",
        },
    )
    turn = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    class Meta:
        model = Vote
        fields = ["value", "reason"]
        labels = {"value": "Your vote", "reason": "Why, if you like"}
        help_texts = {"reason": f"The team reads it when the votes are shown. {NO_STUDENTS}"}
        widgets = {"reason": forms.Textarea(attrs={"rows": 2, "maxlength": 300})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class TurnForm(forms.Form):
    """A button of the facilitator: in which turn the page stood; `anyway` goes on all the same."""

    turn = forms.IntegerField(min_value=0)
    anyway = forms.BooleanField(required=False)
