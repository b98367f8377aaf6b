"""Forms of the role matrix: an area's name, and what each party does in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from roles.models import Involvement
from roles.reports.matrix import Cell
from roles.services.matrix import NOT_INVOLVED, CellChange

PARTS = [*Involvement.Part.choices, (NOT_INVOLVED, "Not involved")]


class AreaForm(forms.Form):
    """What an area of work is called."""

    name = forms.CharField(
        label="Area of work",
        max_length=80,
        help_text="A part of the program that someone has to lead, as in Recruiting tutors.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


class PartsForm(forms.Form):
    """One choice for each party, beside what it was when the page was opened."""

    def __init__(self, *args: Any, cells: Sequence[Cell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells = cells
        for cell in cells:
            slug = cell.party.slug
            self.fields[f"part-{slug}"] = forms.ChoiceField(
                label=cell.party.title, choices=PARTS, required=False, initial=cell.part
            )
            self.fields[f"was-{slug}"] = forms.ChoiceField(
                choices=PARTS, required=False, initial=cell.part, widget=forms.HiddenInput
            )

    def rows(self) -> list[tuple[Cell, forms.BoundField, forms.BoundField]]:
        """Each party's cell with its choice and the hidden "was"."""
        slugs = [cell.party.slug for cell in self.cells]
        return [
            (cell, self[f"part-{slug}"], self[f"was-{slug}"])
            for cell, slug in zip(self.cells, slugs, strict=True)
        ]

    def changes(self) -> list[CellChange]:
        """The cells that the person set to something else. The form must be valid."""
        said = self.cleaned_data
        return [
            CellChange(cell.party.pk, said[f"was-{slug}"], said[f"part-{slug}"])
            for cell in self.cells
            if (slug := cell.party.slug)
            and f"part-{slug}" in self.data
            and said[f"was-{slug}"] != said[f"part-{slug}"]
        ]
