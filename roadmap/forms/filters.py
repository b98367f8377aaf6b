"""What the address of the roadmap's views may say."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from roadmap.forms.shared import CODES, offer, seats
from roadmap.models import Milestone, MilestoneQuerySet, Phase, State
from roles.access import Reach
from roles.models import Position, SchoolYear

SHOW = [("", "All"), ("mine", "Mine"), ("late", "Late"), ("soon", "Due soon")]


class FilterForm(forms.Form):
    """What the address of the roadmap page may say; anything else in it is left aside."""

    show = forms.ChoiceField(choices=SHOW, required=False, widget=forms.HiddenInput)
    phase = forms.ModelChoiceField(
        Phase.objects.none(), required=False, empty_label="All phases", to_field_name="key"
    )
    owner = forms.ModelChoiceField(
        Position.objects.none(), required=False, empty_label="All owners"
    )
    state = forms.ChoiceField(choices=[("", "All states"), *State.choices], required=False)
    supports = forms.ChoiceField(choices=[("", "Any indicator"), *CODES], required=False)

    def __init__(self, *args: Any, reach: Reach, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owning = Milestone.objects.reachable(reach).filter(school_year=year)
        offer(
            self,
            phase=Phase.objects.reachable(reach).filter(school_year=year),
            owner=seats(reach).filter(pk__in=owning.order_by().values("owner")),
        )
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def narrow(self, milestones: MilestoneQuerySet, reach: Reach, today: dt.date) -> Any:
        """Those milestones that the address asks for."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        show, code = asked.pop("show", ""), asked.pop("supports", "")
        if code:
            milestones = milestones.supporting([code])
        if show == "mine":
            milestones = milestones.owned_by(reach.user, today).open()
        elif show == "late":
            milestones = milestones.late(today)
        elif show == "soon":
            milestones = milestones.due_soon(today)
        return milestones.filter(**asked)

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.values())
