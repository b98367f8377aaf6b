"""What the list of positions can be narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.access import Reach
from roles.forms.positions import Select
from roles.models import LeadershipRole, School
from roles.reports.seats import Stand


class SeatFilter(forms.Form):
    """Nothing chosen shows everything; what does not fit is left aside."""

    role = forms.ModelChoiceField(
        LeadershipRole.objects.none(), required=False, empty_label="All roles", widget=Select()
    )
    stand = forms.ChoiceField(
        label="How it stands",
        required=False,
        choices=[("", "All"), *Stand.choices],
        widget=Select(),
    )

    school = forms.ModelChoiceField(
        School.objects.none(), required=False, empty_label="Everywhere", widget=Select()
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = LeadershipRole.objects.reachable(reach).only("title", "order")
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]
        self.fields["school"].queryset = School.objects.reachable(reach)  # type: ignore[attr-defined]
