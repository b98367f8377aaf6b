"""What changing a checklist asks for: its settings, one item, and what changed."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from checklists.models import ChecklistItem, ChecklistTemplate, RatingScale, Window
from checklists.models.templates import Frequency
from checklists.scales import SCALES
from roles.access import Reach
from roles.models import Duty, LeadershipRole

MOST_MINUTES = 60


class FrameForm(forms.ModelForm):
    """What stands above the items of a version."""

    observer_role = forms.ModelChoiceField(
        LeadershipRole.objects.none(),
        label="Second rater",
        required=False,
        empty_label="Nobody",
        help_text="A holder of this role rates too, without seeing the other form.",
    )
    observed_in = forms.MultipleChoiceField(
        label="In these windows",
        required=False,
        choices=Window.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ChecklistTemplate
        fields = [
            "title",
            "self_frequency",
            "minutes_to_complete",
            "observer_role",
            "observed_in",
            "on_track_from",
            "developing_from",
            "banner",
        ]
        labels = {"self_frequency": "Own rating", "minutes_to_complete": "Minutes to complete"}
        help_texts = {
            "minutes_to_complete": "Told to people before they begin.",
            "banner": "Stands above every form. HR and union agreement first, then change it here.",
        }
        widgets = {
            "banner": forms.Textarea(attrs={"rows": 3}),
            "minutes_to_complete": forms.NumberInput(attrs={"min": 1, "max": MOST_MINUTES}),
            **{
                name: forms.NumberInput(attrs={"min": 1, "max": 100})
                for name in ("on_track_from", "developing_from")
            },
        }

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = LeadershipRole.objects.reachable(reach).exclude(pk=self.instance.role_id or 0)
        self.fields["observer_role"].queryset = roles  # type: ignore[attr-defined]
        self.helper = _helper(
            "title",
            _halves("self_frequency", "minutes_to_complete"),
            "observer_role",
            "observed_in",
            _halves("on_track_from", "developing_from"),
            "banner",
        )

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_minutes_to_complete(self) -> int:
        minutes: int = self.cleaned_data["minutes_to_complete"]
        if not 1 <= minutes <= MOST_MINUTES:
            raise forms.ValidationError(f"From 1 to {MOST_MINUTES} minutes.")
        return minutes

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        observer, kinds = said.get("observer_role"), said.get("observed_in")
        if observer and not kinds and "observed_in" not in self.errors:
            self.add_error("observed_in", "Choose the windows in which the second rater rates.")
        if kinds and not observer and "observer_role" not in self.errors:
            self.add_error("observer_role", "Choose who rates in these windows, or none of them.")
        upper, lower = said.get("on_track_from"), said.get("developing_from")
        if upper is not None and not 1 <= upper <= 100:
            self.add_error("on_track_from", "From 1 to 100 percent.")
        elif upper is not None and lower is not None and not 1 <= lower < upper:
            self.add_error("developing_from", "Developing begins below on track, at 1 or more.")
        return said

    def validate_constraints(self) -> None:
        """The thresholds are checked in `clean`, beside their fields."""


class ItemForm(forms.ModelForm):
    """One item: one action that can be seen."""

    duty = forms.ModelChoiceField(
        Duty.objects.none(), label="Duty it comes from", required=False, empty_label="None"
    )
    scale = forms.ChoiceField(label="Scale")
    matched = forms.BooleanField(
        label="The item fits the duty as it reads now", required=False, initial=True
    )

    class Meta:
        model = ChecklistItem
        fields = ["text", "frequency", "scale", "evidence", "duty", "critical"]
        labels = {"text": "Action", "frequency": "How often", "critical": "Critical"}
        help_texts = {
            "text": "One action, with the subject left out and an amount or a time.",
            "evidence": "The trace that proves it: Session log.",
            "critical": "Rated 0, it keeps the result at Developing, whatever the percent.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(
        self,
        *args: Any,
        reach: Reach,
        template: ChecklistTemplate,
        reworded: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reach, self.template = reach, template
        self.own = {
            scale.key: scale
            for scale in RatingScale.objects.reachable(reach).filter(retired_at=None)
        }
        self.fields["frequency"].choices = Frequency.choices  # type: ignore[attr-defined]
        self.fields["scale"].choices = self._scales()  # type: ignore[attr-defined]
        duties = Duty.objects.reachable(reach).filter(role_id=template.role_id or 0)
        mine = self.instance.duty_id or 0
        field = self.fields["duty"]
        field.queryset = duties.filter(removed_at=None) | duties.filter(pk=mine)  # type: ignore[attr-defined]
        field.label_from_instance = lambda duty: f"{duty.key} {duty.text}"  # type: ignore[attr-defined]
        for name, wanted in (("duty", template.role_id), ("matched", reworded)):
            if not wanted:
                del self.fields[name]
        names = ("duty", "matched")
        self.helper = _helper(
            "text",
            _halves("frequency", "scale"),
            "evidence",
            *(name for name in names if name in self.fields),
            "critical",
        )

    def _scales(self) -> list[tuple[str, str]]:
        """Shipped scales, the district's own, and what the item has if it is none of them."""
        found = [(key, scale.label) for key, scale in SCALES.items()]
        found += [(key, scale.label) for key, scale in self.own.items()]
        held = self.instance.scale
        if held and held not in dict(found):
            found.append((held, f"{self.instance.on_scale.label}, as it is"))
        return found

    def clean_text(self) -> str:
        return " ".join(str(self.cleaned_data["text"]).split())

    def clean_evidence(self) -> str:
        return " ".join(str(self.cleaned_data["evidence"]).split())

    @property
    def said(self) -> dict[str, Any]:
        """Field values for the service; what the item's duty reads is the view's to add."""
        names = ("text", "frequency", "evidence", "critical", "scale")
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        own = self.own.get(said["scale"])
        if own is not None:
            said["own_scale"] = own.words
        else:
            kept = said["scale"] == self.initial.get("scale") and said["scale"] not in SCALES
            said["own_scale"] = self.instance.own_scale if kept else None
        return said


class PublishForm(forms.Form):
    """What changed, in a sentence for those who fill it in."""

    change_note = forms.CharField(
        label="What changed, in a sentence",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Leaders read it beside the version. As in: two items on attendance are clearer.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("change_note", "seen")


def _helper(*fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


def _halves(one: str, other: str) -> Row:
    return Row(Column(one, css_class="col-md-6"), Column(other, css_class="col-md-6"))
