"""When and how a person is mailed; the district's ladder; until when a thing is put off."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from roles.forms.positions import DayInput
from roles.ladder import Step
from roles.models import Audience, District, MailPreference, Pace
from roles.services.mail_preferences import check_ladder

HOURS = [(hour, f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}") for hour in range(5, 21)]
WEEKDAYS = list(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")))
ZONES = (
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("America/Adak", "Aleutian"),
    ("Pacific/Honolulu", "Hawaii"),
    ("Pacific/Guam", "Guam"),
    ("America/Puerto_Rico", "Atlantic, Puerto Rico"),
)


class MailForm(forms.ModelForm):
    hour = forms.TypedChoiceField(label="Not before", coerce=int, choices=HOURS)
    time_zone = forms.ChoiceField(label="Your time zone", required=False)
    brief_weekday = forms.TypedChoiceField(
        label="Day of the brief",
        coerce=int,
        choices=WEEKDAYS,
        help_text="If that is a day off, the next working day.",
    )

    class Meta:
        model = MailPreference
        fields = ("pace", "hour", "time_zone", "brief", "brief_weekday")
        labels = {"pace": "How often", "brief": "Send me the weekly brief"}
        widgets = {"pace": forms.RadioSelect(choices=Pace.choices)}

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pace"].choices = Pace.choices  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = self._zones(district)  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*self.fields, Submit("save", "Save"))

    def _zones(self, district: District) -> list[tuple[str, str]]:
        zones = [("", f"The district's ({district.time_zone})"), *ZONES]
        own = self.instance.time_zone
        if own in available_timezones() and own not in dict(ZONES):
            zones.append((own, own))
        return zones

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pace") == Pace.WEEKLY:
            cleaned["brief"] = True
        return cleaned


class LaterForm(forms.Form):
    """Put off by a number of days, or until a day that is typed."""

    days = forms.TypedChoiceField(
        coerce=int, choices=[("3", "3 days"), ("7", "A week")], required=False, empty_value=None
    )
    until = forms.DateField(label="Until", required=False, widget=DayInput())

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["days"]:
            cleaned["until"] = self.today + dt.timedelta(days=cleaned["days"])
        if not cleaned["until"]:
            self.add_error("until", "Pick the day on which you want to hear of it again.")
        return cleaned


class RungForm(forms.Form):
    """One rung. A row without a number of days is left out."""

    BEFORE, AFTER = "before", "after"

    days = forms.IntegerField(
        label="Days",
        required=False,
        min_value=0,
        max_value=90,
        error_messages={
            "invalid": "Type a whole number of days, as in 7.",
            "min_value": "Type 0 or more days, and pick before or after.",
            "max_value": "At most 90 days.",
        },
    )
    side = forms.ChoiceField(
        label="When", choices=[(BEFORE, "before it is due"), (AFTER, "after it is due")]
    )
    audience = forms.ChoiceField(label="Who hears", choices=Audience.choices)
    in_brief = forms.BooleanField(label="In the weekly brief", required=False)

    def step(self) -> Step | None:
        days = self.cleaned_data.get("days")
        if days is None:
            return None
        signed = -days if self.cleaned_data["side"] == self.BEFORE else days
        return Step(signed, self.cleaned_data["audience"], self.cleaned_data["in_brief"])


class _Rungs(forms.BaseFormSet):
    def clean(self) -> None:
        if not any(self.errors) and (wrong := check_ladder(self.steps())):
            raise forms.ValidationError(wrong)

    def steps(self) -> list[Step]:
        found = [step for form in self.forms if (step := form.step()) is not None]
        return sorted(found, key=lambda step: step.days)


LadderForm = forms.formset_factory(
    RungForm, formset=_Rungs, extra=2, max_num=14, absolute_max=20, validate_max=True
)


def rung_values(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """The ladder as the form shows it."""
    return [
        {
            "days": abs(step.days),
            "side": RungForm.BEFORE if step.days < 0 else RungForm.AFTER,
            "audience": step.audience,
            "in_brief": step.in_brief,
        }
        for step in steps
    ]


class SampleForm(forms.Form):
    """The day for which the ladder is shown."""

    due = forms.DateField(label="Due on", required=False, widget=DayInput())
