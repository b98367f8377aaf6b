"""What a job description asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict

from roles.models import JobDescriptionVersion

# Neither HTML, nor PDF, nor Word can hold these; nobody sees them either.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
TOO_LONG = "%(show_value)d characters are too many here: %(limit_value)d fit."
LIST_LINES, LIST_LINE = 20, 200


def tidied(posted: QueryDict) -> QueryDict:
    """The same fields without invisible characters, lines ending as they do in the database."""
    clean = QueryDict(mutable=True)
    for name, values in posted.lists():
        clean.setlist(name, [INVISIBLE.sub("", str(v).replace("\r\n", "\n")) for v in values])
    return clean


class LinesField(forms.CharField):
    """A list of short texts, typed one to a line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        found = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        lines = [line for line in found if line]
        if len(lines) > LIST_LINES:
            raise forms.ValidationError(f"{len(lines)} lines are too many here: {LIST_LINES} fit.")
        for number, line in enumerate(lines, 1):
            if len(line) > LIST_LINE:
                raise forms.ValidationError(
                    f"Line {number} has {len(line)} characters: {LIST_LINE} fit."
                )
        return lines


class DayField(forms.DateField):
    """A day in a year that a contract can name. A refused one is named, as it leaves the box."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        try:
            day = super().clean(value)
        except forms.ValidationError:
            raise forms.ValidationError(
                f"“{str(value)[:30]}” is no day we know. Write it as 2027-06-30."
            ) from None
        if day and not 2000 <= day.year <= 2100:
            raise forms.ValidationError(f"The year {day.year} is out of range: 2000 to 2100.")
        return day


@dataclass(frozen=True)
class Section:
    """A part of the editor; `fields` is empty for the part that holds the responsibilities."""

    id: str
    title: str
    hint: str
    fields: Sequence[forms.BoundField]


SECTIONS: Sequence[tuple[str, str, str, Sequence[str]]] = (
    ("position", "The position", "", ("title", "summary")),
    ("overview", "Program overview", "", ("program",)),
    (
        "responsibilities",
        "Responsibilities",
        "Begin each with a verb. One line is one duty that a checklist can ask about.",
        (),
    ),
    ("qualifications", "Qualifications", "", ("required", "preferred")),
    (
        "conditions",
        "Reporting line, time and money",
        "",
        ("reports_to", "location", "time_share", "funding_source", "funding_ends_on"),
    ),
    (
        "coaching",
        "Coaching",
        "Indicator 6b.3 asks for both in the outline of every coach.",
        ("caseload", "observation_rhythm"),
    ),
    ("review", "How performance is reviewed", "", ("performance_review",)),
)


class VersionForm(forms.ModelForm):
    """The text of a job description around its responsibilities."""

    required = LinesField(
        label="Required qualifications",
        required=False,
        max_length=4000,
        help_text="One to a line, only what the work cannot do without.",
    )
    preferred = LinesField(
        label="Preferred qualifications",
        required=False,
        max_length=4000,
        help_text="One to a line.",
    )
    funding_ends_on = DayField(
        label="Funding ends on", required=False, help_text="Leave empty if it has no end date."
    )

    class Meta:
        model = JobDescriptionVersion
        fields = [name for _, _, _, names in SECTIONS for name in names]
        labels = {
            "summary": "Position summary",
            "program": "The program in brief",
            "time_share": "Time",
            "performance_review": "Who reviews, when, and on what",
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "program": forms.Textarea(attrs={"rows": 4}),
            "performance_review": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "summary": "Three lines: what this person makes happen.",
            "program": "What a reader from outside must know: whom tutoring serves, how, and by"
            " which approach.",
            "reports_to": "The position, not the person.",
            "location": "Where the work is done, such as: assigned school, or central office.",
            "time_share": "As in 0.5, or 4 hours a month.",
            "funding_source": "As in Title I, or general fund.",
            "caseload": "As in: 12 tutors for each full-time coach.",
            "observation_rhythm": "As in: every three weeks; weekly for new tutors.",
            "performance_review": "Checklist ratings support growth; they are no evaluation.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.job_description.role.level != "coaching":
            del self.fields["caseload"], self.fields["observation_rhythm"]
        for name, field in self.fields.items():
            _say_limit(name, field)

    def sections(self) -> Iterator[Section]:
        """The parts of the editor in the order of the page."""
        for key, title, hint, names in SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            if fields or not names:
                yield Section(key, title, hint, fields)


def _say_limit(name: str, field: forms.Field) -> None:
    """Tell the limit beside the field. The browser must not cut off what someone pastes."""
    help_text = f"id_{name}_helptext " if field.help_text else ""
    field.widget.attrs |= {
        "class": "form-control",
        "dir": "auto",
        "autocomplete": "off",
        "aria-describedby": f"{help_text}id_{name}_error",
    }
    field.widget.attrs.pop("maxlength", None)
    field.error_messages["required"] = "This cannot be left empty."
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            field.widget.attrs["data-limit"] = validator.limit_value
            validator.message = TOO_LONG
