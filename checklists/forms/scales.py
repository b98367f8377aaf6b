"""What a district's own scale asks for: a name, and its points from 0 upwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from checklists.models import RatingScale
from checklists.scales import SCALES
from checklists.services.scales import FEWEST, MOST
from roles.access import Reach

START = 4  # rows a new scale is offered


class ScaleForm(forms.ModelForm):
    """Name of a scale, and whether an item on it can be marked as not applicable."""

    class Meta:
        model = RatingScale
        fields = ["label", "allow_na"]
        help_texts = {"label": "As people choose it: Share of sessions 0 to 3."}

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("label", "allow_na")

    def clean_label(self) -> str:
        label = " ".join(str(self.cleaned_data["label"]).split())
        others = RatingScale.objects.reachable(self.reach).exclude(pk=self.instance.pk or 0)
        shipped = {scale.label.casefold() for scale in SCALES.values()}
        if label.casefold() in shipped or others.filter(label__iexact=label).exists():
            raise forms.ValidationError("There is a scale with this name already.")
        return label


class PointForm(forms.Form):
    """One answer of the scale; its value is its place."""

    label = forms.CharField(label="Answer", required=False, max_length=40)
    anchor = forms.CharField(
        label="When it is the right one",
        required=False,
        max_length=160,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        label, anchor = (" ".join(str(said.get(n) or "").split()) for n in ("label", "anchor"))
        if label and not anchor and "anchor" not in self.errors:
            self.add_error("anchor", "Say when this answer is the right one.")
        if anchor and not label and "label" not in self.errors:
            self.add_error("label", "Give this answer a name.")
        return {"label": label, "anchor": anchor}


class PointSet(forms.BaseFormSet):
    """Points without a gap, from FEWEST to MOST of them."""

    def clean(self) -> None:
        if any(form.errors for form in self.forms):
            return
        filled = [bool(form.cleaned_data.get("label")) for form in self.forms]
        last = max((n for n, there in enumerate(filled) if there), default=-1)
        for form, there in zip(self.forms[: last + 1], filled, strict=False):
            if not there:
                form.add_error("label", "A scale has no gap: fill this answer in.")
        labels = [form.cleaned_data.get("label", "").casefold() for form in self.forms]
        for n, form in enumerate(self.forms):
            if labels[n] and labels[n] in labels[:n]:
                form.add_error("label", "Another answer has this name already.")
        if last + 1 < FEWEST:
            too_few = "A scale has at least two answers."
            if not self.forms:
                raise forms.ValidationError(too_few)
            self.forms[min(last + 1, len(self.forms) - 1)].add_error("label", too_few)


Points = forms.formset_factory(
    PointForm, formset=PointSet, extra=0, max_num=MOST, absolute_max=MOST, validate_max=True
)


def said_points(points: forms.BaseFormSet) -> list[dict[str, Any]]:
    """The points as a scale keeps them. The set must be valid."""
    said = [form.cleaned_data for form in points.forms if form.cleaned_data.get("label")]
    return [{"value": n, **each} for n, each in enumerate(said)]


def points_of(scale: RatingScale | None) -> list[dict[str, str]]:
    """Rows to begin with: the scale's points, or empty ones."""
    if scale is None:
        return [{} for _ in range(START)]
    return [{"label": p["label"], "anchor": p["anchor"]} for p in scale.points]


def with_another(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """What was typed, with one more row while there is room."""
    total = str(data.get("point-TOTAL_FORMS", "0"))
    count = min(int(total), MOST) if total.isascii() and total.isdigit() else 0
    rows = [
        {name: str(data.get(f"point-{n}-{name}", "")) for name in ("label", "anchor")}
        for n in range(count)
    ]
    return [*rows, {}][:MOST]
