"""What the address of the roadmap's views may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from roadmap.filters import DISTRICT, NOBODY, VIEWS, Choice, Filters
from roadmap.forms.shared import codes
from roadmap.models import OPEN, SOON, State
from roadmap.reports import PhaseFigures
from roles.models import LeadershipRole, School

Choices = list[tuple[str, str]]
STANDINGS: Choices = [
    ("open", "Open"),
    ("late", "Late"),
    ("soon", "Due in two weeks"),
    ("planned", "All but those set aside"),
    *State.choices,
]
DAY = forms.DateInput({"type": "date"})
SELECTED = SafeString(" selected")


class PlainSelect(forms.Select):
    """The same markup, composed here: a district of 200 schools has 200 choices on each page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = {"name": name} | self.build_attrs(self.attrs, attrs)
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) == chosen else "", words) for key, words in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt(given), options)


class FilterForm(forms.Form):
    """Anything in the address that no field knows, or that fits none, is left aside."""

    view = forms.ChoiceField(choices=VIEWS, required=False, widget=forms.HiddenInput)
    phase = forms.ChoiceField(required=False, widget=PlainSelect)
    owner = forms.ChoiceField(required=False, label="Owner's role", widget=PlainSelect)
    school = forms.ChoiceField(required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        choices=[("", "All states"), *STANDINGS], required=False, widget=PlainSelect
    )
    supports = forms.ChoiceField(
        choices=lambda: [("", "Any indicator"), *codes()],
        required=False,
        label="Indicator",
        widget=PlainSelect,
    )
    text = forms.CharField(max_length=80, required=False, label="Words")
    due_from = forms.DateField(required=False, label="Due from", widget=DAY)
    due_to = forms.DateField(required=False, label="Due until", widget=DAY)

    def __init__(
        self,
        *args: Any,
        phases: Iterable[PhaseFigures],
        roles: Iterable[LeadershipRole],
        schools: Iterable[School],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(school.pk), school.name) for school in schools]
        owners = [(role.key, role.title) for role in roles]
        self._offer("phase", "All phases", [(phase.key, phase.title) for phase in phases])
        self._offer("owner", "All owners", [*owners, (NOBODY, "No owner yet")])
        self._offer("school", "Everywhere", [(DISTRICT, "The district itself"), *places])
        self.has_schools = bool(places)
        for field in self.fields.values():
            typed = isinstance(field, forms.CharField | forms.DateField)
            field.widget.attrs["class"] = "form-control" if typed else "form-select"

    def filters(self, today: dt.date) -> Filters:
        """What the address asks for, in the order of the fields."""
        self.is_valid()
        found = Filters()
        for name in self.fields:
            value = self.cleaned_data.get(name)
            if value and name != "view":
                found = found.also(self._choice(name, value), _condition(name, value, today))
        return found

    @property
    def view_key(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("view") or VIEWS[0][0]

    def _offer(self, name: str, none: str, choices: Choices) -> None:
        self.fields[name].choices = [("", none), *choices]  # type: ignore[attr-defined]

    def _choice(self, name: str, value: Any) -> Choice:
        field = self.fields[name]
        words = str(value)
        if isinstance(field, forms.ChoiceField):
            words = str(dict(field.choices)[value])  # type: ignore[arg-type]
        elif isinstance(value, dt.date):
            words = f"{value:%b} {value.day}, {value.year}"
        return Choice(name, str(value), f"{field.label or name.capitalize()}: {words}")


def _condition(name: str, value: Any, today: dt.date) -> Q:
    if name == "phase":
        return Q(phase__key=value)
    if name == "owner":
        return Q(owner=None) if value == NOBODY else Q(owner__role__key=value)
    if name == "school":
        return Q(school=None) if value == DISTRICT else Q(school=value)
    if name == "state":
        return _standing(value, today)
    if name == "supports":
        return Q(supports__contains=[value])
    if name == "text":
        return Q(title__icontains=value) | Q(proof_hint__icontains=value) | Q(why__icontains=value)
    return Q(due_on__gte=value) if name == "due_from" else Q(due_on__lte=value)


def _standing(value: str, today: dt.date) -> Q:
    is_open = Q(state__in=OPEN)
    if value == "open":
        return is_open
    if value == "late":
        return is_open & Q(due_on__lt=today)
    if value == "soon":
        return is_open & Q(due_on__gte=today, due_on__lte=today + SOON)
    if value == "planned":
        return ~Q(state=State.NOT_APPLICABLE)
    return Q(state=value)
