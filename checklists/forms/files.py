"""A file or a link that shows something, as forms of several apps ask for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from checklists import evidence_files, links
from roles.uploads import MOST_BYTES


def file_field(label: str = "File or photo", **more: Any) -> forms.FileField:
    """Its bound is in the upload handler, its check in `file_of`."""
    return forms.FileField(
        label=label,
        required=False,
        max_length=200,
        help_text=f"{evidence_files.TAKEN}. No student names or faces, please.",
        widget=forms.FileInput(attrs={"accept": evidence_files.ACCEPT}),
        error_messages={
            "empty": evidence_files.EMPTY,
            "max_length": "The file's name is too long: 200 characters at most.",
        },
        **more,
    )


def file_of(upload: UploadedFile | None, *, too_large: bool) -> evidence_files.Taken | None:
    """The file as it is kept; `too_large`: it was not even taken in. Raises ValidationError."""
    if too_large or (upload is not None and (upload.size or 0) > MOST_BYTES):
        raise ValidationError(evidence_files.TOO_LARGE)
    if upload is None:
        return None
    try:
        return evidence_files.taken(upload)
    except evidence_files.NotTaken as why:
        raise ValidationError(str(why)) from why


def link_of(typed: str) -> str:
    """The address as it is kept, "" for none. Raises ValidationError."""
    try:
        return links.cleaned(typed) if typed else ""
    except links.NotALink as why:
        raise ValidationError(str(why)) from why
