"""What naming and drawing observers asks for, and what the list can be narrowed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms

from checklists.drawing import MOST, new_seed
from checklists.models import ObserverDraw
from checklists.reports.observing import Seat, people_for, roles_of
from roles.access import Reach
from roles.models import User

SEED_LENGTH = ObserverDraw._meta.get_field("seed").max_length
USUAL = 20  # percent


def _helper(*layout: Any) -> FormHelper:
    """The page around the form brings the tag and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    if layout:
        helper.layout = Layout(*layout)
    return helper


class FilterForm(forms.Form):
    """What the address of the list may say; anything else in it is left aside."""

    SHOW = (
        ("", "All"),
        ("named", "Observer named"),
        ("proposed", "Proposed only"),
        ("nobody", "Nobody to propose"),
    )

    role = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    school = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    show = forms.ChoiceField(choices=SHOW, required=False, label="State")

    def __init__(self, *args: Any, seats: Iterable[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(seats)
        places = {seat.position.school for seat in found if seat.position.school}
        named = sorted((school.name, school.pk) for school in places)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", "All roles"),
            *((role.pk, role.title) for role in roles_of(found)),
        ]
        self.fields["school"].choices = [  # type: ignore[attr-defined]
            ("", "All schools"),
            (0, "Central office and departments"),
            *((pk, name) for name, pk in named),
        ]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
        self.is_valid()

    def narrow(self, seats: Iterable[Seat]) -> list[Seat]:
        """Those seats that the address asks for."""
        role, school = self.cleaned_data.get("role"), self.cleaned_data.get("school")
        show = self.cleaned_data.get("show") or ""
        return [
            seat
            for seat in seats
            if (role is None or seat.position.role_id == role)
            and (school is None or (seat.position.school_id or 0) == school)
            and (not show or seat.state == show)
        ]


class ObserverForm(forms.Form):
    """Who observes one position: one of those who can open its checklist, or nobody."""

    observer = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, seat: Seat, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = people_for(seat, reach)
        self.people: dict[int, User] = {person.pk: person for person, _ in found}
        groups: dict[str, list[tuple[int, str]]] = {}
        for person, desk in found:
            mark = " (proposed)" if person == seat.proposal else ""
            groups.setdefault(desk, []).append((person.pk, f"{person}{mark}"))
        self.fields["observer"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody observes this position"),
            *groups.items(),
        ]
        self.fields["observer"].help_text = (
            "Those who can open a checklist there. A person who is missing here needs access first,"
            " on the page People."
        )
        named = seat.observation.observer_id if seat.observation else None
        proposed = seat.proposal.pk if seat.proposal else None
        self.initial.setdefault("observer", named or proposed)
        self.helper = _helper("observer")

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["observer"])


class DrawForm(forms.Form):
    """The share of schools, and the seed the draw grows from."""

    percent = forms.IntegerField(label="Schools to draw, percent", min_value=1, max_value=MOST)
    seed = forms.CharField(
        max_length=SEED_LENGTH,
        help_text="Type one of your own, or keep this one. Whoever knows it can draw again.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["percent"].help_text = "Rounded up; at least one school."
        self.initial.setdefault("percent", USUAL)
        self.initial.setdefault("seed", new_seed())
        self.helper = _helper(
            Row(Column("percent", css_class="col-md-6"), Column("seed", css_class="col-md-6"))
        )
