"""The form that takes in a district's logo."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from roles.letterhead import MOST_BYTES, NotALogo, cleaned

TOO_LARGE = "The file is larger than 1 MB. Save the picture smaller: 900 by 300 pixels is enough."
NO_SVG = "An SVG can carry programs and links to other places, so it is refused. Save it as PNG."


class LetterheadForm(forms.Form):
    """`cleaned_data["logo"]` is the PNG to store; `refused`, the fields whose file was not kept."""

    logo = forms.FileField(
        label="Logo",
        help_text="PNG or JPEG, up to 1 MB. 900 by 300 pixels prints well.",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={
            "required": "Choose the file with your logo.",
            "empty": "The file is empty.",
            "max_length": "The file's name is too long: 200 characters at most.",
        },
    )

    def __init__(self, *args: Any, refused: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "logo" in refused:
            self.fields["logo"].error_messages["required"] = TOO_LARGE
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("logo", Submit("save", "Use this logo"))

    def clean_logo(self) -> bytes:
        upload: UploadedFile = self.cleaned_data["logo"]
        name = upload.name or ""
        if (upload.size or 0) > MOST_BYTES:  # before a byte of it is read
            raise ValidationError(TOO_LARGE)
        if name.lower().endswith((".svg", ".svgz")):
            raise ValidationError(NO_SVG)
        try:
            return cleaned(upload, name)
        except NotALogo as refused:
            raise ValidationError(str(refused)) from refused
