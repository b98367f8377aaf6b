"""What is asked about templates, and for files of milestones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from checklists.evidence_files import TAKEN as EVERY_KIND
from checklists.evidence_files import NotTaken, taken
from roadmap.forms.shared import bare
from roadmap.models import RoadmapTemplate

TAKEN = "A CSV or Excel (XLSX) file up to 10 MB."
TOO_LARGE = "The file is larger than 10 MB. Send it in parts."
KINDS = (".csv", ".xlsx")


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=RoadmapTemplate._meta.get_field("name").max_length,
        help_text="As people here will look for it: Our first-year plan.",
    )
    note = forms.CharField(
        max_length=RoadmapTemplate._meta.get_field("note").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For whom it is, or what is different in it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare("name", "note")


class SaveForm(NameForm):
    """`offered` are the primary keys of the milestones that can go in."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Choose at least one milestone."}
    )

    def __init__(self, *args: Any, offered: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(str(pk), "") for pk in offered]  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A table to look at. `refused`: fields whose file was too large to be taken in."""

    file = forms.FileField(
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}), help_text=TAKEN
    )

    def __init__(self, *args: Any, refused: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in refused:
            self.fields["file"].error_messages["required"] = TOO_LARGE
        self.helper = bare()

    def clean_file(self) -> UploadedFile:
        """The file as it came, once its inside is what its name says."""
        upload: UploadedFile = self.cleaned_data["file"]
        try:
            kept = taken(upload)
        except NotTaken as why:
            # said of papers of all kinds; here only tables help
            words = str(why).partition(f" Taken are {EVERY_KIND}")[0]
            raise forms.ValidationError(f"{words} {TAKEN}") from why
        if kept.ending not in KINDS:
            raise forms.ValidationError(f"This is no table. {TAKEN}")
        return upload


class TemplateFileForm(FileForm, NameForm):
    field_order = ("name", "note", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare("name", "note", "file")
