"""What evidence by hand asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from checklists.evidence_files import Taken
from checklists.forms.files import file_field, file_of, link_of
from roadmap.forms.filters import PlainSelect
from roles.access import Reach
from roles.capabilities import CATALOGUE, AccessLevel, Capability
from roles.models import Membership, User
from selfassessment.forms.shared import NO_STUDENTS, Folded, date_input
from selfassessment.library import Indicator
from selfassessment.models import EvidenceRevision
from selfassessment.speaking import LONGEST, OLDEST, Offered
from selfassessment.wording import day

NOT_FOR_THIS, SOMETHING_ELSE = "", "-"
AGAIN = "Choose the file again: a page cannot keep it while something else is put right."
STATES = {
    "": "All that stands",
    "current": "Current",
    "soon": "Runs out within 60 days",
    "run_out": "Run out",
    "taken_back": "Taken back",
}
WORKS = [level for level in AccessLevel if Capability.ASSESSMENT_WORK in CATALOGUE[level].grants]


class UsesMixin:
    """One select for each indicator that evidence can be for, named after its code."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    offered: Offered
    fixed: str

    def add_uses(self, offered: Offered, *, fixed: str = "", before: Mapping[str, str]) -> None:
        """`fixed`: the indicator it is added for. `before`: what it speaks for now."""
        self.offered, self.fixed = offered, fixed
        known = [each.code for each in offered.indicators]
        self._codes = {f"for_{code}": code for code in offered.in_order({*known, *before})}
        for name, code in self._codes.items():
            self.fields[name] = self._use_field(code, before)

    def _use_field(self, code: str, before: Mapping[str, str]) -> forms.ChoiceField:
        indicator = self.offered.find(code)
        kinds = [(each.key, each.label) for each in indicator.evidence_types] if indicator else []
        now = before.get(code)
        if now and now not in dict(kinds):
            kinds.append((now, "As before"))
        if code == self.fixed:
            choices = [("", "Something else"), *kinds]
        else:
            choices = [
                (NOT_FOR_THIS, "Not for this one"),
                *kinds,
                (SOMETHING_ELSE, "Something else"),
            ]
        return forms.ChoiceField(
            label=f"{code} {indicator.title}" if indicator else f"{code}, not offered any longer",
            choices=choices,
            required=False,
            initial=SOMETHING_ELSE if now == "" else now,
            widget=PlainSelect(attrs={"class": "form-select"}),
            help_text=self._use_help(code),
        )

    def _use_help(self, code: str) -> str:
        if self.offered.find(code) is None:
            return "Rounds take this indicator no more. What it has stays until you take it off."
        if self.offered.is_left_out(code):
            return f"{self.offered.round} does not ask this one. The evidence is kept for later."
        return ""

    def laid_out(self) -> list[Any]:
        """The selects but that of the fixed one; those that the round does not ask fold away."""
        names = {n: code for n, code in self._codes.items() if code != self.fixed}
        rest = [name for name, code in names.items() if self.offered.is_left_out(code)]
        if not rest:
            return list(names)
        asked = [name for name in names if name not in rest]
        summary = f"Indicators that {self.offered.round} does not ask"
        return [*asked, Folded(*rest, summary=summary, form=self)]

    @property
    def unfolds(self) -> bool:
        """Whether something is chosen or wrong among what is folded away."""
        form: Any = self
        return any(
            form[name].value() or form[name].errors
            for name, code in self._codes.items()
            if self.offered.is_left_out(code)
        )

    @property
    def use_names(self) -> list[str]:
        return list(self._codes)

    @property
    def fixed_name(self) -> str:
        return f"for_{self.fixed}" if self.fixed else ""

    @property
    def uses(self) -> dict[str, str]:
        """Code to kind, "" where it is something else."""
        given = {code: self.cleaned_data.get(name) or "" for name, code in self._codes.items()}
        found = {
            code: "" if kind == SOMETHING_ELSE else kind for code, kind in given.items() if kind
        }
        return {self.fixed: given[self.fixed], **found} if self.fixed else found


class SaysForm(forms.Form):
    """What a piece of evidence says. `refused`: fields whose file was too large to be taken in."""

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
        return _to_come(super().clean_expires_on(), self.today)

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
        return expires_on if expires_on == self.now.expires_on else _to_come(expires_on, self.today)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("dated_on"):
            self.refuse_run_out(self.usual(given["dated_on"]))
        self.ask_for_file_again()
        return given


class RenewForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    expires_on = forms.DateField(label="Counts until", widget=date_input())

    def __init__(
        self, *args: Any, now: EvidenceRevision, today: dt.date, usual: dt.date, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"seen": now.number, "expires_on": usual}
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields[
            "expires_on"
        ].help_text = (
            f"As a rule, evidence of this kind that is true today counts until {day(usual)}."
        )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_expires_on(self) -> dt.date | None:
        return _to_come(near(self.cleaned_data["expires_on"], self.today), self.today)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays on its page, with your reason.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class HandOverForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="New owner",
        help_text="Answers for it from now on, and hears before it runs out.",
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, people, first="Choose a person")
        self.helper = FormHelper()
        self.helper.form_tag = False


class UsesForm(UsesMixin, forms.Form):
    """Which indicators it speaks for from now on."""

    def __init__(
        self, *args: Any, offered: Offered, before: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_uses(offered, before=before)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.laid_out())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.uses and not self.errors:
            self.add_error(
                self.use_names[0], "Leave it with at least one indicator, or take it back."
            )
        return given


class FilterForm(forms.Form):
    """What the list may be narrowed to. What fits no field is left aside."""

    code = forms.ChoiceField(label="Indicator", required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label="State", required=False, choices=list(STATES.items()), widget=PlainSelect
    )
    owner = forms.ChoiceField(label="Owner", required=False, widget=PlainSelect)
    text = forms.CharField(label="Words", max_length=80, required=False)

    def __init__(
        self, *args: Any, codes: Iterable[tuple[str, str]], owners: Iterable[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(each.pk), str(each)) for each in owners]
        self.fields["code"].choices = [("", "Any indicator"), *codes]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Anyone"), *people]  # type: ignore[attr-defined]
        for field in self.fields.values():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = kind

    @property
    def chosen(self) -> dict[str, str]:
        """What is narrowed to, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def people_of(reach: Reach) -> Any:
    """Who can answer for evidence: people of the district who do not only read."""
    here = Membership.objects.reachable(reach).filter(level__in=WORKS, user__is_active=True)
    return User.objects.filter(pk__in=here.values("user"))


def offer_people(form: forms.Form, people: Any, *, first: str) -> None:
    """Fill the owner's field, which starts empty."""
    field: Any = form.fields["owner"]
    field.widget = PlainSelect(attrs={"class": "form-select"})
    field.queryset, field.empty_label = people, first


def near(expires_on: dt.date | None, today: dt.date) -> dt.date | None:
    """The day, unless it is years away. Raises ValidationError."""
    if expires_on and expires_on > today + LONGEST:
        raise forms.ValidationError("Check the year: five years at most, then it is renewed.")
    return expires_on


def _to_come(expires_on: dt.date | None, today: dt.date) -> dt.date | None:
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


def kind_words(indicator: Indicator | None, kind: str) -> str:
    """What sort of evidence it is there, "" for something else."""
    sorts = indicator.evidence_types if indicator else ()
    return next((each.label for each in sorts if each.key == kind), "")
