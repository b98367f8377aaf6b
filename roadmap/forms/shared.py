"""What the roadmap's forms share. Rows to choose from come through a reach, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from roles.access import Reach
from roles.models import Position, SchoolYear

CODES = [(code, code) for code in ("6b.1", "6b.2", "6b.3", "6b.4", "6c.1", "6c.2")]
A_YEAR = dt.timedelta(days=365)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def bare(*layout: Any) -> FormHelper:
    """The page around the form brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    if layout:
        helper.layout = Layout(*layout)
    return helper


def offer(form: forms.Form, **rows: Any) -> None:
    """Fill choice fields, which start empty, with rows that came through a reach."""
    for name, queryset in rows.items():
        form.fields[name].queryset = queryset  # type: ignore[attr-defined]


def seats(reach: Reach) -> Any:
    """Positions open today, with what their name is made of."""
    seats = Position.objects.reachable(reach).active(reach.district.today())
    return seats.select_related("role", "school", "department")


def check_near(day: dt.date, year: SchoolYear) -> dt.date:
    """A mistyped century would be "2 million days late", and no reminder could be worked out."""
    if not year.starts_on - A_YEAR <= day <= year.ends_on + A_YEAR:
        raise forms.ValidationError(f"This day is far from the school year {year}. Check the year.")
    return day
