"""Forms of the route: a reason to return, a role to add."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.access import Reach
from roles.models import LeadershipRole, RouteStep


class ReturnForm(forms.Form):
    """Why a text goes back to its authors."""

    reason = forms.CharField(
        label="What should change?",
        help_text="The authors get these words by e-mail.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what should change, so that the authors can act on it."},
    )


class StepForm(forms.Form):
    """A leadership role of the district that is not on the route yet."""

    role = forms.ModelChoiceField(
        LeadershipRole.objects.none(),
        label="Add a role",
        empty_label="Choose a role",
        error_messages={
            "required": "Choose the role that approves.",
            "invalid_choice": "This role is on the route already, or is none of this district.",
        },
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = RouteStep.objects.reachable(reach).values("role")
        free = LeadershipRole.objects.reachable(reach).exclude(pk__in=taken)
        self.fields["role"].queryset = free  # type: ignore[attr-defined]
