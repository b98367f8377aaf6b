"""What agreeing on a team rating asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from roles.forms.hinting import AsksAboutStudents
from selfassessment.causes import Cause, chosen, words
from selfassessment.forms.shared import NO_STUDENTS
from selfassessment.models import IndicatorRating
from selfassessment.services import agreeing


class RatingForm(forms.ModelForm):
    """The team's rating of one indicator, and why."""

    value = forms.TypedChoiceField(
        label="Team rating",
        coerce=int,
        choices=[(str(n), str(n)) for n in range(4)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the point that fits best today."},
    )

    class Meta:
        model = IndicatorRating
        fields = ["value", "rationale"]
        labels = {"rationale": "Why"}
        help_texts = {"rationale": f"Two or three sentences that anyone can check. {NO_STUDENTS}"}
        widgets = {"rationale": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"rationale": {"required": "Say why, in a sentence."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rationale"].required = True
        self.helper = FormHelper()
        self.helper.form_tag = False


class AgreeForm(AsksAboutStudents):
    """What the team agrees on, why, what some saw differently, and what has changed since.

    `offered` are causes to tick; `before` the last round's rating, or None. With `counts` votes may
    be typed in, for a team in one room.
    """

    watched = ("rationale", "dissent")
    value = forms.TypedChoiceField(
        label="Agreed rating",
        coerce=int,
        choices=[(str(n), str(n)) for n in range(4)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the point that the team agrees on."},
    )
    rationale = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Two or three sentences that anyone can check. {NO_STUDENTS}",
        error_messages={"required": "Say why, in a sentence."},
    )
    dissent = forms.CharField(
        label="Who saw it differently, and how",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept beside the rating. Leave it empty if nobody did.",
    )
    causes = forms.MultipleChoiceField(
        label="What has changed since", required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label="Or in words of the team",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        offered: Sequence[Cause] = (),
        before: IndicatorRating | None = None,
        counts: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.before, self.offered = before, offered
        self.fields["causes"].choices = [(each.key, each.label) for each in offered]  # type: ignore[attr-defined]
        self.points = [str(n) for n in range(4)] if counts else []
        for point in self.points:
            self.fields[f"count_{point}"] = forms.IntegerField(
                label=f"Votes for {point}",
                min_value=0,
                max_value=99,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def count_fields(self) -> list[forms.BoundField]:
        return [self[f"count_{point}"] for point in self.points]

    @property
    def counts(self) -> dict[str, int] | None:
        """The votes typed in, of a valid form; None where nobody typed any."""
        given = {point: self.cleaned_data.get(f"count_{point}") or 0 for point in self.points}
        return given if any(given.values()) else None

    @property
    def because(self) -> list[Cause]:
        """The causes of a valid form: those ticked, and the team's words."""
        said = self.cleaned_data["words"].strip()
        ticked = chosen(self.offered, self.cleaned_data["causes"])
        return [*ticked, words(said)] if said else ticked

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        value, before = given.get("value"), self.before
        if value is None or before is None or before.value == value:
            return given
        if not given.get("causes") and not given.get("words") and "causes" not in self.errors:
            told = agreeing.NO_CAUSE.format(label=before.round.label, value=before.value)
            self.add_error("words", told)
        return given
