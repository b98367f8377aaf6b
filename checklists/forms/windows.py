"""What planning a window asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms

from checklists.forms.asked import as_only, askable
from checklists.models import Window
from roles.access import Reach
from roles.models import SchoolYear


class WindowForm(forms.ModelForm):
    """Name, days and checklists of a window. A window that has opened keeps its first day."""

    only = forms.MultipleChoiceField(
        label="Checklists it asks for",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pick at least one checklist."},
    )

    class Meta:
        model = Window
        fields = ["label", "kind", "opens_on", "closes_on", "only"]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("opens_on", "closes_on")
        }
        help_texts = {
            "label": "As people will read it: October checklist.",
            "opens_on": "Forms are made when this day begins.",
            "closes_on": "Answers can be given until midnight of this day.",
        }

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self._offer_checklists()
        if self.instance.opened_at:
            self.fields["opens_on"].disabled = True
            self.fields["opens_on"].help_text = "It has opened: this day stays."
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "label",
            "kind",
            Row(
                Column("opens_on", css_class="col-md-6"), Column("closes_on", css_class="col-md-6")
            ),
            *(["only"] if "only" in self.fields else []),
            Submit("save", "Save window" if self.instance.pk else "Plan window"),
        )

    def _offer_checklists(self) -> None:
        """All are picked unless the window says otherwise; without checklists nothing is asked."""
        self.keys = askable(self.reach)
        if not self.keys:
            del self.fields["only"]
            return
        field = self.fields["only"]
        if self.instance.opened_at:
            field.help_text = "Forms that were made stay, whatever you pick here."
        field.choices = [(key, each.title) for key, each in self.keys.items()]  # type: ignore[attr-defined]
        self.initial["only"] = self.instance.only or list(self.keys)

    def clean_only(self) -> list[str]:
        return as_only(self.cleaned_data["only"], self.keys)

    def clean_closes_on(self) -> dt.date:
        closes_on: dt.date = self.cleaned_data["closes_on"]
        if closes_on < self.reach.district.today():
            raise forms.ValidationError("This day is over. Pick today or a later day.")
        return closes_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens_on, closes_on = cleaned.get("opens_on"), cleaned.get("closes_on")
        if not opens_on or not closes_on:
            return cleaned
        year = SchoolYear.objects.reachable(self.reach).on(opens_on).first()
        if year is None:
            self.add_error("opens_on", "No school year of this district has this day.")
        elif closes_on > year.ends_on:
            self.add_error("closes_on", f"The school year {year} ends before this day.")
        else:
            self.instance.district, self.instance.school_year = self.reach.district, year
            self._check_label(year, cleaned.get("label", ""))
        return cleaned

    def _check_label(self, year: SchoolYear, label: str) -> None:
        same = Window.objects.reachable(self.reach).filter(school_year=year, label=label)
        if label and same.exclude(pk=self.instance.pk).exists():
            self.add_error("label", f"{year} has a window of that name.")
