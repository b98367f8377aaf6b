"""Which indicators evidence by hand speaks for, and who can answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from roadmap.forms.filters import PlainSelect
from roles.access import Reach
from roles.capabilities import CATALOGUE, AccessLevel, Capability
from roles.models import Membership, User
from selfassessment.forms.shared import Folded
from selfassessment.library import Indicator
from selfassessment.speaking import Offered

NOT_FOR_THIS, SOMETHING_ELSE = "", "-"


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


def people_of(reach: Reach) -> Any:
    """Who can answer for evidence: people of the district who do not only read."""
    here = Membership.objects.reachable(reach).filter(level__in=WORKS, user__is_active=True)
    return User.objects.filter(pk__in=here.values("user"))


def offer_people(form: forms.Form, people: Any, *, first: str) -> None:
    """Fill the owner's field, which starts empty."""
    field: Any = form.fields["owner"]
    field.widget = PlainSelect(attrs={"class": "form-select"})
    field.queryset, field.empty_label = people, first


def kind_words(indicator: Indicator | None, kind: str) -> str:
    """What sort of evidence it is there, "" for something else."""
    sorts = indicator.evidence_types if indicator else ()
    return next((each.label for each in sorts if each.key == kind), "")
