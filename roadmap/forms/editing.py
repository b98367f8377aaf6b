"""What the edit page of a milestone asks: its words, and where its date comes from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from roadmap.forms.milestones import day_input, some_lines
from roadmap.forms.shared import ASKED, check_near, codes, offer
from roadmap.models import Anchor, Milestone, Phase, Unit
from roadmap.services.planning import Plan, plan_of
from roles.access import Reach

AFTER, BEFORE = "after", "before"
MOST = 400  # weeks or school days


class PlanForm(forms.Form):
    """So many weeks or school days before or after an anchor; `plan` is what it came to."""

    anchor = forms.ModelChoiceField(
        Anchor.objects.none(), label="Counted from", empty_label="Choose a day", required=False
    )
    count = forms.IntegerField(
        label="How many",
        min_value=0,
        max_value=MOST,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    unit = forms.ChoiceField(label="Of what", choices=Unit.choices, required=False)
    side = forms.ChoiceField(
        label="Before or after",
        choices=[(BEFORE, "before that day"), (AFTER, "after that day")],
        required=False,
    )
    lead = forms.IntegerField(
        label="Time to work on it",
        min_value=0,
        max_value=MOST,
        required=False,
        help_text="In the same weeks or school days, up to the due date.",
    )

    def __init__(self, *args: Any, reach: Reach, milestone: Milestone, **kwargs: Any) -> None:
        kwargs["initial"] = _of_plan(milestone) | kwargs.pop("initial", {})
        super().__init__(*args, **kwargs)
        anchors = Anchor.objects.reachable(reach).filter(school_year=milestone.school_year)
        offer(self, anchor=anchors.select_related("school_year"))

    @property
    def plan(self) -> Plan | None:
        """Of a valid form; None where no anchor or number was given."""
        given = self.cleaned_data
        if not given.get("anchor") or given.get("count") is None:
            return None
        due = given["count"] if given.get("side") == AFTER else -given["count"]
        start = due - (given.get("lead") or 0)
        return Plan(given["anchor"], given.get("unit") or Unit.WEEKS, start, due)


class EditForm(PlanForm):
    PLAN, FIXED = "plan", "fixed"

    title = forms.CharField(label="What will be done", max_length=160)
    phase = forms.ModelChoiceField(Phase.objects.none(), empty_label=None)
    why = forms.CharField(
        label="Why it matters", max_length=400, required=False, widget=some_lines(2)
    )
    proof_hint = forms.CharField(label="Proof expected", max_length=200, required=False)
    supports = forms.MultipleChoiceField(
        label="Supports indicators",
        choices=codes,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    dating = forms.ChoiceField(
        label="The date",
        choices=[
            (PLAN, "is counted from a day of the school year, and moves with it"),
            (FIXED, "is a fixed day"),
        ],
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(label="Due", required=False, widget=day_input())
    reason = forms.CharField(
        label="Why the date moves",
        max_length=400,
        required=False,
        widget=some_lines(2),
        help_text="Asked only if it moves. Kept for grant reports.",
    )

    def __init__(self, *args: Any, reach: Reach, milestone: Milestone, **kwargs: Any) -> None:
        kwargs["initial"] = _words_of(milestone, self.FIXED, self.PLAN)
        super().__init__(*args, reach=reach, milestone=milestone, **kwargs)
        self.milestone = milestone
        phases = Phase.objects.reachable(reach).filter(school_year=milestone.school_year)
        offer(self, phase=phases)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("dating") == self.PLAN:
            for name in ("anchor", "count"):
                if name not in self.errors and given.get(name) in (None, ""):
                    self.add_error(name, "The date is counted from a day: give both.")
        elif "due_on" not in self.errors:
            if not given.get("due_on"):
                self.add_error("due_on", "Give the day.")
            else:
                self._check_near(given["due_on"])
        return given

    def _check_near(self, day: dt.date) -> None:
        try:
            check_near(day, self.milestone.school_year)
        except forms.ValidationError as error:
            self.add_error("due_on", error)

    @property
    def asked(self) -> dict[str, Any]:
        """Of a valid form, as `planning.edit` takes it."""
        given = self.cleaned_data
        words = {n: given[n] for n in ("title", "phase", "why", "proof_hint")}
        # codes of other standards are for information: nobody is asked about them, they stay
        others = [code for code in self.milestone.supports if code not in ASKED]
        words["supports"] = [*others, *given["supports"]]
        follows = given["dating"] == self.PLAN
        return {
            "words": words,
            "plan": self.plan if follows else None,
            "due_on": None if follows else given["due_on"],
            "reason": given["reason"],
        }


def _of_plan(milestone: Milestone) -> dict[str, Any]:
    plan = plan_of(milestone)
    if plan is None:
        return {"unit": Unit.WEEKS, "side": AFTER}
    return {
        "anchor": plan.anchor.pk,
        "unit": plan.unit,
        "count": abs(plan.due_offset),
        "side": BEFORE if plan.due_offset < 0 else AFTER,
        "lead": plan.due_offset - plan.start_offset,
    }


def _words_of(milestone: Milestone, fixed: str, plan: str) -> dict[str, Any]:
    follows = milestone.anchor_id is not None and not milestone.hand_dated
    return {
        "title": milestone.title,
        "phase": milestone.phase_id,
        "why": milestone.why,
        "proof_hint": milestone.proof_hint,
        "supports": milestone.supports,
        "dating": plan if follows else fixed,
        "due_on": milestone.due_on,
    }
