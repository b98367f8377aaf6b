"""What the roadmap's forms share. Rows to choose from come through a reach, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Trim

from roadmap.indicators import with_title
from roles.access import Reach
from roles.models import Assignment, Position, SchoolYear

ASKED = ("6b.1", "6b.2", "6b.3", "6b.4", "6c.1", "6c.2")
A_YEAR = dt.timedelta(days=365)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def codes() -> list[tuple[str, str]]:
    """Indicators to tick, each with what it is called."""
    return [(code, with_title(code)) for code in ASKED]


def bare(*layout: Any) -> FormHelper:
    """The page around the form brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    if layout:
        helper.layout = Layout(*layout)
    return helper


def seat_words(seat: Position) -> str:
    """A position's name; of two alike at one place also who holds it."""
    if not getattr(seat, "is_twin", False):
        return str(seat)
    return f"{seat}, {seat.holder_name or 'vacant'}"  # type: ignore[attr-defined]


def offer(form: forms.Form, **rows: Any) -> None:
    """Fill choice fields, which start empty, with rows that came through a reach."""
    for name, queryset in rows.items():
        field: Any = form.fields[name]
        field.queryset = queryset
        if queryset.model is Position:
            field.label_from_instance = seat_words


def seats(reach: Reach) -> Any:
    """Positions open today, with what `seat_words` makes their name of."""
    today = reach.district.today()
    seats = Position.objects.reachable(reach).active(today)
    places = seats.annotate(
        in_school=Coalesce("school", 0), in_department=Coalesce("department", 0)
    )
    alike = places.filter(
        role=OuterRef("role"),
        in_school=Coalesce(OuterRef("school"), 0),
        in_department=Coalesce(OuterRef("department"), 0),
    )
    held = Assignment.objects.reachable(reach).filter(position=OuterRef("pk")).in_force(today)
    name = Trim(Concat("holder__first_name", Value(" "), "holder__last_name"))
    return seats.annotate(
        is_twin=Exists(alike.exclude(pk=OuterRef("pk"))),
        holder_name=Subquery(held.order_by("starts_on", "pk").values(words=name)[:1]),
    ).select_related("role", "school", "department")


def check_near(day: dt.date, year: SchoolYear) -> dt.date:
    """A mistyped century would be "2 million days late", and no reminder could be worked out."""
    if not year.starts_on - A_YEAR <= day <= year.ends_on + A_YEAR:
        raise forms.ValidationError(f"This day is far from the school year {year}. Check the year.")
    return day
