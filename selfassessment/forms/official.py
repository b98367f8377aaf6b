"""What a result of the assessment at NSSA asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from checklists.evidence_files import Taken
from checklists.forms.files import file_field, file_of, link_of
from selfassessment.forms.shared import NO_STUDENTS, date_input
from selfassessment.models import OfficialResult
from selfassessment.services.official import SAYS

AS_PRINTED = "Word for word as the report has it. Leave it empty if it has nothing."
NOTHING = "Give the report, or type what it says."


class OfficialForm(forms.ModelForm):
    """`refused`: fields whose file was too large to be taken in. Changed rows are written by the
    service, never by the form.
    """

    file = file_field(label="The report")
    without_file = forms.BooleanField(label="Take the report that is there away", required=False)
    link = forms.CharField(
        label="Link",
        required=False,
        help_text="If the report can be read somewhere.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = OfficialResult
        fields = [*SAYS, "file"]
        labels = {
            "taken_on": "Taken on",
            "taken_by": "Who took it",
            "clarity": "6b, Leader Role Clarity",
            "development": "6c, Leader Professional Development",
            "overall": "Overall",
            "note": "What it recommends",
        }
        help_texts = {
            "taken_on": "The day it was filled in at NSSA.",
            "taken_by": "A person by their role, or a team: the program lead and two principals.",
            "clarity": AS_PRINTED,
            "development": AS_PRINTED,
            "overall": AS_PRINTED,
            "note": f"In short, or copied. {NO_STUDENTS}",
        }
        widgets = {
            "taken_on": date_input(),
            "audience": forms.RadioSelect,
            "note": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(
        self, *args: Any, today: dt.date, refused: list[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.refused = today, refused or []
        self.had_file = bool(self.instance.pk and self.instance.file)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "taken_on",
            "audience",
            "taken_by",
            Row(
                Column("clarity", css_class="col-md-6"), Column("development", css_class="col-md-6")
            ),
            "overall",
            "note",
            "link",
            "file",
            *(["without_file"] if self.had_file else []),
            "seen",
        )

    def clean_taken_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["taken_on"]
        if day > self.today:
            raise forms.ValidationError("Record it once it has been taken: this day is to come.")
        if day.year < 2000:
            raise forms.ValidationError("Check the year.")
        return day

    def clean_link(self) -> str:
        return link_of(self.cleaned_data["link"])

    def clean_file(self) -> Taken | None:
        upload = self.files.get("file")
        return file_of(upload, too_large="file" in self.refused)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        keeps = self.had_file and not given.get("without_file")
        said = ("clarity", "development", "overall", "note", "link", "file")
        if not self.errors and not keeps and not any(given.get(key) for key in said):
            self.add_error("file", NOTHING)
        return given

    def _post_clean(self) -> None:
        """The row is the service's to change; its constraint is said in `clean`."""

    @property
    def says(self) -> dict[str, Any]:
        """The typed fields of a valid form."""
        return {key: self.cleaned_data[key] for key in SAYS}
