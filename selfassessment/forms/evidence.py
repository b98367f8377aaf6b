"""What evidence by hand says: a new piece, and what one says from now on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from checklists.evidence_files import Taken
from checklists.forms.files import file_field, file_of, link_of
from roles.forms.hinting import AsksAboutStudents
from roles.models import User
from selfassessment.forms.evidence_uses import UsesMixin, offer_people
from selfassessment.forms.shared import NO_STUDENTS, date_input
from selfassessment.models import EvidenceRevision
from selfassessment.speaking import LONGEST, OLDEST, Offered
from selfassessment.wording import day

AGAIN = "Choose the file again: a page cannot keep it while something else is put right."


class SaysForm(AsksAboutStudents):
    """What a piece of evidence says. `refused`: fields whose file was too large to be taken in."""

    watched = ("label", "text")
    label = forms.CharField(
        label="What it is",
        max_length=120,
        help_text="As in “Minutes of the board, item 7” or “Caseload list of the coaches”.",
    )
    file = file_field("File or photo")
    link = forms.CharField(
        label="Link",
        required=False,
        max_length=600,
        help_text="Where it can be read: a document in your district's drive, a board page.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label="What it shows",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"A note of a sentence or two can be evidence by itself. {NO_STUDENTS}",
    )
    dated_on = forms.DateField(
        label="The date it speaks for",
        widget=date_input(),
        help_text="The day it was agreed or happened, which may be long before today.",
    )
    expires_on = forms.DateField(
        label="Counts until",
        required=False,
        widget=date_input(),
        help_text="Left empty, it counts as long as evidence of its kind does as a rule.",
    )

    def __init__(
        self, *args: Any, today: dt.date, refused: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.refused = today, list(refused)
        self.fields["dated_on"].widget.attrs["max"] = str(today)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_link(self) -> str:
        return link_of(self.cleaned_data["link"])

    def clean_file(self) -> Taken | None:
        return file_of(self.cleaned_data["file"], too_large="file" in self.refused)

    def clean_dated_on(self) -> dt.date:
        dated_on: dt.date = self.cleaned_data["dated_on"]
        if dated_on > self.today:
            raise forms.ValidationError("Evidence speaks for a day that has come.")
        if dated_on < self.today - OLDEST:
            raise forms.ValidationError("This day is very long ago. Check the year.")
        return dated_on

    def clean_expires_on(self) -> dt.date | None:
        return near(self.cleaned_data["expires_on"], self.today)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        things = ("file", "link", "text")
        there = any(given.get(name) or name in self.errors for name in things)
        if not there and not self._keeps_file(given):
            self.add_error("text", "Give a file or a link, or say what the evidence shows.")
        dated_on, expires_on = given.get("dated_on"), given.get("expires_on")
        if dated_on and expires_on and expires_on < dated_on:
            self.add_error("expires_on", "It counts at least until the day it speaks for.")
        return given

    def _keeps_file(self, given: Mapping[str, Any]) -> bool:
        return False

    def refuse_run_out(self, usual: dt.date) -> None:
        """Ask until when it counts, if by the rule of its kind that day has passed."""
        if self.cleaned_data.get("expires_on") or "expires_on" in self.errors:
            return
        if usual < self.today:
            self.add_error(
                "expires_on",
                f"As a rule, evidence of this kind and date counted until {day(usual)}. If it is"
                " still true, say until when it counts.",
            )

    def ask_for_file_again(self) -> None:
        if self.errors and self.cleaned_data.get("file"):
            self.add_error("file", AGAIN)

    @property
    def says(self) -> dict[str, Any]:
        """The fields of a revision; the file apart."""
        names = ("label", "text", "link", "dated_on", "expires_on")
        return {name: self.cleaned_data[name] for name in names}


class AddForm(UsesMixin, SaysForm):
    """A new piece of evidence, for `code` or for what is chosen."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Owner",
        required=False,
        help_text="Answers for it, and hears before it runs out. You, if left empty.",
    )

    def __init__(
        self, *args: Any, offered: Offered, code: str, people: Any, by: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_uses(offered, fixed=code, before={})
        offer_people(self, people, first=f"You, {by}")
        fixed = [self.fixed_name] if code else []
        more = "It also speaks for" if code else "Which indicators it speaks for"
        self.helper.layout = Layout(
            "label", "file", "link", "text", *fixed, *_days(),
            Fieldset(more, *self.laid_out()), "owner",
        )  # fmt: skip

    def clean_expires_on(self) -> dt.date | None:
        return to_come(super().clean_expires_on(), self.today)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.uses and not any(name in self.errors for name in self.use_names):
            self.add_error(self.use_names[0], "Choose at least one indicator that it speaks for.")
        if given.get("dated_on"):
            self.refuse_run_out(self.offered.usual_end(self.uses, given["dated_on"]))
        self.ask_for_file_again()
        return given


class EditForm(SaysForm):
    """What it says from now on. `seen`: the revision that was open while this was typed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    drop_file = forms.BooleanField(label="Take the file off", required=False)

    def __init__(self, *args: Any, now: EvidenceRevision, usual: Any, **kwargs: Any) -> None:
        names = ("label", "link", "text", "dated_on", "expires_on")
        kwargs["initial"] = {name: getattr(now, name) for name in names} | {"seen": now.number}
        super().__init__(*args, **kwargs)
        self.now, self.usual = now, usual
        drop = ["drop_file"] if now.file else []
        if now.file:
            self.fields["file"].label = "Another file or photo in its place"
        else:
            del self.fields["drop_file"]
        self.helper.layout = Layout("seen", "label", "file", *drop, "link", "text", *_days())

    def _keeps_file(self, given: Mapping[str, Any]) -> bool:
        return bool(self.now.file) and not given.get("drop_file")

    def clean_expires_on(self) -> dt.date | None:
        expires_on = super().clean_expires_on()
        return expires_on if expires_on == self.now.expires_on else to_come(expires_on, self.today)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("dated_on"):
            self.refuse_run_out(self.usual(given["dated_on"]))
        self.ask_for_file_again()
        return given


def near(expires_on: dt.date | None, today: dt.date) -> dt.date | None:
    """The day, unless it is years away. Raises ValidationError."""
    if expires_on and expires_on > today + LONGEST:
        raise forms.ValidationError("Check the year: five years at most, then it is renewed.")
    return expires_on


def to_come(expires_on: dt.date | None, today: dt.date) -> dt.date | None:
    if expires_on and expires_on < today:
        raise forms.ValidationError("That day has passed, so it would not count at all.")
    return expires_on


def _days() -> tuple[Row]:
    return (
        Row(
            Column("dated_on", css_class="col-md-6"),
            Column("expires_on", css_class="col-md-6"),
        ),
    )
