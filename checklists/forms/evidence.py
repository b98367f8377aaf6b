"""What adding evidence asks for."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from checklists import evidence_files, links
from checklists.models import ItemEvidence
from checklists.services.evidence import Link
from roles.uploads import MOST_BYTES

NOTHING = "Choose a file or give a link."


class EvidenceForm(forms.Form):
    """A file, a link, or both. `things` are what they came to; `refused`, the fields whose file
    was too large to be taken in. `save_id` is the page's name for this one act.
    """

    file = forms.FileField(
        label="File or photo",
        required=False,
        max_length=200,
        help_text=f"{evidence_files.TAKEN}. No student names or faces, please.",
        widget=forms.FileInput(attrs={"accept": evidence_files.ACCEPT}),
        error_messages={
            "empty": evidence_files.EMPTY,
            "max_length": "The file's name is too long: 200 characters at most.",
        },
    )
    link = forms.CharField(
        label="Or a link",
        required=False,
        help_text="To a log, a calendar, a shared document.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label="What the link shows",
        required=False,
        max_length=ItemEvidence._meta.get_field("name").max_length,
        help_text="If you want: September session log.",
    )
    save_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, refused: list[str], **kwargs: Any) -> None:
        kwargs["initial"] = {"save_id": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.refused = refused
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("file", "link", "name", "save_id", Submit("add", "Add"))

    def clean_file(self) -> evidence_files.Taken | None:
        if "file" in self.refused:
            raise ValidationError(evidence_files.TOO_LARGE)
        upload: UploadedFile | None = self.cleaned_data["file"]
        if upload is None:
            return None
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(evidence_files.TOO_LARGE)
        try:
            return evidence_files.taken(upload)
        except evidence_files.NotTaken as why:
            raise ValidationError(str(why)) from why

    def clean_link(self) -> str:
        typed: str = self.cleaned_data["link"]
        try:
            return links.cleaned(typed) if typed else ""
        except links.NotALink as why:
            raise ValidationError(str(why)) from why

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("link"):
            self.add_error("file", NOTHING)
        return cleaned

    def clean_save_id(self) -> uuid.UUID:
        return self.cleaned_data["save_id"] or uuid.uuid4()

    @property
    def things(self) -> list[Link | evidence_files.Taken]:
        """What to keep, of a valid form."""
        link, file = self.cleaned_data["link"], self.cleaned_data["file"]
        found: list[Link | evidence_files.Taken] = [file] if file else []
        return found + ([Link(link, self.cleaned_data["name"])] if link else [])
