"""What is asked about a line of the plan of learning."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from roadmap.forms.shared import bare, offer
from roadmap.models import Cadence, LearningLevel, LearningLine
from roles.access import Reach
from roles.models import LeadershipRole

SHORTEST, LONGEST = 5, 600  # minutes
MOST_SESSIONS = 60
SPAN = f"Between {SHORTEST} and {LONGEST} minutes, in whole minutes."


def minutes(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=SHORTEST,
        max_value=LONGEST,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={"min_value": SPAN, "max_value": SPAN, "invalid": SPAN},
        **more,
    )


class Roles(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class LineForm(forms.Form):
    topic = forms.CharField(label="What will be learned", max_length=200)
    level = forms.ChoiceField(choices=LearningLevel.choices)
    format = forms.CharField(
        label="How",
        max_length=80,
        required=False,
        help_text="Such as briefing, course, walkthrough or video meeting.",
    )
    audience = Roles(
        LeadershipRole.objects.none(), label="For whoever holds these roles", required=False
    )
    for_raters = forms.BooleanField(
        label="Also for everyone who rates checklists, whatever their role", required=False
    )
    sessions = forms.IntegerField(
        label="Sessions in the year", min_value=1, max_value=MOST_SESSIONS, initial=4
    )
    minutes_each = minutes("Minutes each", initial=60)
    cadence = forms.ChoiceField(
        label="How often", choices=Cadence.choices, initial=Cadence.QUARTERLY
    )
    lead = forms.ModelChoiceField(
        LeadershipRole.objects.none(), label="Led by", required=False, empty_label="Not said yet"
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = LeadershipRole.objects.reachable(reach)
        offer(self, audience=roles, lead=roles)
        half, third = "col-md-6", "col-md-4"
        self.helper = bare(
            "topic",
            Row(Column("level", css_class=half), Column("format", css_class=half)),
            Row(
                Column("sessions", css_class=third),
                Column("minutes_each", css_class=third),
                Column("cadence", css_class=third),
            ),
            "lead",
            "audience",
            "for_raters",
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("audience") and not given.get("for_raters"):
            self.add_error("audience", "Say who it is for: at least one role.")
        return given

    @classmethod
    def of(cls, line: LearningLine) -> dict[str, Any]:
        """What the form starts with for a line that is there."""
        fields = ("topic", "level", "format", "sessions", "minutes_each", "cadence", "for_raters")
        return {name: getattr(line, name) for name in fields} | {
            "lead": line.lead_id,
            "audience": [each.role_id for each in line.audiences.all()],
        }
