"""Forms of the coverage and position pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from roles.access import Reach
from roles.models import Department, Invitation, LeadershipRole, School, User
from roles.reports.holding import people_of

STATES = (
    ("", "All"),
    ("vacant", "Vacant"),
    ("missing", "No position"),
    ("interim", "Interim"),
    ("filled", "Filled"),
    ("not_needed", "Not needed"),
)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Select(forms.Select):
    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-select"})


class CoverageFilter(forms.Form):
    """What to show of the coverage page. Nothing chosen shows everything."""

    role = forms.ModelChoiceField(
        LeadershipRole.objects.none(),
        label="Role",
        required=False,
        empty_label="All roles",
        widget=Select(),
    )
    q = forms.CharField(
        label="School",
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "class": "form-control"}
        ),
    )
    state = forms.ChoiceField(label="State", required=False, choices=STATES, widget=Select())

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = LeadershipRole.objects.reachable(reach).only("title", "order")
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]


class NotNeededForm(forms.Form):
    """Why a school does without a role."""

    reason = forms.CharField(
        label="Why is it not needed?",
        max_length=200,
        help_text="One sentence that still makes sense next year. Everyone who sees roles reads"
        " it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("reason", Submit("save", "Mark as not needed"))


class AddForm(forms.Form):
    """Which role gets positions, where, and from when."""

    ALL, CHOSEN, CENTRAL, DEPARTMENT = "all", "chosen", "central", "department"

    role = forms.ModelChoiceField(
        LeadershipRole.objects.none(), label="Role", empty_label="Choose a role"
    )
    where = forms.ChoiceField(
        label="Where",
        choices=[
            (ALL, "At every school"),
            (CHOSEN, "At the schools chosen below"),
            (CENTRAL, "At the central office"),
            (DEPARTMENT, "In a department"),
        ],
        widget=forms.RadioSelect,
        help_text="Schools that have the role, or do without it, are passed over.",
    )
    schools = forms.ModelMultipleChoiceField(
        School.objects.none(),
        label="Schools",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Department",
        required=False,
        empty_label="Choose a department",
    )
    opened_on = forms.DateField(
        label="Open from", widget=DayInput(), help_text="Vacant from this day until you assign."
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (
            ("role", LeadershipRole),
            ("schools", School),
            ("department", Department),
        ):
            self.fields[name].queryset = model.objects.reachable(reach)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        where = cleaned.get("where")
        if where == self.CHOSEN and not cleaned.get("schools") and "schools" not in self.errors:
            self.add_error("schools", "Choose at least one school, or choose every school.")
        if where == self.DEPARTMENT and not cleaned.get("department"):
            self.add_error("department", "Choose the department.")
        return cleaned


class DayForm(forms.Form):
    """One day: a seat opens or a position closes on it."""

    day = forms.DateField(widget=DayInput())

    def __init__(self, *args: Any, label: str, hint: str, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = label
        self.fields["day"].help_text = hint
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("day", Submit("save", act))


class AssignForm(forms.Form):
    """Who takes a position, from when, and whether for the time being."""

    holder = forms.ModelChoiceField(
        User.objects.none(),
        label="Who",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a person.", "invalid_choice": "Choose a person."},
    )
    starts_on = forms.DateField(label="Starts on", widget=DayInput())
    interim = forms.BooleanField(
        label="For the time being (interim)",
        required=False,
        help_text="The position still counts as one to fill for good.",
    )
    ends_on = forms.DateField(
        label="Interim until",
        required=False,
        widget=DayInput(),
        help_text="The last day. Leave empty if it is not settled.",
    )
    access = forms.BooleanField(required=False)

    def __init__(self, *args: Any, reach: Reach, offer: str, **kwargs: Any) -> None:
        """`offer` names the access level that fits; "" where it may not be given."""
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = people_of(reach)  # type: ignore[attr-defined]
        if offer:
            self.fields["access"].label = f"Also give the access that fits: {offer}"
            self.fields[
                "access"
            ].help_text = (
                "What they may do in this software. Whoever has no password yet gets an invitation."
            )
        else:
            del self.fields["access"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on: dt.date | None = cleaned.get("starts_on")
        ends_on: dt.date | None = cleaned.get("ends_on")
        if ends_on and not cleaned.get("interim"):
            self.add_error("ends_on", "Only an interim holder has a last day here.")
        elif ends_on and starts_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day comes on or after the first.")
        return cleaned


class InviteHolderForm(forms.Form):
    """Someone new, to be asked in before they can take the position."""

    email = forms.EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    first_name = forms.CharField(label="First name", max_length=150)
    last_name = forms.CharField(label="Last name", max_length=150)

    prefix = "new"

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields, Submit("invite", "Send the invitation"))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if people_of(self.reach).filter(email__iexact=email).exists():
            raise forms.ValidationError("This person is here already: search for them above.")
        if Invitation.objects.reachable(self.reach).open().filter(email__iexact=email).exists():
            raise forms.ValidationError("This person is invited already and has not joined yet.")
        return email
