"""A calendar out of a file: the file itself, then what each of its rows is taken for."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from roadmap.calendar_files.found import Found, Kind, Row, Unreadable
from roadmap.calendar_files.reading import MOST_BYTES, read
from roadmap.forms.calendar import MOST
from roles.schooltime import Span


class FileForm(forms.Form):
    """A calendar as a file. `found` is what it says about the year, once valid."""

    file = forms.FileField(
        label="Calendar file",
        help_text="CSV, ICS or OneRoster's academicSessions.csv, at most 2 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,.ics,.txt,text/csv,text/calendar"}),
        error_messages={"empty": "The file is empty."},
    )

    def __init__(self, *args: Any, span: Span, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.span, self.zone = span, zone

    def clean_file(self) -> Found:
        upload = self.cleaned_data["file"]
        try:
            found = read(upload.read(MOST_BYTES + 1), span=self.span, zone=self.zone)
        except Unreadable as why:
            raise forms.ValidationError(str(why)) from why
        if len(found.rows) > MOST:
            raise forms.ValidationError(
                f"It has {len(found.rows)} rows for this year. Take out what is no closure: at "
                f"most {MOST} can be looked at."
            )
        return found


TAKEN_FOR = (
    (Kind.CLOSURE, "Closure"),
    (Kind.FIRST, "First student day"),
    (Kind.LAST, "Last student day"),
    (Kind.NOTHING, "Leave out"),
)


class ImportRow(forms.Form):
    """One row of a file: what it is taken for."""

    kind = forms.ChoiceField(label="Take it for", choices=TAKEN_FOR)
    label = forms.CharField(max_length=80, widget=forms.HiddenInput)
    first = forms.DateField(widget=forms.HiddenInput)
    last = forms.DateField(widget=forms.HiddenInput)
    number = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def row(self) -> Row:
        """Of a valid form."""
        said = self.cleaned_data
        return Row(said["number"], said["label"], said["first"], said["last"], Kind(said["kind"]))


ImportRows = forms.formset_factory(ImportRow, extra=0, max_num=MOST, absolute_max=MOST)


def rows_of(found: Found) -> forms.BaseFormSet[ImportRow]:
    """The rows of a file, to be looked at."""
    initial = [
        {
            "kind": row.kind,
            "label": row.label,
            "first": row.first,
            "last": row.last,
            "number": row.number,
            "note": row.note,
        }
        for row in found.rows
    ]
    return ImportRows(prefix="row", initial=initial)
