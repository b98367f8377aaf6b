"""What adding evidence asks for."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from checklists import evidence_files
from checklists.forms.files import file_field, file_of, link_of
from checklists.models import ItemEvidence
from checklists.services.evidence import Link

NOTHING = "Choose a file or give a link."


class EvidenceForm(forms.Form):
    """A file, a link, or both. `things` are what they came to; `refused`, the fields whose file
    was too large to be taken in. `save_id` is the page's name for this one act.
    """

    file = file_field()
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
        return file_of(self.cleaned_data["file"], too_large="file" in self.refused)

    def clean_link(self) -> str:
        return link_of(self.cleaned_data["link"])

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
