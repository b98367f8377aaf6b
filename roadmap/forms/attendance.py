"""What is asked about who was at a session, and what they took with them."""

from __future__ import annotations

from typing import Any

from django import forms

from roadmap.forms.people import Person, filled_seats, offer_people
from roadmap.forms.shared import bare
from roles.access import Reach
from roles.forms.hinting import AsksAboutStudents
from roles.models import Position

BIGGEST_FILE = 1_000_000  # bytes


class GuestForm(forms.Form):
    position = Person(
        Position.objects.none(), label="Who else was there", empty_label="Choose a person"
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, "position", filled_seats(reach))
        self.helper = bare()


class TakeawayForm(AsksAboutStudents):
    watched = ("takeaway",)
    takeaway = forms.CharField(
        label="What people took with them",
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="One sentence for the record. No student names.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare()


class FileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        required=False,
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        help_text="Two columns with these names in the first row: email, present. Under "
        "present: yes or no.",
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=BIGGEST_FILE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare("file")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        if upload is None and not given.get("text"):
            self.add_error("file", "Choose a file.")
        if upload is not None and upload.size > BIGGEST_FILE:
            self.add_error("file", "This file is over 1 MB; an attendance list is far smaller.")
        return given
