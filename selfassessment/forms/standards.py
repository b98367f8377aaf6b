"""What reading standards in asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile

from checklists.evidence_files import cleaned_name
from selfassessment.models import ImportedStandards
from selfassessment.standards.entries import tidy

KINDS = (".csv", ".yaml", ".yml")
TAKEN = "A YAML or CSV file up to 1 MB, in UTF-8."
TOO_LARGE = "The file is larger than 10 MB. At most 1 MB is read. Send it in parts."
ONE_OF_BOTH = "Choose a file, or paste the text."
NOT_BOTH = "Choose a file or paste the text, not both: it would not be clear which one counts."


class ImportForm(forms.Form):
    """`names` are those of sets that are there; one typed in other capitals is that one.
    `refused`: fields whose file was too large to be taken in.
    """

    name = forms.CharField(
        max_length=ImportedStandards._meta.get_field("name").max_length,
        help_text="As people here call it: Texas tutoring standards. The same name makes a new"
        " version of that set.",
    )
    source = forms.CharField(
        label="Who issued them",
        max_length=ImportedStandards._meta.get_field("source").max_length,
        required=False,
        help_text="With the year or edition, so that others can find it.",
    )
    file = forms.FileField(
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        help_text=TAKEN,
        error_messages={
            "empty": "The file is empty.",
            "max_length": "The file's name is too long: 200 characters at most.",
        },
    )
    text = forms.CharField(
        label="Or paste the text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="YAML, or CSV with its row of column names.",
    )

    def __init__(
        self,
        *args: Any,
        names: Iterable[str] = (),
        refused: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {name.lower(): name for name in names}
        self.refused = refused
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("name", "source", "file", "text")

    def clean_name(self) -> str:
        name = tidy(self.cleaned_data["name"])
        return self.names.get(name.lower(), name)

    def clean_source(self) -> str:
        return tidy(self.cleaned_data["source"])

    def clean_file(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["file"]
        if "file" in self.refused:
            raise forms.ValidationError(TOO_LARGE)
        if upload and not (upload.name or "").lower().endswith(KINDS):
            raise forms.ValidationError(f"This file is neither YAML nor CSV. {TAKEN}")
        return upload

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_file, has_text = bool(given.get("file")), bool(given.get("text", "").strip())
        if "file" not in self.errors and "text" not in self.errors:
            if has_file and has_text:
                self.add_error("file", NOT_BOTH)
            elif not has_file and not has_text:
                self.add_error("file", ONE_OF_BOTH)
        return given

    @property
    def given(self) -> tuple[bytes, str]:
        """What a valid form brought: the bytes, and the file's name, "" for pasted words."""
        upload = self.cleaned_data["file"]
        if upload is None:
            return self.cleaned_data["text"].encode(), ""
        upload.seek(0)
        return upload.read(), cleaned_name(upload.name or "")
