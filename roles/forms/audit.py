"""Which events of the audit trail to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms

from roles.forms.positions import DayInput
from roles.words import short

Choices = list[tuple[str, str]]


def kind_of_thing(subject: str) -> str:
    """What an event is about, in words: "roles.jobdescription" is "Job description"."""
    from django.apps import apps  # noqa: PLC0415 -- models are there only once apps are ready

    try:
        return str(apps.get_model(subject)._meta.verbose_name).capitalize()
    except (LookupError, ValueError):
        return subject


class AuditFilter(forms.Form):
    """By whom, of what kind, about what, and between which days. Nothing chosen shows everything.

    `one` narrows to a single thing of the chosen kind; `since` and `others` come from links.
    """

    who = forms.CharField(
        label="Person",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    verb = forms.ChoiceField(label="What", required=False)
    thing = forms.ChoiceField(label="About", required=False)
    first = forms.DateField(label="From", required=False, widget=DayInput())
    last = forms.DateField(label="To", required=False, widget=DayInput())
    one = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    since = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    others = forms.BooleanField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Collection[tuple[str, str]], **kwargs: Any) -> None:
        """`kinds` are the pairs of verb and subject that the trail holds."""
        super().__init__(*args, **kwargs)
        verbs = [(verb, short(verb)) for verb in sorted({verb for verb, _ in kinds})]
        things = [(name, kind_of_thing(name)) for name in {thing for _, thing in kinds}]
        self._offer("verb", [("", "Everything"), *verbs])
        self._offer("thing", [("", "Anything"), *sorted(things, key=lambda pair: pair[1])])

    def _offer(self, field: str, choices: Choices) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            self.add_error("last", "The last day comes before the first.")
        return cleaned
