"""Forms of the people page: looking for people, inviting them, changing what they may do."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from roles.access import Reach
from roles.capabilities import CATALOGUE, AccessLevel
from roles.models import Invitation, Membership, School, User

NEEDS_SCHOOL = "This access level is held at one school: choose the school."
NO_SCHOOL = "This access level covers the whole district: leave the school empty."


class PeopleFilter(forms.Form):
    """Whom to show. Nothing chosen shows everyone. When people last signed in is asked by those
    who manage them alone.
    """

    q = forms.CharField(
        label="Name or school",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label="Access level",
        required=False,
        choices=[("", "All levels"), *AccessLevel.choices],
    )
    seen = forms.ChoiceField(
        label="Last sign-in",
        required=False,
        choices=[
            ("", "Any time"),
            ("never", "Never signed in"),
            ("month", "In the last 30 days"),
            ("long", "Not for 90 days"),
        ],
    )

    def __init__(self, *args: Any, manages: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not manages:
            del self.fields["seen"]


class PlaceForm(forms.Form):
    """An access level and where it is held. Refuses a level at the wrong kind of place."""

    level = forms.ChoiceField(
        label="Access level",
        choices=[("", "Choose a level"), *AccessLevel.choices],
        help_text="What they may do in this software. It does not depend on their role.",
    )
    school = forms.ModelChoiceField(
        School.objects.none(),
        label="School",
        required=False,
        empty_label="Whole district",
        help_text="For site leaders and coaches. The other levels cover the whole district.",
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.fields["school"].queryset = School.objects.reachable(reach)  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        spec = CATALOGUE.get(cleaned.get("level", ""))
        school = cleaned.get("school")
        if spec is not None and "school" not in self.errors:
            if not spec.whole_district and school is None:
                self.add_error("school", NEEDS_SCHOOL)
            elif spec.whole_district and school is not None:
                self.add_error("school", NO_SCHOOL)
        return cleaned


class InviteForm(PlaceForm):
    """Whom to ask in, and to what."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="Their work address. The invitation works for this address alone.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    first_name = forms.CharField(label="First name", max_length=150)
    last_name = forms.CharField(label="Last name", max_length=150)

    field_order = ["email", "first_name", "last_name", "level", "school"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(*self.field_order, Submit("save", "Send the invitation"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self._refuse_a_second_time(cleaned)
        return cleaned

    def _refuse_a_second_time(self, cleaned: dict[str, Any]) -> None:
        offer = {"level": cleaned["level"], "school": cleaned["school"]}
        members = Membership.objects.reachable(self.reach).filter(**offer)
        invited = Invitation.objects.reachable(self.reach).open().filter(**offer)
        if members.filter(user__email__iexact=cleaned["email"]).exists():
            self.add_error("email", "This person has this access already.")
        elif invited.filter(email__iexact=cleaned["email"]).exists():
            self.add_error("email", "This invitation is open already. You can send it again.")


class ChangeForm(PlaceForm):
    """What a person may do from now on, in place of one access they hold."""

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        kwargs["initial"] = {"level": membership.level, "school": membership.school}
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.helper.layout = Layout("level", "school", Submit("check", "Check the change"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        wanted = {"level": cleaned["level"], "school": cleaned["school"]}
        if wanted == {"level": self.membership.level, "school": self.membership.school}:
            raise ValidationError("Nothing would change: choose another level or place.")
        same = Membership.objects.reachable(self.reach).filter(**wanted)
        if same.filter(user=self.membership.user_id).exists():
            self.add_error("level", "This person has this access already.")
        return cleaned


class AcceptForm(forms.Form):
    """A new account: the name, and a password that keeps to the rules."""

    first_name = forms.CharField(
        label="First name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label="E-mail",
        disabled=True,
        help_text="You sign in with this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least 12 characters. A few words in a row are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "first_name": invitation.first_name,
            "last_name": invitation.last_name,
            "email": invitation.email,
        }
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*self.fields, Submit("save", "Join and sign in"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password:
            person = User(
                email=cleaned.get("email", ""),
                first_name=cleaned.get("first_name", ""),
                last_name=cleaned.get("last_name", ""),
            )
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", " ".join(error.messages))
        return cleaned
