"""Forms of a role: its fields, its responsibilities in order, and choosing an approach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from roles.access import Reach
from roles.forms.jobs import LinesField
from roles.models import Approach, LeadershipRole, Level
from roles.services.role_copies import DutyLine, closes_circle

MOST_DUTIES = 60
PLAIN = ("title", "level", "reports_to", "typical_holder", "time_hint", "seats")


class RoleForm(forms.ModelForm):
    """What a role is, in this district's words."""

    reports_to = forms.ModelChoiceField(
        LeadershipRole.objects.none(),
        label="Reports to",
        required=False,
        empty_label="Nobody in the program",
    )
    approaches = forms.MultipleChoiceField(
        label="Approaches that need it",
        choices=Approach.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one approach."},
    )
    required = LinesField(
        label="Required qualifications", required=False, max_length=2000, help_text="One to a line."
    )
    preferred = LinesField(
        label="Preferred qualifications",
        required=False,
        max_length=2000,
        help_text="One to a line.",
    )

    class Meta:
        model = LeadershipRole
        fields = [*PLAIN, "approaches", "required", "preferred"]
        labels = {"time_hint": "Time"}
        help_texts = {
            "typical_holder": "Who has this role in most districts, as in Assistant principal.",
            "time_hint": "As in 0.5, or 4 hours a month.",
            "seats": "How many people hold it at one school or office. Empty: any number.",
        }
        widgets = {"seats": forms.NumberInput(attrs={"min": 1, "max": 99})}

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        others = LeadershipRole.objects.reachable(reach).exclude(pk=self.instance.pk or 0)
        self.fields["reports_to"].queryset = others  # type: ignore[attr-defined]
        self.fields["level"].choices = Level.choices  # type: ignore[attr-defined]
        for approach in Approach:
            self.fields[f"note_{approach}"] = forms.CharField(
                label=approach.label,
                required=False,
                max_length=300,
                initial=self.instance.by_approach.get(approach.value, ""),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "title",
            Row(Column("level", css_class="col-md-6"), Column("reports_to", css_class="col-md-6")),
            "typical_holder",
            Row(Column("time_hint", css_class="col-md-6"), Column("seats", css_class="col-md-6")),
            "required",
            "preferred",
            "approaches",
        )

    @property
    def notes(self) -> list[forms.BoundField]:
        return [self[f"note_{approach}"] for approach in Approach]

    def clean_title(self) -> str:
        title = " ".join(str(self.cleaned_data["title"]).split())
        others = LeadershipRole.objects.reachable(self.reach).exclude(pk=self.instance.pk or 0)
        if others.filter(title__iexact=title).exists():
            raise forms.ValidationError("There is a role with this title already.")
        return title

    def clean_seats(self) -> int | None:
        seats: int | None = self.cleaned_data["seats"]
        if seats is not None and not 1 <= seats <= 99:
            raise forms.ValidationError("A place has from 1 to 99 seats, or leave it empty.")
        return seats

    def clean_reports_to(self) -> LeadershipRole | None:
        above: LeadershipRole | None = self.cleaned_data["reports_to"]
        if self.instance.pk and closes_circle(self.instance, above):
            raise forms.ValidationError(
                f"{above} reports to this role, so this role cannot report to {above}."
            )
        return above

    def to_save(self) -> dict[str, Any]:
        """Field values for the service. The form must be valid."""
        said = self.cleaned_data
        notes = {str(each): said[f"note_{each}"] for each in Approach if said[f"note_{each}"]}
        names = [*PLAIN, "approaches", "required", "preferred"]
        return {**{name: said[name] for name in names}, "by_approach": notes}


class DutyForm(forms.Form):
    """One responsibility, its key fixed."""

    text = forms.CharField(
        label="Responsibility",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    duty = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = " ".join(str(cleaned.get("text") or "").split())
        if not text and cleaned.get("duty") and "text" not in self.errors:
            self.add_error("text", "Write the responsibility, or remove it.")
        return {**cleaned, "text": text}


DutyFormSet = forms.formset_factory(
    DutyForm, extra=0, max_num=MOST_DUTIES, absolute_max=MOST_DUTIES + 40, validate_max=True
)


def lines_of(duties: Any) -> list[DutyLine]:
    """What a valid formset says, empty lines left out."""
    rows = [row.cleaned_data for row in duties if row.cleaned_data.get("text")]
    return [DutyLine(row["text"], row.get("duty")) for row in rows]


def rearranged(data: Mapping[str, Any], act: str) -> tuple[list[dict[str, Any]], str]:
    """The typed duties after one button: "add", "up-2", "down-2" or "remove-2" (from 0).

    Returns rows to start a formset from, and what to tell.
    """
    count = min(_number(data.get("duty-TOTAL_FORMS", "")) or 0, MOST_DUTIES + 40)
    rows: list[dict[str, Any]] = [
        {
            "text": data.get(f"duty-{n}-text", ""),
            "duty": _number(data.get(f"duty-{n}-duty", "")),
        }
        for n in range(count)
    ]
    verb, _, place = act.partition("-")
    at = _number(place)
    if verb == "add":
        return [*rows, {"text": "", "duty": None}], "A line is added at the end."
    if at is None or at >= len(rows):
        return rows, ""
    row = rows.pop(at)
    if verb == "remove":
        return rows, "The responsibility is taken out. It is gone once you save."
    to = min(max(at + (-1 if verb == "up" else 1), 0), len(rows))
    rows.insert(to, row)
    if to == at:
        return rows, f"It stands at place {at + 1} of {len(rows)} already."
    return rows, f"Moved to place {to + 1} of {len(rows)}. Not saved yet."


def _number(text: Any) -> int | None:
    return int(text) if str(text).isascii() and str(text).isdigit() and len(text) < 10 else None
