"""What a job description asks for."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from roles.models import JobDescriptionVersion


class LinesField(forms.CharField):
    """A list of short texts, typed one to a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class VersionForm(forms.ModelForm):
    """The text of a job description around its responsibilities."""

    required = LinesField(
        label="Required qualifications",
        required=False,
        max_length=2000,
        help_text="One to a line.",
    )
    preferred = LinesField(
        label="Preferred qualifications",
        required=False,
        max_length=2000,
        help_text="One to a line.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = JobDescriptionVersion
        fields = [
            "title",
            "summary",
            "reports_to",
            "location",
            "time_share",
            "funding_source",
            "funding_ends_on",
            "caseload",
            "observation_rhythm",
            "required",
            "preferred",
            "program",
            "performance_review",
        ]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "program": forms.Textarea(attrs={"rows": 3}),
            "performance_review": forms.Textarea(attrs={"rows": 3}),
            "funding_ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "summary": "Three lines: what this person makes happen.",
            "time_share": "As in 0.5, or 4 hours a month.",
            "funding_ends_on": "Leave empty if the money has no end date.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.job_description.role.level != "coaching":
            del self.fields["caseload"], self.fields["observation_rhythm"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "seen",
            "title",
            "summary",
            Row(
                Column("reports_to", css_class="col-md-6"), Column("location", css_class="col-md-6")
            ),
            "time_share",
            Row(
                Column("funding_source", css_class="col-md-6"),
                Column("funding_ends_on", css_class="col-md-6"),
            ),
            *(name for name in ("caseload", "observation_rhythm") if name in self.fields),
            "required",
            "preferred",
            "program",
            "performance_review",
        )


class ResponsibilityForm(forms.Form):
    """One duty line. Emptying it takes the line out."""

    text = forms.CharField(
        label="Responsibility",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    duty = forms.IntegerField(required=False, widget=forms.HiddenInput)


ResponsibilityFormSet = forms.formset_factory(ResponsibilityForm, extra=1, max_num=40)
