"""What the pages of rosters ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from roles.models import RosterEntry
from tutoring_admin.systems.rosters.lists import COLUMNS

KINDS = (".zip", ".csv", ".xlsx")
TOO_LARGE = "The file is larger than 200 MB. Send orgs, users, roles and the manifest alone."


class UploadForm(forms.Form):
    """A roster file. `refused`: fields whose file was too large to be taken in."""

    file = forms.FileField(
        label="Roster file",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        help_text="A OneRoster 1.1 or 1.2 zip up to 200 MB, or a list as CSV or XLSX.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "max_length": "The name of the file is too long: 200 characters at most.",
        },
    )

    def __init__(self, *args: Any, refused: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused = refused
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        if "file" in self._refused:
            self.errors.pop("file", None)
            self.add_error("file", TOO_LARGE)
        return self.cleaned_data


class MappingForm(forms.Form):
    """Which column of a list is which. Each of our columns is one of the file's, or none."""

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(at), name or f"Column {at + 1}") for at, name in enumerate(header)]
        for column in COLUMNS:
            blank = "Choose a column" if column.needed else "None"
            self.fields[column.key] = forms.ChoiceField(
                label=column.title,
                help_text=column.says,
                required=column.needed,
                choices=[("", blank), *choices],
                error_messages={"required": f"Choose the column of {column.title.lower()}."},
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        if not (self.cleaned_data.get("person_id") or self.cleaned_data.get("email")):
            self.add_error("person_id", "A person needs an ID or an e-mail address.")
        taken: dict[str, str] = {}
        for column in COLUMNS:
            at = self.cleaned_data.get(column.key)
            if at and (other := taken.setdefault(at, column.title)) != column.title:
                self.add_error(column.key, f"This column is {other} already.")
        return self.cleaned_data

    @property
    def mapping(self) -> dict[str, int]:
        """Of a valid form: our key of a column, and where it stands in the file."""
        return {key: int(at) for key, at in self.cleaned_data.items() if at}


class PersonForm(forms.Form):
    """What the district corrects about a person of its roster. Empty: as the roster has it."""

    preferred_given_name = forms.CharField(label="First name", max_length=150, required=False)
    preferred_family_name = forms.CharField(label="Last name", max_length=150, required=False)
    email = forms.EmailField(label="Email", max_length=254, required=False)
    job_title = forms.CharField(label="Job title", max_length=150, required=False)

    def __init__(self, *args: Any, entry: RosterEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            said = entry.said.get(name, "") or entry.said.get(name.removeprefix("preferred_"), "")
            field.help_text = f"The roster says: {said}" if said else "The roster says nothing."
            field.initial = entry.ours.get(name, "")
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def ours(self) -> dict[str, str]:
        """Of a valid form: the corrections alone."""
        return {name: value for name, value in self.cleaned_data.items() if value}
