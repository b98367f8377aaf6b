"""What a round asks for: when it runs, what it takes, who rates, and who signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from roles.models import User
from selfassessment.forms.shared import date_input
from selfassessment.library import Raw
from selfassessment.models import Audience, Mode, Round, RoundReopening, SignOff
from selfassessment.services.team import Candidate

TARGETS = ((1, "1, In draft"), (2, "2, In use"), (3, "3, Routine"))


class RoundForm(forms.ModelForm):
    """When the next round runs, which indicators it takes, and who rates them."""

    target = forms.TypedChoiceField(
        label="Aim",
        coerce=int,
        choices=TARGETS,
        help_text="A team rating below it opens a gap to work on.",
    )
    audience = forms.ChoiceField(choices=Audience, widget=forms.HiddenInput)
    codes = forms.MultipleChoiceField(
        label="Indicators", error_messages={"required": "Choose at least one indicator to rate."}
    )
    facilitator = forms.TypedChoiceField(
        label="Facilitator",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="Leads the talk and does not vote.",
    )
    team = forms.TypedMultipleChoiceField(label="Team", required=False, coerce=int)

    class Meta:
        model = Round
        fields = ["label", "opens_on", "closes_on", "mode", "target", "audience"]
        labels = {
            "label": "Name",
            "opens_on": "First day",
            "closes_on": "Last day",
            "mode": "How the team rates",
        }
        widgets = {
            "opens_on": date_input(),
            "closes_on": date_input(),
            "mode": forms.RadioSelect,
        }

    def __init__(
        self,
        *args: Any,
        offered: Iterable[Raw],
        people: Iterable[Candidate],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = list(offered)
        self.people = {each.user.pk: each for each in people}
        named = [(pk, f"{each.user}, {each.where}") for pk, each in self.people.items()]
        self._offer("mode", Mode.choices)
        self._offer("codes", [(raw["code"], raw["title"]) for raw in self.offered])
        self._offer("facilitator", [("", "Nobody yet"), *named])
        self._offer("team", named)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "label",
            Row(
                Column("opens_on", css_class="col-md-6"),
                Column("closes_on", css_class="col-md-6"),
            ),
            "target",
            "mode",
            "audience",
        )

    def _offer(self, name: str, choices: Iterable[tuple[Any, str]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        chosen = given.get("facilitator")
        if chosen is not None and chosen in given.get("team", ()):
            self.add_error(
                "facilitator",
                f"{self.people[chosen].user} is in the team. Who facilitates does not vote: take"
                " them out of the team, or choose somebody else.",
            )
        return given

    @property
    def ticked(self) -> set[str]:
        """Codes that are ticked as the page shows them."""
        return {str(code) for code in self["codes"].value() or ()}

    @property
    def chosen(self) -> set[str]:
        """People in the team as the page shows them, by primary key."""
        return {str(pk) for pk in self["team"].value() or ()}

    def opening(self) -> dict[str, Any]:
        """What `open_round` takes, out of a valid form."""
        given = dict(self.cleaned_data)
        chosen = given.pop("facilitator")
        given["facilitator"] = self.people[chosen].user if chosen is not None else None
        given["team"] = [self.people[pk].user for pk in given["team"]]
        return given


class FacilitatorForm(forms.Form):
    """Who is to lead the talk."""

    person = forms.TypedChoiceField(
        label="Facilitator",
        coerce=int,
        help_text="Leads the talk and does not vote. Who is in the team leaves it.",
        error_messages={"required": "Choose who is to facilitate."},
    )

    def __init__(self, *args: Any, people: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: dict[int, User] = {each.user.pk: each.user for each in people}
        named = [(each.user.pk, f"{each.user}, {each.where}") for each in people]
        self.fields["person"].choices = [("", "Choose a person"), *named]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["person"]]


class SignForm(forms.ModelForm):
    """A word with a signature; who signs for somebody else has to say why."""

    class Meta:
        model = SignOff
        fields = ["note"]
        labels = {"note": "A word with it"}
        help_texts = {"note": "Optional. Do not name students."}

    def __init__(self, *args: Any, instead: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        if instead:
            note.required, note.label = True, "Why you sign instead"
            note.help_text = "As in: the position is vacant until January."
            note.error_messages["required"] = "Say why you sign instead."
        self.helper = FormHelper()
        self.helper.form_tag = False


class ReopenForm(forms.ModelForm):
    """Why a finished or closed round is rated again."""

    class Meta:
        model = RoundReopening
        fields = ["reason"]
        labels = {"reason": "Why"}
        help_texts = {"reason": "It stays in the record, beside the signatures that are withdrawn."}
        error_messages = {"reason": {"required": "Say why it is opened again."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
